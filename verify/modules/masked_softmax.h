#pragma once

#include <ATen/core/Tensor.h>

// Softmax of scores that stand under a mask, where a row may have no visible score at all: such a
// row comes to zeros, and so does its gradient.

namespace costcheck {

/// Turns scores [..., n], n > 0, into the weights exp(s - lse) of their rows, in place; what
/// `hidden` (bool, same shape; undefined for none) marks becomes 0. Returns lse [..., 1], the
/// logarithm of each row's sum of exponentials; of a row without visible scores it means nothing.
/// Workspace: two numbers a row.
at::Tensor MaskedSoftmax(at::Tensor scores, const at::Tensor& hidden);

/// Turns dL/dweights into dL/dscores, in place: P * (dP - sum(P * dP) + dlse), with `lse_gradient`
/// [..., 1] undefined where lse leads nowhere. Workspace: one tensor of the size of the weights.
void MaskedSoftmaxBackward(const at::Tensor& weights, const at::Tensor& lse_gradient,
                           at::Tensor gradient);

}  // namespace costcheck
