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

std::vector<bool> MadeAgain(const Graph& graph) {
  std::vector<bool> made(graph.tensors.size());
  for (const Operator& op : graph.operators) {
    const std::size_t outputs = op.kind == Kind::kSoftmax ? 1 : op.out.size();
    for (std::size_t i = 0; op.recomputed && i < outputs; ++i)
      made[RootOf(graph, op.out[i])] = true;
  }
  return made;
}

bool HasBackward(const Operator& op, const Graph& graph) {
  const auto wants = [&](TensorId id) { return Wants(graph, id); };
  return op.differentiable && std::any_of(op.in.begin(), op.in.end(), wants) &&
         std::any_of(op.out.begin(), op.out.end(), wants);
}

namespace {

Saved SavedByKind(const Operator& op, const Graph& graph, PairRule rule) {
  Saved saved;
  switch (op.kind) {
    case Kind::kMatMul:
    case Kind::kMultiply:
      AddOtherOperands(saved, op, graph);
      return saved;
    case Kind::kSoftmax:
      Add(saved, op.out[0]);
      if (op.recomputed && op.out.size() > 1) Add(saved, op.out[1]);
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
      AddPositions(saved, {op.in[1]}, graph);
      return saved;
    case Kind::kTopK:
    case Kind::kSort:
      AddPositions(saved, op.out, graph);
      return saved;
    case Kind::kCrossEntropy:
      Add(saved, op.out[1]);
      AddPositions(saved, op.in, graph);
      return saved;
    case Kind::kAdd:
    case Kind::kScale:
    case Kind::kReduceSum:
      return saved;
  }
  CheckFailed("op.kind is one of Kind", __FILE__, __LINE__);
}

}  // namespace

Saved SavedForBackward(const Operator& op, const Graph& graph, PairRule rule) {
  if (!HasBackward(op, graph)) return {};
  Saved saved = SavedByKind(op, graph, rule);
  for (TensorId id : op.also_saved) Add(saved, id);
  return saved;
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

namespace {

/// Roots of what leaves each kernel's operators: read by others, or a result.
class KernelOutputs {
 public:
  explicit KernelOutputs(const Graph& graph)
      : graph_(graph),
        made_again_(MadeAgain(graph)),
        readers_(graph.tensors.size()),
        kept_(graph.tensors.size()) {
    for (const Operator& op : graph.operators) {
      for (TensorId id : op.in) readers_[RootOf(graph, id)].push_back(op.kernel);
      const Saved saved = SavedForBackward(op, graph, PairRule::kUseful);
      for (TensorId id : saved.tensors) {
        const TensorId root = RootOf(graph, id);
        kept_[root] = !made_again_[root];
      }
    }
  }

  bool Leaves(TensorId id, int kernel) const {
    const std::vector<int>& readers = readers_[RootOf(graph_, id)];
    return readers.empty() || std::any_of(readers.begin(), readers.end(),
                                          [&](int reader) { return reader != kernel; });
  }
  bool Kept(TensorId id) const { return kept_[RootOf(graph_, id)]; }

 private:
  const Graph& graph_;
  std::vector<bool> made_again_;
  std::vector<std::vector<int>> readers_;
  std::vector<bool> kept_;
};

}  // namespace

void SettleKernels(Graph& graph) {
  const KernelOutputs outputs(graph);
  std::vector<int> made_by(graph.tensors.size());
  for (Operator& op : graph.operators) {
    if (op.kernel == 0) continue;
    for (TensorId id : op.out) {
      made_by[RootOf(graph, id)] = op.kernel;
      if (outputs.Leaves(id, op.kernel) || outputs.Kept(id)) continue;
      graph.tensors[id].on_chip = graph.tensors[RootOf(graph, id)].on_chip = true;
    }
    for (std::size_t i = 0; i < op.in.size(); ++i) {
      if (made_by[RootOf(graph, op.in[i])] != op.kernel) continue;
      op.read_times.resize(std::max(op.read_times.size(), i + 1), 1);
      op.read_times[i] = 0;
    }
  }
}

}  // namespace costcheck
