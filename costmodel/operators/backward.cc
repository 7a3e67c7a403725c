#include <algorithm>

#include "costmodel/algebra/error.h"
#include "costmodel/operators/cost.h"
#include "costmodel/operators/gradient.h"

namespace costcheck {
namespace {

/// The gradient of one operator that runs once; recomputation is the caller's.
class Backward {
 public:
  Backward(const Operator& op, const Graph& graph, PairRule rule)
      : op_(op), graph_(graph), rule_(rule) {}

  Cost Arithmetic() const;
  Bytes Read() const;
  Bytes Written() const;

 private:
  bool Wants(std::size_t i) const {
    return i < op_.in.size() && graph_.tensors[op_.in[i]].requires_grad;
  }
  Expr InElements(std::size_t i = 0) const { return ElementsOf(graph_.tensors[op_.in[i]], rule_); }
  Expr OutElements() const { return ElementsOf(graph_.tensors[op_.out[0]], rule_); }
  int WantedOperands() const;
  Expr BroadcastSums() const;
  Expr ReadTimes(TensorId id) const;

  Cost Scattered() const { return {.simple = Elements(OutElements())}; }
  Cost Norm(int normalised, int input, int rows) const;
  Cost Lookup() const;
  Cost CrossEntropy() const;

  const Operator& op_;
  const Graph& graph_;
  PairRule rule_;
};

int Backward::WantedOperands() const {
  int wanted = 0;
  for (std::size_t i = 0; i < op_.in.size(); ++i) wanted += Wants(i) ? 1 : 0;
  return wanted;
}

/// A broadcast operand's gradient sums what it was broadcast to.
Expr Backward::BroadcastSums() const {
  Expr sums;
  for (std::size_t i = 0; i < op_.in.size(); ++i) {
    if (Wants(i)) sums += OutElements() - InElements(i);
  }
  return sums;
}

/// n elements in rows of m, x^ the normalised input, g the output's gradient:
/// `normalised` operations an element for x^; `input` an element and `rows` a row
/// for the input's gradient, one more an element where there is a scale (g*scale);
/// the scale's gradient, sum of g*x^: n products, n - m sums; the shift's, sum of
/// g: n - m sums.
Cost Backward::Norm(int normalised, int input, int rows) const {
  const Expr n = InElements();
  const Expr width = graph_.tensors[op_.in[0]].shape.back();
  Expr simple = normalised * n;
  if (Wants(0)) simple += (input + (op_.in.size() > 1 ? 1 : 0)) * n + rows * n / width;
  if (Wants(1)) simple += 2 * n - width;
  if (Wants(2)) simple += n - width;
  return {.simple = Elements(simple)};
}

/// Each row's gradient is added to its table row; as a one-hot product it is the
/// forward product once more, transposed.
Cost Backward::Lookup() const {
  Cost cost = Scattered();
  cost.lookups = Elements(OutElements() * graph_.tensors[op_.in[0]].shape.front());
  return cost;
}

/// (exp(log p) - 1 at the target) * g/rows: n exponentials, n products, one
/// subtraction a row, one division in all. The ledger line `softmax` counts the
/// elements once more.
Cost Backward::CrossEntropy() const {
  const Expr n = InElements();
  const Expr rows = n / graph_.tensors[op_.in[0]].shape.back();
  return {.simple = Elements(n + rows), .special = Elements(n + 1), .softmax = Elements(n)};
}

/// With g the gradient of y = f(x):
///   product       one product of the forward's size for each operand wanted
///   softmax       y*(g - sum g*y): product, sum, difference, product (4); the
///                 ledger line `softmax` counts the elements once more
///   scale, relu   g*constant, g where y > 0 (1)      exp  g*y (1)
///   sigmoid       g*y*(1-y) (3)
///   gelu          g*(Phi(x) + x*phi(x)): 3, and 2 special functions
///   silu          g*s*(1 + x*(1-s)), s = sigmoid(x): 5, and 1 special function
///   multiply      g*other for each operand wanted, and its broadcast sums
///   layer norm    x^ 2; sums of g and g*x^ and its product 3, corrections 3,
///                 deviation 1: 7, and 2 a row for the two means
///   rms norm      x^ 1; product and sum with g*x^ 2, correction 2, deviation 1:
///                 5, and 1 a row
///   gather, look-up, top-k, sort   one addition into place for each element
///   add           broadcast sums                     reduce sum  nothing
Cost Backward::Arithmetic() const {
  const auto simple = [](const Expr& count) { return Cost{.simple = Elements(count)}; };
  const Expr n = OutElements();
  switch (op_.kind) {
    case Kind::kMatMul:
      return {.multiply_adds = ForwardCost(op_, graph_, rule_).multiply_adds * WantedOperands()};
    case Kind::kSoftmax:
      return {.simple = Elements(4 * n), .softmax = Elements(n)};
    case Kind::kScale:
    case Kind::kRelu:
    case Kind::kExp:
      return simple(n);
    case Kind::kSigmoid:
      return simple(3 * n);
    case Kind::kGelu:
      return {.simple = Elements(3 * n), .special = Elements(2 * n)};
    case Kind::kSilu:
      return {.simple = Elements(5 * n), .special = Elements(n)};
    case Kind::kMultiply:
      return simple(WantedOperands() * n + BroadcastSums());
    case Kind::kLayerNorm:
      return Norm(2, 7, 2);
    case Kind::kRmsNorm:
      return Norm(1, 5, 1);
    case Kind::kGather:
    case Kind::kTopK:
    case Kind::kSort:
      return Scattered();
    case Kind::kLookup:
      return Lookup();
    case Kind::kAdd:
      return simple(BroadcastSums());
    case Kind::kCrossEntropy:
      return CrossEntropy();
    case Kind::kReduceSum:
      return {};
  }
  CheckFailed("op.kind is one of Kind", __FILE__, __LINE__);
}

Expr Backward::ReadTimes(TensorId id) const {
  const auto at = std::find(op_.in.begin(), op_.in.end(), id);
  const auto i = static_cast<std::size_t>(at - op_.in.begin());
  return i < op_.read_times.size() ? op_.read_times[i] : Expr(1);
}

Bytes Backward::Read() const {
  Expr bytes;
  for (TensorId id : op_.out) {
    const Tensor& out = graph_.tensors[id];
    if (out.requires_grad && !out.on_chip) bytes += BytesOf(out, rule_);
  }
  if (op_.recomputed) return Bytes(bytes);  // the forward has just read and made the rest
  const Saved saved = SavedForBackward(op_, graph_, rule_);
  for (TensorId id : saved.tensors) {
    const Tensor& tensor = graph_.tensors[id];
    if (!tensor.on_chip) bytes += BytesOf(tensor, rule_) * ReadTimes(id);
  }
  return Bytes(bytes + saved.statistics * BytesPerElement(DType::kFloat));
}

Bytes Backward::Written() const {
  Expr bytes;
  for (TensorId id : op_.in) {
    const Tensor& in = graph_.tensors[id];
    if (in.requires_grad && !in.on_chip) bytes += BytesOf(in, rule_);
  }
  return Bytes(bytes);
}

}  // namespace

Cost BackwardCost(const Operator& op, const Graph& graph, PairRule rule) {
  if (!HasBackward(op, graph)) return {};
  Operator once = op;
  once.repeat = 1;
  const Backward backward(once, graph, rule);
  Cost cost = backward.Arithmetic();
  cost.read = backward.Read();
  cost.written = backward.Written();
  if (op.recomputed) cost += ForwardCost(once, graph, rule);
  return cost * op.repeat;
}

}  // namespace costcheck
