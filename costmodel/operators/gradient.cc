#include "costmodel/operators/gradient.h"

#include <algorithm>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

bool Wants(const Graph& graph, TensorId id) { return graph.tensors[id].requires_grad; }

void Add(Saved& saved, TensorId id) {
  if (std::find(saved.tensors.begin(), saved.tensors.end(), id) == saved.tensors.end()) {
    saved.tensors.push_back(id);
  }
}

/// Each of the first two operands, where the other's gradient is wanted.
void AddOtherOperands(Saved& saved, const Operator& op, const Graph& graph) {
  if (Wants(graph, op.in[1])) Add(saved, op.in[0]);
  if (Wants(graph, op.in[0])) Add(saved, op.in[1]);
}

/// Input and scale, and `numbers` for every row of the input.
void AddNorm(Saved& saved, const Operator& op, const Graph& graph, PairRule rule, int numbers) {
  const Tensor& input = graph.tensors[op.in[0]];
  Add(saved, op.in[0]);
  if (op.in.size() > 1) Add(saved, op.in[1]);
  saved.statistics = numbers * ElementsOf(input, rule) / input.shape.back();
}

void AddPositions(Saved& saved, const std::vector<TensorId>& ids, const Graph& graph) {
  for (TensorId id : ids) {
    if (graph.tensors[id].dtype == DType::kIndex) Add(saved, id);
  }
}

}  // namespace

bool HasBackward(const Operator& op, const Graph& graph) {
  const auto wants = [&](TensorId id) { return Wants(graph, id); };
  return op.differentiable && std::any_of(op.in.begin(), op.in.end(), wants) &&
         std::any_of(op.out.begin(), op.out.end(), wants);
}

Saved SavedForBackward(const Operator& op, const Graph& graph, PairRule rule) {
  Saved saved;
  if (!HasBackward(op, graph)) return saved;
  switch (op.kind) {
    case Kind::kMatMul:
    case Kind::kMultiply:
      AddOtherOperands(saved, op, graph);
      return saved;
    case Kind::kSoftmax:
      for (TensorId id : op.out) Add(saved, id);
      return saved;
    case Kind::kRelu:
    case Kind::kSigmoid:
    case Kind::kExp:
      Add(saved, op.out[0]);
      return saved;
    case Kind::kGelu:
    case Kind::kSilu:
      Add(saved, op.in[0]);
      return saved;
    case Kind::kLayerNorm:
      AddNorm(saved, op, graph, rule, 2);
      return saved;
    case Kind::kRmsNorm:
      AddNorm(saved, op, graph, rule, 1);
      return saved;
    case Kind::kGather:
    case Kind::kLookup:
      AddPositions(saved, op.in, graph);
      return saved;
    case Kind::kTopK:
    case Kind::kSort:
      AddPositions(saved, op.out, graph);
      return saved;
    case Kind::kAdd:
    case Kind::kScale:
    case Kind::kReduceSum:
      return saved;
  }
  CheckFailed("op.kind is one of Kind", __FILE__, __LINE__);
}

namespace {

/// Whether the tensor, or what it is a view of, and so on, fulfils a condition.
template <class Condition>
bool AnyOfStorage(const Graph& graph, TensorId id, Condition condition) {
  for (std::optional<TensorId> at = id; at; at = graph.tensors[*at].view_of) {
    if (condition(*at)) return true;
  }
  return false;
}

/// Which tensors are read by an operator, and which of them a gradient reaches.
class GradientFlow {
 public:
  explicit GradientFlow(const Graph& graph)
      : graph_(graph), read_(graph.tensors.size()), reached_(graph.tensors.size()) {
    for (const Operator& op : graph.operators) {
      for (TensorId id : op.in) {
        AnyOfStorage(graph, id, [&](TensorId at) { return read_[at] = true, false; });
      }
    }
  }

  bool Reaches(TensorId id) const {
    if (!graph_.tensors[id].requires_grad) return false;
    return AnyOfStorage(graph_, id, [&](TensorId at) { return reached_[at]; }) ||
           !AnyOfStorage(graph_, id, [&](TensorId at) { return read_[at]; });
  }

  /// A differentiated operator passes its gradient to what it reads, and a view
  /// to what it is a view of, until one requires none.
  void Pass(TensorId id) {
    AnyOfStorage(graph_, id, [&](TensorId at) {
      if (!graph_.tensors[at].requires_grad) return true;
      reached_[at] = true;
      return false;
    });
  }

 private:
  const Graph& graph_;
  std::vector<bool> read_;
  std::vector<bool> reached_;
};

/// Downwards: what is made of inputs without gradients, or without a gradient
/// flowing, requires none. Of several writers of one tensor one is enough.
void SettleRequirements(Graph& graph) {
  std::vector<bool> allowed(graph.tensors.size());
  for (TensorId id = 0; id < graph.tensors.size(); ++id) {
    const Tensor& tensor = graph.tensors[id];
    allowed[id] = tensor.requires_grad && tensor.dtype == DType::kFloat;
  }
  std::vector<bool> given(graph.tensors.size());
  for (const Operator& op : graph.operators) {
    bool gives = false;
    for (TensorId id : op.in) {
      const bool without =
          AnyOfStorage(graph, id, [&](TensorId at) { return !graph.tensors[at].requires_grad; });
      graph.tensors[id].requires_grad = !without;
      gives = gives || !without;
    }
    for (TensorId id : op.out) {
      given[id] = given[id] || (gives && op.differentiable);
      graph.tensors[id].requires_grad = allowed[id] && given[id];
    }
  }
}

}  // namespace

void SettleGradients(Graph& graph) {
  SettleRequirements(graph);
  GradientFlow flow(graph);
  for (auto op = graph.operators.rbegin(); op != graph.operators.rend(); ++op) {
    const auto reached = [&](TensorId id) { return flow.Reaches(id); };
    op->differentiable =
        HasBackward(*op, graph) && std::any_of(op->out.begin(), op->out.end(), reached);
    if (!op->differentiable) continue;
    for (TensorId id : op->in) flow.Pass(id);
  }
}

}  // namespace costcheck
