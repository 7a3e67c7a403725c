#include <algorithm>
#include <set>
#include <utility>

#include "costmodel/operators/gradient.h"
#include "costmodel/operators/replay.h"

namespace costcheck {
namespace {

/// The operators first .. end - 1 of one kernel, as one operator.
class KernelRun {
 public:
  KernelRun(const Graph& graph, std::size_t first)
      : graph_(graph), made_again_(MadeAgain(graph)), end_(first) {
    const int kernel = graph.operators[first].kernel;
    while (end_ < graph.operators.size() && graph.operators[end_].kernel == kernel) {
      AddOperator(graph.operators[end_++]);
    }
  }

  std::size_t end() const { return end_; }
  /// Each storage once, by the name under which it is read, or written, first.
  const std::vector<TensorId>& read() const { return read_; }
  const std::vector<TensorId>& written() const { return written_; }
  const Expr& workspace() const { return workspace_; }
  const Expr& backward_workspace() const { return backward_workspace_; }

  bool differentiable() const { return differentiable_; }
  bool Keeps(TensorId id) const {
    const TensorId root = RootOf(graph_, id);
    return kept_.count(root) > 0 && !made_again_[root];
  }

 private:
  void AddOperator(const Operator& op) {
    for (TensorId id : op.in) {
      if (roots_.insert(RootOf(graph_, id)).second) read_.push_back(id);
    }
    for (TensorId id : op.out) {
      const bool is_new = roots_.insert(RootOf(graph_, id)).second;
      if (is_new && !graph_.tensors[id].on_chip) written_.push_back(id);
    }
    for (TensorId id : SavedForBackward(op, graph_, PairRule::kExecuted).tensors) Keep(id);
    if (op.recomputed && HasBackward(op, graph_)) {
      for (TensorId id : op.in) Keep(id);
    }
    differentiable_ = differentiable_ || HasBackward(op, graph_);
    workspace_ += op.workspace;
    backward_workspace_ += op.backward_workspace;
  }
  void Keep(TensorId id) { kept_.insert(RootOf(graph_, id)); }

  const Graph& graph_;
  std::vector<bool> made_again_;
  std::size_t end_;
  std::set<TensorId> roots_;  ///< read or written so far
  std::set<TensorId> kept_;
  std::vector<TensorId> read_, written_;
  Expr workspace_, backward_workspace_;
  bool differentiable_ = false;
};

/// What a kernel's backward allocates: gradients of what it reads, as large as that.
struct WantedGradient {
  bool wanted;
  Dimensions sizes;
  std::string name;
};

}  // namespace

std::size_t Replay::RunKernel(std::size_t first) {
  const KernelRun run(graph_, first);
  std::vector<Tracked> inputs;
  std::vector<Handle> saved, outputs;
  std::vector<WantedGradient> wanted;
  for (TensorId id : run.read()) {
    inputs.push_back(Read(RootOf(graph_, id)));
    if (!TensorOf(id).requires_grad) inputs.back().gradient = {};
    if (!run.differentiable()) inputs.back().gradient = {};
    const Handle& value = inputs.back().value;
    if (run.Keeps(id)) saved.push_back(value);
    wanted.push_back({inputs.back().RequiresGradient(), value->layout.sizes,
                      "gradient of " + TensorOf(id).name});
  }
  for (TensorId id : run.written()) {
    outputs.push_back(NewOutput(id));
    if (run.Keeps(id)) saved.push_back(outputs.back());
  }
  aten_.NewArray({Number(run.workspace())}, 1, "workspace");
  const std::int64_t workspace = Number(run.backward_workspace());
  const auto back = [this, wanted, workspace](std::vector<Handle> gradients,
                                              const std::vector<Handle>&) {
    for (Handle& gradient : gradients) {
      if (gradient && gradient->layout.strides.back() != 1) gradient = aten_.Contiguous(gradient);
    }
    std::vector<Handle> results;
    for (const WantedGradient& one : wanted) {
      results.push_back(one.wanted ? aten_.New(one.sizes, one.name) : nullptr);
    }
    aten_.NewArray({workspace}, 1, "workspace");
    return results;
  };
  const std::vector<Tracked> results = aten_.tape().Record(inputs, std::move(saved), outputs, back);
  for (std::size_t i = 0; i < results.size(); ++i) Write(run.written()[i], results[i]);
  return run.end();
}

/// Where several operators write parts of one tensor, the first allocates all of it.
Handle Replay::NewOutput(TensorId id) {
  const TensorId root = RootOf(graph_, id);
  const bool is_part = variables_.count(root) > 0;
  return aten_.NewArray(SizesOf(is_part ? id : root), ElementBytes(id), TensorOf(id).name);
}

void Replay::Write(TensorId id, Tracked variable) {
  if (!TensorOf(id).requires_grad) variable.gradient = {};
  const TensorId root = RootOf(graph_, id);
  const auto whole = variables_.find(root);
  const bool in_place =
      whole != variables_.end() && whole->second.value->storage == variable.value->storage;
  if (whole == variables_.end() || in_place) {
    variables_[root] = std::move(variable);
  } else {
    whole->second = aten_.CopyInto(whole->second, variable);
  }
}

}  // namespace costcheck
