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
/// ReLU, sigmoid and exp their output (a recomputed softmax its row statistics too,
/// where they are its second output); GELU and SiLU their input; an elementwise
/// product each operand that the other's gradient needs; LayerNorm its input,
/// its scale and two numbers a row, RMSNorm the same with one number; gather,
/// look-up, top-k and sort their positions; cross-entropy its log-probabilities
/// and targets; add, scale and reduce-sum nothing
/// (an extreme is counted as a sum). Beside that, what the operator names itself
/// (Operator::also_saved). Nothing where no gradient flows.
Saved SavedForBackward(const Operator& op, const Graph& graph, PairRule rule);

/// By tensor, whether backward makes its storage again: what operators that are run once more put
/// out, but for row statistics, the second output of a softmax, from which it starts.
std::vector<bool> MadeAgain(const Graph& graph);

/// Whether `op` is differentiable and one of its outputs carries a gradient.
bool HasBackward(const Operator& op, const Graph& graph);

/// Makes the graph say what automatic differentiation does: an output of inputs
/// that require no gradient requires none, and an operator whose outputs reach
/// no result but through a selection (indices, detached views, operators that
/// are not differentiable) is not differentiable. Results are the tensors that
/// no operator reads.
void SettleGradients(Graph& graph);

/// Makes the graph say what stays inside its kernels (Operator::kernel): a tensor
/// that only its own kernel's operators read is on chip, unless one of them keeps it
/// for backward. That one is written once, and not read again in forward.
void SettleKernels(Graph& graph);

}  // namespace costcheck
