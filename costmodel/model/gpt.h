#pragma once

#include "costmodel/component.h"
#include "costmodel/model/parts.h"
#include "costmodel/operators/graph.h"

// A whole decoder with its loss, layer by layer:
//
//   x_0     = W_e[tokens] + W_p[0 .. T-1]
//   y_i     = x_i + attention(norm(x_i)),  x_{i+1} = y_i + feed_forward(norm(y_i))
//   logits  = norm(x_L) W_e^T,  loss = mean over B*T of -log softmax(logits)[target]
//
// Radford 2019, Sec. 2.3 (pre-norm, tied table, learned positions). block.h has the same
// layers as one layer that repeats L times; here each has tensors of its own, so that what
// is alive when can be told.

namespace costcheck {

enum class FeedForwardKind { kGelu, kSwiGlu };

/// T, B, d, H, H_kv, w, f, V and the attention's own parameters are those of `settings`.
struct GptConfig {
  const Component* attention;  ///< of any kind that needs no second text
  Settings settings;
  int layers = 1;
  NormKind norm = NormKind::kLayerNorm;
  FeedForwardKind feed_forward = FeedForwardKind::kGelu;
  bool biases = true;             ///< of projections, feed-forwards and norms, not of logits
  bool learned_positions = true;  ///< a table of `context` rows
  Expr context = Symbol("T");
  bool tied_head = true;  ///< logits by the table of the look-up; else by one of their own
};

/// The training graph: one operator for each layer's each. Assumptions are the attention's.
/// CostError if S is set and is not T.
Graph GptGraph(const GptConfig& config);

}  // namespace costcheck
