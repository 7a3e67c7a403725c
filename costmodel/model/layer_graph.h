#pragma once

#include <optional>

#include "costmodel/component.h"
#include "costmodel/model/architecture.h"
#include "costmodel/model/sizes.h"
#include "costmodel/operators/graph.h"

namespace costcheck {

/// An attention that stands in the place of the model's own.
struct AttentionChoice {
  const Component* component;
  Settings settings;  ///< its own parameters: K, W, ...
};

/// How a model is run.
struct RunChoices {
  Phase phase = Phase::kTraining;
  bool recomputing_core = false;  ///< FlashAttention: no weights in memory
  bool dropout = false;           ///< on attention weights and on what is added to the residual
  std::optional<AttentionChoice> attention{};
};

/// Lengths of a sequence in tokens, and the batch. In decode one token asks, at the end of T.
struct ModelLengths {
  Expr tokens;   ///< T, of this stack
  Expr encoded;  ///< S, of the encoder's output; read by cross-attention alone
  Expr batch;    ///< B
};

/// One layer, `repeat` times:
///
///   x1 = x + attention(norm(x)),  x2 = x1 + feed_forward(norm(x1))
///
/// with cross-attention between the two where the shape has one, norms behind them too where it
/// has twice as many, or both on the same x where it is parallel (two norms, or one that they
/// share). With norm_after_sum x1 = norm(x + attention(x)), x2 alike. The attention is
/// costmodel's own: full, flash, sliding_window or topk_indexer, with the shape's biases, norms and
/// sinks; or multi-head latent attention. Inputs: x [B, T, d]; context [B, S, d]. The last operator
/// writes x2. Left out: rotations of queries and keys, relative biases added to scores, masking.
Graph LayerGraph(const LayerShape& layer, const ModelSizes& sizes, const ModelLengths& lengths,
                 const RunChoices& choices, const Expr& repeat = 1);

/// Whether a layer of this shape can be decoded, token by token.
bool IsCausal(const LayerShape& layer);

/// Names of tensors that LayerGraph's graphs have: its second input, and what cross-attention's
/// tensors begin with.
inline constexpr char kContextName[] = "context";
inline constexpr char kCrossPrefix[] = "cross ";

}  // namespace costcheck
