#include "verify/probe/flop_probe.h"

#include <ATen/record_function.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "costmodel/algebra/error.h"
#include "verify/probe/operator_kinds.h"

#ifndef NDEBUG
#error "RecordFunction has another layout without NDEBUG than in the library: compile with -DNDEBUG"
#endif

namespace costcheck {
namespace {

/// One name and overload, with what was seen of it.
struct Operator {
  std::string name;
  OperatorClass kind;
  std::int64_t calls = 0;     ///< uncosted ones only
  std::int64_t hiding = 0;    ///< of those, without a product inside that was seen
  std::int64_t elements = 0;  ///< of the tensors that were given
};

/// Operator, direction, and the sizes of both operands one after the other.
using ProductKey = std::tuple<const Operator*, bool, std::vector<std::int64_t>>;

struct ProductTally {
  std::string shapes;
  std::int64_t calls = 0;
  std::int64_t flops = 0;
};

/// How deep this thread is in operators, of the kinds of which only the outermost counts.
struct Depth {
  int product = 0;
  int uncosted = 0;
  int hiding = 0;  ///< uncosted, and may hide products
  int node = 0;    ///< of the autograd graph
};
thread_local Depth depth;

/// Keeps a depth raised until the observed operator ends.
struct Nesting : at::ObserverContext {
  explicit Nesting(int& raised) : level(raised) { ++level; }
  int& level;
  const void* probe = nullptr;  ///< set for an operator that may hide products, as is what follows
  Operator* seen = nullptr;
  std::int64_t products_before = 0;
};

std::int64_t ElementsOf(const c10::IValue& value) {
  if (value.isTensor()) return value.toTensor().defined() ? value.toTensor().numel() : 0;
  if (!value.isList()) return 0;
  std::int64_t sum = 0;
  for (const c10::IValue& item : value.toListRef()) {
    if (item.isTensor()) sum += ElementsOf(item);
  }
  return sum;
}

std::int64_t ElementsOf(const at::RecordFunction& function) {
  std::int64_t sum = 0;
  for (const c10::IValue& value : function.inputs()) sum += ElementsOf(value);
  return sum;
}

std::int64_t ReportedMultiplyAdds(const at::RecordFunction& function) {
  if (function.inputs().size() != 1 || !function.inputs()[0].isInt()) {
    throw CostError(
        "an own kernel reports its multiply-adds as one whole number, and nothing else.");
  }
  return function.inputs()[0].toInt();
}

std::int64_t TwiceChecked(std::int64_t multiply_adds) {
  std::int64_t flops = 0;
  if (multiply_adds < 0 || __builtin_mul_overflow(multiply_adds, 2, &flops)) {
    throw CostError("its multiply-adds are no whole number from 0 to 2^62.");
  }
  return flops;
}

}  // namespace

struct FlopProbe::State {
  at::CallbackHandle handle = at::INVALID_CALLBACK_HANDLE;
  std::int64_t callbacks = 0;
  std::int64_t products = 0;
  std::string error;
  /// By the address of the name, which is one to a name and overload for what the dispatcher
  /// reports; the name is compared all the same, since others' addresses are used again.
  std::unordered_map<const char*, Operator*> by_address;
  std::map<std::pair<std::string, OperatorKind>, Operator> by_name;
  std::map<ProductKey, ProductTally> tallies;

  // LibTorch's callbacks are plain functions: they find the probe here. The threads of a CUDA
  // backward pass inherit the callbacks and take turns.
  static inline std::mutex mutex;
  static inline State* active = nullptr;

  static std::unique_ptr<at::ObserverContext> Start(const at::RecordFunction& function);
  static void End(const at::RecordFunction& function, at::ObserverContext* context);

