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

/// The tensors of b, by their numbers in a, to which all but `shared` are added.
std::vector<TensorId> AddTensors(Graph& a, const Graph& b, std::optional<TensorId> shared,
                                 TensorId standing_for_it, std::string_view prefix) {
  std::vector<TensorId> numbers;
  for (TensorId id = 0; id < b.tensors.size(); ++id) {
    if (id == shared) {
      numbers.push_back(standing_for_it);
      continue;
    }
    Tensor tensor = b.tensors[id];
    tensor.name.insert(0, prefix);
    if (tensor.view_of) tensor.view_of = numbers[*tensor.view_of];
    numbers.push_back(a.tensors.size());
    a.tensors.push_back(std::move(tensor));
  }
  return numbers;
}

void AddOperators(Graph& a, const Graph& b, const std::vector<TensorId>& numbers) {
  int kernels = 0;
  for (const Operator& op : a.operators) kernels = std::max(kernels, op.kernel);
  for (Operator op : b.operators) {
    for (TensorId& id : op.in) id = numbers[id];
    for (TensorId& id : op.out) id = numbers[id];
    for (TensorId& id : op.also_saved) id = numbers[id];
    if (op.kernel != 0) op.kernel += kernels;
    a.operators.push_back(std::move(op));
  }
}

void AddPatternsAndAssumptions(Graph& a, const Graph& b) {
  a.heads.insert(a.heads.end(), b.heads.begin(), b.heads.end());
  for (const std::string& assumption : b.assumptions) {
    if (std::find(a.assumptions.begin(), a.assumptions.end(), assumption) == a.assumptions.end()) {
      a.assumptions.push_back(assumption);
    }
  }
}

}  // namespace

Graph Join(Graph a, const Graph& b) {
  AddOperators(a, b, AddTensors(a, b, std::nullopt, 0, ""));
  AddPatternsAndAssumptions(a, b);
  return a;
}

TensorId Splice(Graph& graph, const Graph& part, TensorId in, std::string_view prefix) {
  const auto input = std::find_if(part.tensors.begin(), part.tensors.end(),
                                  [](const Tensor& t) { return t.role == Role::kInput; });
  COSTCHECK_CHECK(input != part.tensors.end() && !part.operators.empty());
  COSTCHECK_CHECK(input->shape == graph.tensors[in].shape);
  const auto shared = static_cast<TensorId>(input - part.tensors.begin());
  const std::vector<TensorId> numbers = AddTensors(graph, part, shared, in, prefix);
  AddOperators(graph, part, numbers);
  AddPatternsAndAssumptions(graph, part);
  return numbers[part.operators.back().out[0]];
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
    case Kind::kCrossEntropy:
      return "cross_entropy";
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
    case Part::kLoss:
      return "loss";
  }
  CheckFailed("part is one of Part", __FILE__, __LINE__);
}

}  // namespace costcheck
