#include "costmodel/operators/graph.h"

#include <algorithm>

#include "costmodel/algebra/error.h"

namespace costcheck {

Expr Count(const Pairs& pairs, PairRule rule) {
  switch (rule) {
    case PairRule::kDense:
      return pairs.dense;
    case PairRule::kUnmasked:
      return pairs.unmasked;
    case PairRule::kHalf:
      return pairs.unmasked == pairs.dense ? pairs.dense / 2 : pairs.useful;
    case PairRule::kUseful:
      return pairs.useful;
    case PairRule::kExecuted:
      return pairs.executed;
  }
  CheckFailed("rule is one of PairRule", __FILE__, __LINE__);
}

Expr ElementsOf(const Tensor& tensor, PairRule rule) {
  Expr elements = tensor.pairs ? Count(*tensor.pairs, rule) : Expr(1);
  for (const Expr& dimension : tensor.shape) elements *= dimension;
  return elements;
}

TensorId RootOf(const Graph& graph, TensorId id) {
  while (graph.tensors[id].view_of) id = *graph.tensors[id].view_of;
  return id;
}

namespace {

void Renumber(std::vector<TensorId>& ids, std::size_t offset) {
  for (TensorId& id : ids) id += offset;
}

}  // namespace

Graph Join(Graph a, const Graph& b) {
  const std::size_t offset = a.tensors.size();
  for (Tensor tensor : b.tensors) {
    if (tensor.view_of) *tensor.view_of += offset;
    a.tensors.push_back(std::move(tensor));
  }
  for (Operator op : b.operators) {
    Renumber(op.in, offset);
    Renumber(op.out, offset);
    a.operators.push_back(std::move(op));
  }
  a.heads.insert(a.heads.end(), b.heads.begin(), b.heads.end());
  for (const std::string& assumption : b.assumptions) {
    if (std::find(a.assumptions.begin(), a.assumptions.end(), assumption) == a.assumptions.end()) {
      a.assumptions.push_back(assumption);
    }
  }
  return a;
}

std::string_view Name(Kind kind) {
  switch (kind) {
    case Kind::kMatMul:
      return "matmul";
    case Kind::kSoftmax:
      return "softmax";
    case Kind::kAdd:
      return "add";
    case Kind::kScale:
      return "scale";
    case Kind::kMultiply:
      return "multiply";
    case Kind::kRelu:
      return "relu";
    case Kind::kGelu:
      return "gelu";
    case Kind::kSilu:
      return "silu";
    case Kind::kSigmoid:
      return "sigmoid";
    case Kind::kExp:
      return "exp";
    case Kind::kLayerNorm:
      return "layer_norm";
    case Kind::kRmsNorm:
      return "rms_norm";
    case Kind::kTopK:
      return "top_k";
    case Kind::kSort:
      return "sort";
    case Kind::kGather:
      return "gather";
    case Kind::kLookup:
      return "lookup";
    case Kind::kReduceSum:
      return "reduce_sum";
  }
  CheckFailed("kind is one of Kind", __FILE__, __LINE__);
}

std::string_view Name(Part part) {
  switch (part) {
    case Part::kProjection:
      return "projection";
    case Part::kSelection:
      return "selection";
    case Part::kCore:
      return "core";
    case Part::kNorm:
      return "norm";
    case Part::kFeedForward:
      return "feed_forward";
    case Part::kEmbedding:
      return "embedding";
    case Part::kLogits:
      return "logits";
  }
  CheckFailed("part is one of Part", __FILE__, __LINE__);
}

}  // namespace costcheck
