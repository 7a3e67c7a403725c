#include "costmodel/operators/memory.h"

#include <utility>

#include "costmodel/algebra/error.h"
#include "costmodel/operators/cost.h"
#include "costmodel/operators/gradient.h"

namespace costcheck {
namespace {

/// Collects storages that stay from forward to backward, each once.
class Keeper {
 public:
  Keeper(const Graph& graph, PairRule rule)
      : graph_(graph), rule_(rule), left_out_(MadeAgain(graph)) {}

  void Keep(const Operator& op) {
    const Saved saved = SavedForBackward(op, graph_, rule_);
    for (TensorId id : saved.tensors) KeepStorage(id);
    if (op.recomputed && HasBackward(op, graph_)) {
      for (TensorId id : op.in) KeepStorage(id);
    }
    if (!saved.statistics.IsZero()) {
      const Expr bytes = saved.statistics * BytesPerElement(DType::kFloat) * op.repeat;
      kept_.push_back({op.in[0], Bytes(bytes), true});
    }
  }

  void KeepExtra(const Operator& op) {
    for (const ExtraKept& extra : ExtraKeptByLibTorch(op, graph_, rule_)) {
      kept_.push_back({extra.tensor, Bytes(extra.bytes * op.repeat), false, extra.why});
    }
    if (!HasBackward(op, graph_)) return;
    for (TensorId id : op.in) {
      const bool wanted = graph_.tensors[id].requires_grad;
      if (wanted && graph_.tensors[RootOf(graph_, id)].role == Role::kInput) KeepStorage(id);
    }
  }

  std::vector<KeptTensor> Take() { return std::move(kept_); }

 private:
  void KeepStorage(TensorId id) {
    const TensorId root = RootOf(graph_, id);
    const Tensor& tensor = graph_.tensors[root];
    const bool held_anyway = tensor.role == Role::kParameter || tensor.role == Role::kBuffer;
    if (left_out_[root] || held_anyway || tensor.on_chip) return;
    left_out_[root] = true;  // once
    kept_.push_back({root, Bytes(BytesOf(tensor, rule_) * tensor.repeat)});
  }

  const Graph& graph_;
  PairRule rule_;
  std::vector<bool> left_out_;
  std::vector<KeptTensor> kept_;
};

}  // namespace

ParameterCount CountParameters(const Graph& graph) {
  Expr count;
  for (const Tensor& tensor : graph.tensors) {
    if (tensor.role != Role::kParameter || tensor.view_of) continue;
    count += ElementsOf(tensor, PairRule::kUseful) * tensor.repeat;
  }
  return ParameterCount(count);
}

std::vector<KeptTensor> KeptTensors(const Graph& graph, PairRule rule, Lowering lowering) {
  Keeper keeper(graph, rule);
  for (const Operator& op : graph.operators) {
    keeper.Keep(op);
    if (lowering == Lowering::kLibTorch) keeper.KeepExtra(op);
  }
  return keeper.Take();
}

Bytes KeptForBackward(const Graph& graph, PairRule rule, Lowering lowering) {
  Bytes sum;
  for (const KeptTensor& kept : KeptTensors(graph, rule, lowering)) sum += kept.bytes;
  return sum;
}

Bytes GradientBytes(const Graph& graph) {
  std::vector<bool> trained(graph.tensors.size());
  for (const Operator& op : graph.operators) {
    if (!HasBackward(op, graph)) continue;
    for (TensorId id : op.in) {
      if (graph.tensors[id].requires_grad) trained[RootOf(graph, id)] = true;
    }
  }
  Expr bytes;
  for (TensorId id = 0; id < graph.tensors.size(); ++id) {
    const Tensor& tensor = graph.tensors[id];
    if (!trained[id] || tensor.role != Role::kParameter) continue;
    bytes += BytesOf(tensor, PairRule::kUseful) * tensor.repeat;
  }
  return Bytes(bytes);
}

Bytes OptimizerBytes(const Graph& graph, Optimizer optimizer) {
  switch (optimizer) {
    case Optimizer::kSgd:
      return {};
    case Optimizer::kSgdMomentum:
      return GradientBytes(graph);
    case Optimizer::kAdamW:
      return GradientBytes(graph) * Expr(2);
  }
  CheckFailed("optimizer is one of Optimizer", __FILE__, __LINE__);
}

Bytes CacheBytes(const Graph& graph) {
  Expr bytes;
  for (const Tensor& tensor : graph.tensors) {
    if (tensor.role != Role::kCache || tensor.view_of) continue;
    bytes += BytesOf(tensor, PairRule::kUseful) * tensor.repeat;
  }
  return Bytes(bytes);
}

Bytes ScoreBytes(const Graph& graph, PairRule rule) {
  Expr elements;
  for (const HeadGroup& group : graph.heads) elements += group.heads * Count(group.pairs, rule);
  return Bytes(elements * graph.sequences * BytesPerElement(DType::kFloat));
}

}  // namespace costcheck
