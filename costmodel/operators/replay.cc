#include "costmodel/operators/replay.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "costmodel/algebra/error.h"
#include "costmodel/operators/dense_core.h"
#include "costmodel/operators/gradient.h"
#include "costmodel/operators/head_parts.h"
#include "costmodel/operators/linear_core.h"

namespace costcheck {
namespace {

std::int64_t ElementsIn(const Dimensions& sizes) { return ContiguousLayout(sizes).Elements(); }

}  // namespace

Replay::Replay(const Graph& graph, const Values& values, Aten& aten)
    : graph_(graph), values_(values), aten_(aten), last_reader_(graph.tensors.size()) {
  for (std::size_t i = 0; i < graph.operators.size(); ++i) {
    for (TensorId id : graph.operators[i].in) last_reader_[RootOf(graph, id)] = i + 1;
  }
  const bool trains = std::any_of(graph.operators.begin(), graph.operators.end(),
                                  [](const Operator& op) { return op.differentiable; });
  for (const Operator& op : graph.operators) {
    if (Number(op.repeat) != 1) {
      throw CostError("'" + TensorOf(op.out[0]).name +
                      "' repeats: the layers of a step are replayed one by one");
    }
    const TensorId root = RootOf(graph, op.out[0]);
    const bool is_result = last_reader_[root] == 0 && (op.differentiable || !trains);
    if (is_result && !IsResult(root)) results_.push_back(root);
  }
  for (TensorId id = 0; id < graph.tensors.size(); ++id) {
    if (!IsParameter(id) || TensorOf(id).view_of) continue;
    Dimensions sizes = SizesOf(id);
    if (IsWeight(id)) std::reverse(sizes.begin(), sizes.end());
    const Handle value = MemoryLog::Outside(std::move(sizes), kFloatBytes, TensorOf(id).name);
    const bool wanted = TensorOf(id).role == Role::kParameter && TensorOf(id).requires_grad;
    parameters_[id] = wanted ? aten_.tape().Leaf(value) : Tracked{value};
  }
}

bool Replay::IsParameter(TensorId id) const {
  const Role role = TensorOf(id).role;
  return role == Role::kParameter || role == Role::kBuffer;
}

/// Read by products as it is, which take it as [n, m], and by nothing else: it lies [m, n].
bool Replay::IsWeight(TensorId id) const {
  if (TensorOf(id).shape.size() != 2) return false;
  bool is_factor = false, is_viewed = false;
  for (const Operator& op : graph_.operators) {
    for (std::size_t i = 0; i < op.in.size(); ++i) {
      if (RootOf(graph_, op.in[i]) != id) continue;
      const bool as_factor = op.kind == Kind::kMatMul && op.kernel == 0 && i == 1;
      (as_factor && op.in[i] == id ? is_factor : is_viewed) = true;
    }
  }
  return is_factor && !is_viewed;
}

std::int64_t Replay::Number(const Expr& value) const {
  const Rational number = Evaluate(value, values_);
  const std::optional<std::int64_t> whole =
      IsInteger(number) ? ToInt64(Numerator(number)) : std::nullopt;
  COSTCHECK_CHECK(whole.has_value());
  return *whole;
}

Dimensions Replay::SizesOf(TensorId id) const {
  const Tensor& tensor = TensorOf(id);
  Dimensions sizes;
  for (const Expr& size : tensor.shape) sizes.push_back(Number(size));
  if (tensor.pairs) sizes.push_back(Number(Count(*tensor.pairs, PairRule::kExecuted)));
  return sizes;
}

HeadSizes Replay::HeadsOf(TensorId id) const {
  const Dimensions sizes = SizesOf(id);
  return {sizes[0], sizes[2], sizes[1], sizes[3]};
}

/// A product under a mask executes pairs that are not useful.
ScoreMask Replay::MaskOf(TensorId scores, std::int64_t queries) const {
  const Pairs& pairs = *TensorOf(scores).pairs;
  return {Number(pairs.useful) != Number(pairs.executed), queries};
}

bool Replay::IsSum(TensorId id) const {
  return std::any_of(graph_.operators.begin(), graph_.operators.end(), [&](const Operator& op) {
    return op.kind == Kind::kReduceSum && RootOf(graph_, op.out[0]) == RootOf(graph_, id);
  });
}

std::int64_t Replay::ElementBytes(TensorId id) const {
  return TensorOf(id).dtype == DType::kIndex ? kIndexBytes : kFloatBytes;
}

void Replay::MakeInputs() {
  for (TensorId id = 0; id < graph_.tensors.size(); ++id) {
    const Tensor& tensor = TensorOf(id);
    if (tensor.role != Role::kInput || tensor.view_of) continue;
    const Handle value = aten_.NewArray(SizesOf(id), ElementBytes(id), tensor.name);
    variables_[id] = tensor.requires_grad ? aten_.tape().Leaf(value) : Tracked{value};
  }
}

/// A view of all elements has the variable's own sizes: what reads it takes rows. A view of some is
/// narrowed in the one dimension that is shorter.
Tracked Replay::Read(TensorId id) {
  const TensorId root = RootOf(graph_, id);
  if (!IsParameter(root) && variables_.count(root) == 0) MakeGiven(root);
  const Tracked variable = IsParameter(root) ? parameters_.at(root) : variables_.at(root);
  Tracked seen = variable;
  const Dimensions sizes = SizesOf(id), whole = variable.value->layout.sizes;
  if (ElementsIn(sizes) != ElementsIn(whole)) seen = aten_.NarrowTo(variable, sizes);
  if (!TensorOf(id).requires_grad) seen.gradient = {};
  return seen;
}

/// Positions that no operator puts out are made where they are read first.
void Replay::MakeGiven(TensorId id) {
  if (TensorOf(id).dtype != DType::kIndex) {
    throw CostError("nothing makes '" + TensorOf(id).name +
                    "', which is read: a step is replayed in training or forward, not in decode");
  }
  variables_[id] = {aten_.NewArray(SizesOf(id), ElementBytes(id), TensorOf(id).name)};
}

Tracked Replay::ReadAs(TensorId id, const Dimensions& sizes) {
  const Tracked x = Read(id);
  return x.value->layout.sizes == sizes ? x : aten_.Reshape(x, sizes);
}

Tracked Replay::Take(TensorId id, std::size_t last) {
  Tracked variable = Read(id);
  const TensorId root = RootOf(graph_, id);
  if (last_reader_[root] <= last + 1) variables_.erase(root);
  return variable;
}

void Replay::ReleaseReadUpTo(std::size_t last) {
  for (auto at = variables_.begin(); at != variables_.end();) {
    const bool read = last_reader_[at->first] <= last + 1 && !IsResult(at->first);
    at = read ? variables_.erase(at) : std::next(at);
  }
}

void Replay::Run() {
  for (std::size_t i = 0; i < graph_.operators.size();) {
    const std::size_t next = RunFrom(i);
    ReleaseReadUpTo(next - 1);
    i = next;
  }
}

std::size_t Replay::RunFrom(std::size_t first) {
  if (HeadParts::StartsAt(graph_, first)) return HeadParts(*this, first).Run();
  if (At(first).kernel != 0) return RunKernel(first);
  if (DenseCore::StartsAt(graph_, first)) return DenseCore(*this, first).Run();
  if (LinearCore::StartsAt(graph_, first)) return LinearCore(*this, first).Run();
  if (At(first).kind == Kind::kMatMul) return RunProduct(first);
  RunPlain(first);
  return first + 1;
}

void Replay::RunPlain(std::size_t i) {
  const Operator& op = At(i);
  const std::string& name = TensorOf(op.out[0]).name;
  switch (op.kind) {
    case Kind::kAdd:
      return Write(op.out[0], RunSum(op));
    case Kind::kScale:
      return Write(op.out[0], aten_.Scale(Read(op.in[0]), name));
    case Kind::kMultiply:
      return Write(op.out[0], RunMultiply(op));
    case Kind::kSoftmax:
    case Kind::kRelu:
    case Kind::kSigmoid:
      return Write(op.out[0], aten_.SavingOutput(Read(op.in[0]), name));
    case Kind::kExp:
      return Write(op.out[0], Exponential(Read(op.in[0]), op));
    case Kind::kGelu:
    case Kind::kSilu:
      return Write(op.out[0], aten_.SavingInput(Read(op.in[0]), name));
    case Kind::kLayerNorm:
    case Kind::kRmsNorm:
      return RunNorm(i);
    case Kind::kLookup:
      return RunLookup(op);
    case Kind::kReduceSum:
      return Write(op.out[0], aten_.SumTo(Read(op.in[0]), SizesOf(op.out[0]), name));
    case Kind::kCrossEntropy:
      return RunLoss(i);
    default:
      throw CostError("there is no replay of a " + std::string(Name(op.kind)) +
                      " outside a kernel: " + name);
  }
}

bool Replay::IsResult(TensorId id) const {
  return std::find(results_.begin(), results_.end(), id) != results_.end();
}

/// In place where the sum shares its first term's storage.
Tracked Replay::RunSum(const Operator& op) {
  Tracked sum = Read(op.in[0]);
  if (RootOf(graph_, op.out[0]) == RootOf(graph_, op.in[0])) {
    return aten_.AddInPlace(sum, Read(op.in[1]));
  }
  for (std::size_t i = 1; i < op.in.size(); ++i) {
    sum = aten_.Add(sum, Read(op.in[i]), TensorOf(op.out[0]).name);
  }
  return sum;
}

/// One number for each row of the first factor is a column beside it; where it is a sum it
/// normalises: the rows are divided by it.
Tracked Replay::RunMultiply(const Operator& op) {
  const Tracked rows = Read(op.in[0]);
  Tracked factor = Read(op.in[1]);
  Dimensions column = rows.value->layout.sizes;
  column.back() = 1;
  if (ElementsIn(column) == factor.value->layout.Elements()) {
    factor = aten_.Reshape(factor, column);
  }
  const std::string& name = TensorOf(op.out[0]).name;
  return IsSum(op.in[1]) ? aten_.Divide(rows, factor, name) : aten_.Multiply(rows, factor, name);
}

/// A positive feature of a number: of random projections e^x, else elu(x) + 1, the 1 added in
/// place.
Tracked Replay::Exponential(const Tracked& x, const Operator& op) {
  const Tracked result = aten_.SavingOutput(x, TensorOf(op.out[0]).name);
  const bool projected =
      std::any_of(graph_.operators.begin(), graph_.operators.end(), [&](const Operator& other) {
        return other.out[0] == op.in[0] && other.kind == Kind::kMatMul &&
               TensorOf(other.in[1]).role == Role::kBuffer;
      });
  if (!projected) aten_.NumberInPlace();
  return result;
}

/// A product by a parameter that lies transposed; with the bias that the next operator adds.
std::size_t Replay::RunProduct(std::size_t i) {
  const Operator& op = At(i);
  const std::string& name = TensorOf(op.out[0]).name;
  if (!IsParameter(RootOf(graph_, op.in[1]))) {
    Write(op.out[0], RunProductOfTwo(op));
    return i + 1;
  }
  Tracked x = ReadAs(op.in[0], SizesOf(op.in[0]));
  Tracked weight = Weight(op.in[1]);
  if (!HasBackward(op, graph_)) x.gradient = weight.gradient = {};
  const bool biased = TensorOf(op.out[0]).on_chip && At(i + 1).kind == Kind::kAdd;
  if (!biased) {
    Write(op.out[0], aten_.Linear(x, weight, name));
    return i + 1;
  }
  const Operator& sum = At(i + 1);
  Write(sum.out[0], aten_.BiasedLinear(x, weight, Read(sum.in[1]), name));
  return i + 2;
}

/// A matrix of two dimensions; or for each row of the first one a matrix of its own.
Tracked Replay::RunProductOfTwo(const Operator& op) {
  const std::string& name = TensorOf(op.out[0]).name;
  const Tracked a = ReadAs(op.in[0], SizesOf(op.in[0])), b = ReadAs(op.in[1], SizesOf(op.in[1]));
  if (b.value->layout.sizes.size() == 2) return aten_.Product(a, b, name);
  const Dimensions rows = a.value->layout.sizes;
  const Tracked product = aten_.BatchedProduct(aten_.Reshape(a, {rows[0], 1, rows[1]}), b, name);
  return aten_.Reshape(product, SizesOf(op.out[0]));
}

/// Weights of at::linear lie [m, n]. A transposed view of a table is the table.
Tracked Replay::Weight(TensorId id) {
  if (IsWeight(id)) return Read(id);
  if (!TensorOf(id).view_of) return aten_.Permute(Read(id), {1, 0});
  Dimensions sizes = SizesOf(id);
  std::reverse(sizes.begin(), sizes.end());
  const Tracked table = parameters_.at(RootOf(graph_, id));
  return sizes == table.value->layout.sizes ? table : aten_.NarrowTo(table, sizes);
}

void Replay::RunNorm(std::size_t i) {
  const Operator& op = At(i);
  std::vector<Tracked> inputs;
  for (TensorId id : op.in) inputs.push_back(Take(id, i));
  Write(op.out[0], op.kind == Kind::kLayerNorm
                       ? aten_.LayerNorm(inputs, TensorOf(op.out[0]).name)
                       : aten_.RmsNorm(std::move(inputs), TensorOf(op.out[0]).name));
}

void Replay::RunLookup(const Operator& op) {
  Write(op.out[0],
        aten_.LookUp(Read(op.in[0]), Read(op.in[1]), SizesOf(op.out[0]), TensorOf(op.out[0]).name));
}

void Replay::RunLoss(std::size_t i) {
  const Operator& op = At(i);
  Write(op.out[0], aten_.CrossEntropy(Take(op.in[0], i), Take(op.in[1], i)));
}

Tracked Replay::TakeSum() {
  Tracked sum;
  for (TensorId id : results_) {
    const auto result = variables_.find(id);
    Tracked part = aten_.SumTo(result->second, {}, "sum of " + TensorOf(id).name);
    variables_.erase(result);
    sum = sum.value ? aten_.Add(sum, part, "sum of all results") : std::move(part);
  }
  return sum;
}

}  // namespace costcheck
