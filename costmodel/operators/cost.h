#pragma once

#include "costmodel/algebra/quantity.h"
#include "costmodel/operators/graph.h"

namespace costcheck {

/// What an operator, or a sum of them, does. Every field is exact for the given
/// pair rule. Multiply-adds are those of matrix products; everything else stands
/// beside them, so that a headline of matrix products hides nothing.
struct Cost {
  MultiplyAdds multiply_adds{};
  Elements simple{};       ///< adds, multiplies, compares of elementwise operators
  Elements special{};      ///< exponentials, error functions, square roots, divisions
  Elements comparisons{};  ///< of top-k and sorting
  Elements softmax{};      ///< elements that went through a softmax (its own ledger line)
  Elements lookups{};      ///< table rows x width x rows looked up: the one-hot product left out
  Bytes read{};
  Bytes written{};

  Cost& operator+=(const Cost& other);
  friend Cost operator+(Cost a, const Cost& b) { return a += b; }
  friend Cost operator*(const Cost& a, const Expr& factor);
  friend bool operator==(const Cost& a, const Cost& b) = default;
};

/// Bytes of one element: p for floats, 4 for indices.
Expr BytesPerElement(DType type);
/// Bytes of one such tensor, `repeat` not in it; on chip it still has a size.
Expr BytesOf(const Tensor& tensor, PairRule rule);

/// Forward cost of one operator, `repeat` included: one rule a kind (the rules
/// stand above each function in cost.cc).
/// Bytes: every input read once (`read_times` where given), every output written
/// once, what is on chip neither; of a table or a gathered tensor only the rows
/// that are used are read.
Cost ForwardCost(const Operator& op, const Graph& graph, PairRule rule);

/// Backward cost, derived from the forward operator: for a product one product
/// for each operand that requires a gradient, one more forward where the
/// operator is recomputed, and nothing where it is not differentiable.
/// Bytes: the gradient of every output read once, what the gradient needs
/// (SavedForBackward, gradient.h) read as often as in forward, the gradient of every
/// input that requires one written once. Left out: adding up the gradients of a
/// tensor that several operators read.
Cost BackwardCost(const Operator& op, const Graph& graph, PairRule rule);

}  // namespace costcheck
