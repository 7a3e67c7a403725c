#include "costmodel/operators/cost.h"

#include "costmodel/algebra/error.h"
#include "costmodel/operators/gradient.h"

namespace costcheck {

Cost& Cost::operator+=(const Cost& other) {
  multiply_adds += other.multiply_adds;
  simple += other.simple;
  special += other.special;
  comparisons += other.comparisons;
  softmax += other.softmax;
  lookups += other.lookups;
  read += other.read;
  written += other.written;
  return *this;
}

Cost operator*(const Cost& a, const Expr& factor) {
  return {a.multiply_adds * factor, a.simple * factor,  a.special * factor, a.comparisons * factor,
          a.softmax * factor,       a.lookups * factor, a.read * factor,    a.written * factor};
}

Expr BytesPerElement(DType type) {
  return type == DType::kIndex ? Expr(4) : Expr(Symbol("p", Domain::kPositiveRational));
}

Expr BytesOf(const Tensor& tensor, PairRule rule) {
  return ElementsOf(tensor, rule) * BytesPerElement(tensor.dtype);
}

namespace {

/// One operator with its tensors at hand; every rule below is one of its methods.
class Forward {
 public:
  Forward(const Operator& op, const Graph& graph, PairRule rule)
      : op_(op), graph_(graph), rule_(rule) {}

  Cost Arithmetic() const;
  Bytes Read() const;
  Bytes Written() const;

 private:
  const Tensor& In(std::size_t i) const { return graph_.tensors[op_.in[i]]; }
  const Tensor& Out() const { return graph_.tensors[op_.out[0]]; }
  Expr InElements(std::size_t i = 0) const { return ElementsOf(In(i), rule_); }
  Expr OutElements() const { return ElementsOf(Out(), rule_); }

  Cost MatMul() const;
  Cost Softmax() const;
  Cost LayerNorm() const;
  Cost RmsNorm() const;
  Cost TopK() const;
  Cost Sort() const;
  Cost Lookup() const;
  Cost CrossEntropy() const;
  Expr ReadOf(std::size_t i) const;

