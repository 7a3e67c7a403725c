#include "costmodel/operators/memory.h"

#include <algorithm>

#include "costmodel/operators/cost.h"
#include "costmodel/operators/gradient.h"

namespace costcheck {
namespace {

/// Collects storages that stay from forward to backward, each once.
class Keeper {
 public:
  Keeper(const Graph& graph, PairRule rule)
      : graph_(graph), rule_(rule), left_out_(graph.tensors.size()) {
    for (const Operator& op : graph.operators) {
      // A second output of a softmax is its row statistics: recomputation starts from them.
      const std::size_t made_again = op.kind == Kind::kSoftmax ? 1 : op.out.size();
      for (std::size_t i = 0; op.recomputed && i < made_again; ++i) {
        left_out_[RootOf(graph, op.out[i])] = true;
      }
    }
  }

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

  std::vector<KeptTensor> Take() { return std::move(kept_); }

 private:
  void KeepStorage(TensorId id) {
    const TensorId root = RootOf(graph_, id);
    const Tensor& tensor = graph_.tensors[root];
    if (left_out_[root] || tensor.role == Role::kParameter || tensor.on_chip) return;
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

std::vector<KeptTensor> KeptTensors(const Graph& graph, PairRule rule) {
  Keeper keeper(graph, rule);
  for (const Operator& op : graph.operators) keeper.Keep(op);
  return keeper.Take();
}

Bytes KeptForBackward(const Graph& graph, PairRule rule) {
  Bytes sum;
  for (const KeptTensor& kept : KeptTensors(graph, rule)) sum += kept.bytes;
  return sum;
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
