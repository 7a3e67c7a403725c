#pragma once

#include <string>

#include "costmodel/operators/graph.h"

// Pieces of a decoder layer, added to a graph that is being built.

namespace costcheck {

enum class NormKind { kLayerNorm, kRmsNorm };

/// Rows of `in` [..., width], normalised and scaled by "<name>.weight", and shifted by
/// "<name>.bias" if `shift`. Part norm.
TensorId AddNorm(GraphBuilder& builder, const std::string& name, TensorId in, NormKind kind,
                 bool shift);

/// a + b, part norm.
TensorId AddResidual(GraphBuilder& builder, const std::string& name, TensorId a, TensorId b);

/// Rows of d numbers, through `inner` ones, to d numbers again; part feed-forward. Its
/// tensors' names begin with `prefix`.
struct FeedForward {
  std::string prefix;
  Expr inner;
  bool bias = false;
};
/// W2 gelu(W1 x).
TensorId AddGeluFeedForward(GraphBuilder& builder, TensorId in, const FeedForward& shape);
/// W2 (silu(W1 x) * W3 x). Shazeer 2020 (GLU variants), Eq. 6.
TensorId AddSwiGluFeedForward(GraphBuilder& builder, TensorId in, const FeedForward& shape);

}  // namespace costcheck
