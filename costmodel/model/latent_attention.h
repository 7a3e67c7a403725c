#pragma once

#include "costmodel/attention/pair_counts.h"
#include "costmodel/model/architecture.h"
#include "costmodel/model/sizes.h"
#include "costmodel/operators/graph.h"

namespace costcheck {

/// How multi-head latent attention is executed; the result is the same.
enum class LatentMode {
  kExpanded,  ///< keys and values of every head are made of the latents, then attended to
  kAbsorbed,  ///< queries go into the latents' space, and all heads attend to the latents there
};

/// What one sequence asks and is asked, and how many sequences.
struct LatentLengths : Lengths {
  Expr batch;
};

/// Multi-head latent attention, T queries, S keys, H heads:
///
///   queries   x W_DQ [d x query_latent], norm, W_UQ [query_latent x H (plain + rotary)];
///             x W_Q directly where there is no query latent
///   latents   x W_DKV [d x (latent + rotary)]: c after a norm, and one rotary key for all heads
///   expanded  k, v = c W_UKV [latent x H (plain + value)];
///             P pairs: H (plain + rotary) + H value multiply-adds each
///   absorbed  q' = q W_UK: T H plain latent;  P pairs: H (latent + rotary) + H latent each;
///             y W_UV: T H latent value
///   output    [H value x d]
///
/// Decode: one query; caches of latent + rotary numbers a token. Expanded, it makes keys and values
/// of all S tokens again; so it does where T queries that are not all S tokens follow a cache. With
/// an indexer the core sees the K best keys; it scores all visible ones by indexer_heads * m, its
/// queries made of the query latent (else of x), one normed key of m a token, indexer_heads weights
/// of x. Left out: rotations, scales, masking. Source: DeepSeek-V2 (arXiv:2405.04434), Sec. 2.1 and
/// App. C; DeepSeek-V3.2 (2025), Sec. 2.1, for the indexer, its sizes as in the released model's
/// code.
Graph LatentAttentionGraph(const AttentionShape& shape, const ModelSizes& sizes,
                           const LatentLengths& lengths, LatentMode mode);

/// Multi-head latent attention is run absorbed where a token is decoded or keys are chosen, else
/// expanded.
LatentMode ModeOf(const AttentionShape& shape, bool decode);

}  // namespace costcheck