  std::unique_ptr<at::ObserverContext> See(const at::RecordFunction& function);
  std::unique_ptr<at::ObserverContext> SeeUncosted(const at::RecordFunction& function,
                                                   Operator& seen);
  void CountProduct(const at::RecordFunction& function, Operator& seen);
  void CountOwn(const at::RecordFunction& function, const Operator& seen);
  Operator& Find(const at::RecordFunction& function);
  void Detach();
  FlopReport Report() const;
  std::vector<UncostedOperator> Uncosted() const;
};

Operator& FlopProbe::State::Find(const at::RecordFunction& function) {
  Operator*& known = by_address[function.name()];
  if (known != nullptr && known->name == function.name()) return *known;
  const OperatorClass kind = ClassifyOperator(function);
  // Overloads may differ: one returns a view, another writes.
  Operator& made = by_name[{function.name(), kind.kind}];
  made.name = function.name();
  made.kind = kind;
  known = &made;
  return made;
}

std::unique_ptr<at::ObserverContext> FlopProbe::State::See(const at::RecordFunction& function) {
  ++callbacks;
  if (function.scope() == at::RecordScope::BACKWARD_FUNCTION) {
    return std::make_unique<Nesting>(depth.node);
  }
  if (depth.product > 0) return nullptr;
  Operator& seen = Find(function);
  switch (seen.kind.kind) {
    case OperatorKind::kProduct:
      CountProduct(function, seen);
      return std::make_unique<Nesting>(depth.product);
    case OperatorKind::kOwnProduct:
      CountOwn(function, seen);
      return nullptr;
    case OperatorKind::kUncosted:
      return SeeUncosted(function, seen);
    case OperatorKind::kComposite:
    case OperatorKind::kFree:
      return nullptr;
  }
  return nullptr;
}

// Only the outermost is listed, and inside it what may hide products, if that does not.
std::unique_ptr<at::ObserverContext> FlopProbe::State::SeeUncosted(
    const at::RecordFunction& function, Operator& seen) {
  const bool outermost = depth.uncosted == 0 && depth.hiding == 0;
  const bool listed = outermost || (seen.kind.may_hide_products && depth.hiding == 0);
  if (!listed) return nullptr;
  ++seen.calls;
  if (outermost) seen.elements += ElementsOf(function);
  if (!seen.kind.may_hide_products) return std::make_unique<Nesting>(depth.uncosted);
  auto nesting = std::make_unique<Nesting>(depth.hiding);
  nesting->probe = this;
  nesting->seen = &seen;
  nesting->products_before = products;
  return nesting;
}

void FlopProbe::State::CountProduct(const at::RecordFunction& function, Operator& seen) {
  const auto inputs = function.inputs();
  const std::size_t left = seen.kind.left;
  if (inputs.size() < left + 2 || !inputs[left].isTensor() || !inputs[left + 1].isTensor()) {
    throw CostError("its operands are not where they should be.");
  }
  const at::Tensor& a = inputs[left].toTensor();
  const at::Tensor& b = inputs[left + 1].toTensor();
  const std::int64_t flops = TwiceChecked(MultiplyAdds(seen.kind, a, b));
  std::vector<std::int64_t> sizes(a.sizes().begin(), a.sizes().end());
  sizes.insert(sizes.end(), b.sizes().begin(), b.sizes().end());
  ProductTally& tally = tallies[{&seen, depth.node > 0, std::move(sizes)}];
  if (tally.calls == 0) tally.shapes = ShapeText(a) + " " + ShapeText(b);
  ++tally.calls;
  tally.flops += flops;
  ++products;
  seen.elements += ElementsOf(function);
}

void FlopProbe::State::CountOwn(const at::RecordFunction& function, const Operator& seen) {
  const std::int64_t flops = TwiceChecked(ReportedMultiplyAdds(function));
  ProductTally& tally = tallies[{&seen, depth.node > 0, {}}];
  ++tally.calls;
  tally.flops += flops;
  ++products;
}

// LibTorch swallows what a callback throws: the first error is kept for Stop.
std::unique_ptr<at::ObserverContext> FlopProbe::State::Start(const at::RecordFunction& function) {
  const std::lock_guard lock(mutex);
  if (active == nullptr) return nullptr;
  try {
    return active->See(function);
  } catch (const std::exception& error) {
    if (active->error.empty()) active->error = std::string(function.name()) + ": " + error.what();
  }
  return nullptr;
}

void FlopProbe::State::End(const at::RecordFunction&, at::ObserverContext* context) {
  const auto* nesting = static_cast<const Nesting*>(context);
  if (nesting == nullptr) return;
  --nesting->level;
  if (nesting->probe == nullptr) return;
  const std::lock_guard lock(mutex);
  if (active != nesting->probe) return;
  if (active->products == nesting->products_before) ++nesting->seen->hiding;
}

std::vector<UncostedOperator> FlopProbe::State::Uncosted() const {
  std::int64_t elements = 0;
  // One row a name: an overload that moves nothing has no calls here.
  std::map<std::string, Operator> rows;
  for (const auto& [key, seen] : by_name) {
    elements += seen.elements;
    if (seen.calls > 0) rows[seen.name] = seen;
  }
  std::vector<UncostedOperator> listed;
  for (const auto& [name, seen] : rows) {
    const double share =
        elements == 0 ? 0 : static_cast<double>(seen.elements) / static_cast<double>(elements);
    listed.push_back(
        {name, seen.calls, share, seen.hiding > 0 ? "hides products of matrices" : ""});
  }
  std::ranges::stable_sort(listed, std::ranges::greater(), &UncostedOperator::share);
  return listed;
}

FlopReport FlopProbe::State::Report() const {
  FlopReport report;
  report.callbacks = callbacks;
  for (const auto& [key, tally] : tallies) {
    const auto& [seen, backward, sizes] = key;
    report.operators.push_back({seen->name, tally.shapes, backward, tally.calls, tally.flops});
    (backward ? report.backward : report.forward) += tally.flops;
  }
  std::ranges::sort(report.operators, std::ranges::less(), [](const SeenOperator& row) {
    return std::tuple(row.backward, -row.flops, row.name, row.shapes);
  });
  report.uncosted = Uncosted();
  return report;
}

FlopProbe::FlopProbe() : state_(std::make_unique<State>()) {
  {
    const std::lock_guard lock(State::mutex);
    COSTCHECK_CHECK(State::active == nullptr);
    State::active = state_.get();
  }
  state_->handle = at::addThreadLocalCallback(
      at::RecordFunctionCallback(&State::Start, &State::End)
          .needsInputs(true)
          .scopes({at::RecordScope::FUNCTION, at::RecordScope::BACKWARD_FUNCTION}));
}

FlopProbe::~FlopProbe() { state_->Detach(); }

void FlopProbe::State::Detach() {
  if (handle == at::INVALID_CALLBACK_HANDLE) return;
  at::removeCallback(handle);
  handle = at::INVALID_CALLBACK_HANDLE;
  const std::lock_guard lock(mutex);
  active = nullptr;
}

FlopReport FlopProbe::Stop() {
  COSTCHECK_CHECK(state_->handle != at::INVALID_CALLBACK_HANDLE);
  state_->Detach();
  if (!state_->error.empty()) throw CostError(state_->error);
  if (state_->callbacks == 0) {
    throw CostError(
        "LibTorch reported no operator while its FLOPs were counted, so there is no count.");
  }
  return state_->Report();
}

}  // namespace costcheck
