#pragma once

#include <vector>

#include "costmodel/operators/graph.h"

namespace costcheck {

/// What the gradient of one operator needs of its forward pass.
struct Saved {
  std::vector<TensorId> tensors;  ///< inputs and outputs, each once, parameters among them
  Expr statistics;                ///< elements beside them: mean and reciprocal deviation of a row
};

/// By kind: a product each operand that the other's gradient needs; softmax,
/// ReLU, sigmoid and exp their output (softmax its row statistics too, where
/// they are its second output); GELU and SiLU their input; an elementwise
/// product each operand that the other's gradient needs; LayerNorm its input,
/// its scale and two numbers a row, RMSNorm the same with one number; gather,
/// look-up, top-k and sort their positions; add, scale and reduce-sum nothing
/// (an extreme is counted as a sum). Nothing where no gradient flows.
Saved SavedForBackward(const Operator& op, const Graph& graph, PairRule rule);

/// Whether `op` is differentiable and one of its outputs carries a gradient.
bool HasBackward(const Operator& op, const Graph& graph);

/// Makes the graph say what automatic differentiation does: an output of inputs
/// that require no gradient requires none, and an operator whose outputs reach
/// no result but through a selection (indices, detached views, operators that
/// are not differentiable) is not differentiable. Results are the tensors that
/// no operator reads.
void SettleGradients(Graph& graph);

}  // namespace costcheck