  const Operator& op_;
  const Graph& graph_;
  PairRule rule_;
};

Cost Simple(const Expr& operations) { return {.simple = Elements(operations)}; }

Cost Mixed(const Expr& simple, const Expr& special) {
  return {.simple = Elements(simple), .special = Elements(special)};
}

/// elements(out) * n, n = last dimension of in[0], where out has one element a
/// pair (scores); elements(in[0]) * m, m = last dimension of out, otherwise
/// (plain products, weights x values, gathered keys). Kaplan 2020 Sec. 2.1:
/// (m x n)(n x p) takes mnp multiply-adds.
Cost Forward::MatMul() const {
  const Expr products =
      Out().pairs ? OutElements() * In(0).shape.back() : InElements() * Out().shape.back();
  return {.multiply_adds = MultiplyAdds(products)};
}

/// A row of n: n compares with the running maximum, n subtractions, n additions
/// to the running sum (3n simple); n exponentials, n divisions (2n special).
/// The ledger line `softmax` is the n elements themselves.
Cost Forward::Softmax() const {
  Cost cost = Mixed(3 * InElements(), 2 * InElements());
  cost.softmax = Elements(InElements());
  return cost;
}

/// A row of n: add to the mean, subtract it, square, add to the variance, divide
/// by the deviation (5n simple, the last as a product), n for each of scale and
/// shift; three products and sums a row for mean, variance and its offset, and
/// one square root and one reciprocal (2 special). Ba 2016, Eq. 3 and 4.
Cost Forward::LayerNorm() const {
  const Expr rows = InElements() / In(0).shape.back();
  const int per_element = 5 + static_cast<int>(op_.in.size()) - 1;
  return Mixed(per_element * InElements() + 3 * rows, 2 * rows);
}

/// A row of n: square, add, divide by the root mean square (3n simple, the last
/// as a product), n for the scale; two a row for the mean and its offset, one
/// square root and one reciprocal (2 special). Zhang 2019, Eq. 4.
Cost Forward::RmsNorm() const {
  const Expr rows = InElements() / In(0).shape.back();
  const int per_element = 3 + static_cast<int>(op_.in.size()) - 1;
  return Mixed(per_element * InElements() + 2 * rows, 2 * rows);
}

/// elements(in[0]) * ceil(log2 amount): each passes through a heap of that size.
/// An upper bound; the first compare with the heap's root is not counted, so
/// that the largest alone (amount 1) counts none.
Cost Forward::TopK() const {
  return {.comparisons = Elements(InElements() * CeilLog2(op_.amount))};
}

/// n * ceil(log2 n) for each row of n: an upper bound of merge sort.
Cost Forward::Sort() const {
  return {.comparisons = Elements(InElements() * CeilLog2(In(0).shape.back()))};
}

/// No arithmetic. The ledger line `lookups` is the product of one-hot rows and
/// the table, rows looked up x table rows x width, that some sources count
/// (Hoffmann 2022, App. F).
Cost Forward::Lookup() const { return {.lookups = Elements(OutElements() * In(0).shape.front())}; }

/// A row of n: n compares with the running maximum, n subtractions, n additions to
/// the running sum, n subtractions of its logarithm (4n simple), n exponentials; a
/// row its logarithm and one addition to the mean, whose division comes once. The
/// ledger line `softmax` is the n elements themselves.
Cost Forward::CrossEntropy() const {
  const Expr n = InElements(), rows = n / In(0).shape.back();
  Cost cost = Mixed(4 * n + rows, n + rows + 1);
  cost.softmax = Elements(n);
  return cost;
}

/// An elementwise kind costs one operation for each element of its output and
/// each operand past the first; GELU(x) = x * Phi(x) and SiLU(x) = x * sigmoid(x)
/// one special function and one product; a sum of n elements n - 1 additions.
Cost Forward::Arithmetic() const {
  switch (op_.kind) {
    case Kind::kMatMul:
      return MatMul();
    case Kind::kSoftmax:
      return Softmax();
    case Kind::kAdd:
      return Simple((static_cast<int>(op_.in.size()) - 1) * OutElements());
    case Kind::kScale:
    case Kind::kMultiply:
    case Kind::kRelu:
      return Simple(OutElements());
    case Kind::kGelu:
    case Kind::kSilu:
      return Mixed(OutElements(), OutElements());
    case Kind::kSigmoid:
    case Kind::kExp:
      return Mixed(0, OutElements());
    case Kind::kLayerNorm:
      return LayerNorm();
    case Kind::kRmsNorm:
      return RmsNorm();
    case Kind::kTopK:
      return TopK();
    case Kind::kSort:
      return Sort();
    case Kind::kLookup:
      return Lookup();
    case Kind::kGather:
      return {};
    case Kind::kReduceSum:
      return Simple(InElements() - OutElements());
    case Kind::kCrossEntropy:
      return CrossEntropy();
  }
  CheckFailed("op.kind is one of Kind", __FILE__, __LINE__);
}

/// The rows that are used of a table or a gathered tensor, else all of it.
Expr Forward::ReadOf(std::size_t i) const {
  if (In(i).on_chip) return 0;
  const bool rows_only = i == 0 && (op_.kind == Kind::kGather || op_.kind == Kind::kLookup);
  const Expr elements = rows_only ? OutElements() : InElements(i);
  const Expr times = i < op_.read_times.size() ? op_.read_times[i] : Expr(1);
  return elements * BytesPerElement(In(i).dtype) * times;
}

Bytes Forward::Read() const {
  Expr bytes;
  for (std::size_t i = 0; i < op_.in.size(); ++i) bytes += ReadOf(i);
  return Bytes(bytes);
}

Bytes Forward::Written() const {
  Expr bytes;
  for (TensorId id : op_.out) {
    if (!graph_.tensors[id].on_chip) bytes += BytesOf(graph_.tensors[id], rule_);
  }
  return Bytes(bytes);
}

}  // namespace

Cost ForwardCost(const Operator& op, const Graph& graph, PairRule rule) {
  const Forward forward(op, graph, rule);
  Cost cost = forward.Arithmetic();
  cost.read = forward.Read();
  cost.written = forward.Written();
  return cost * op.repeat;
}

}  // namespace costcheck
