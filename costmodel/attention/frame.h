#pragma once

#include <array>
#include <string>
#include <string_view>

#include "costmodel/attention/pair_counts.h"
#include "costmodel/component.h"

// What all attentions have in common: their lengths, their projections (part
// projection, without biases), softmax(QK^T)V over a pattern, their output.
//
//   q = x W_q [d x H w], k = x W_k, v = x W_v [d x H_kv w], out = y W_o [H w x d]
//
// per sequence T d (2 H + 2 H_kv) w multiply-adds where S = T. Vaswani 2017,
// Sec. 3.2; Shazeer 2019 and Ainslie 2023 for H_kv < H: the query heads of a
// group share keys and values, which changes no product of the core.
// Forward, training and prefill: T queries, S keys (T unless set; where set, of
// a second input, `context`). Decode: one query, S keys in caches, and only the
// new token is projected.

namespace costcheck {

struct Frame : Lengths {
  Expr batch;
  Expr layers;
  Expr width;       ///< d
  Expr heads;       ///< H
  Expr key_heads;   ///< H_kv
  Expr head_width;  ///< w

  bool SelfAttention() const { return decode || queries == keys; }
  /// Tokens whose keys and values are made: S; in decode the new one.
  Expr NewKeys() const { return decode ? Expr(1) : keys; }
  Expr Sequences() const { return batch * layers; }
  std::vector<Expr> QueryRows(const Expr& of_heads, const Expr& row_width) const {
    return {batch, of_heads, queries, row_width};
  }
};

Frame ReadFrame(const Settings& settings);

/// CostError unless S is T: a pattern over one text. `name` is the component's.
void RequireOneText(const Frame& frame, std::string_view name);

/// The value of a parameter that is 0 or 1. CostError otherwise.
bool IsSwitchedOn(const Settings& settings, std::string_view name);

struct Inputs {
  TensorId tokens;   ///< [B, T, d]
  TensorId context;  ///< [B, S, d], the same tensor in self-attention
};
Inputs AddInputs(GraphBuilder& builder, const Frame& frame);

/// [B, rows, d] x W [d, heads*w] -> [B, heads, rows, w].
TensorId ProjectRows(GraphBuilder& builder, const Frame& frame, TensorId in,
                     const std::string& name, const Expr& heads);
/// [B, T, d] -> [B, H, T, w].
TensorId ProjectQueries(GraphBuilder& builder, const Frame& frame, TensorId tokens,
                        const std::string& name = "q");
/// [B, S, d] -> [B, H_kv, S, w]; in decode the new token's row is projected and
/// the cache of `cached` rows is returned.
TensorId ProjectKeys(GraphBuilder& builder, const Frame& frame, TensorId context,
                     const std::string& name, const Expr& cached);

/// Bytes of so many floats.
Expr FloatBytes(const Expr& elements);

struct Projections {
  TensorId tokens;
  TensorId context;
  TensorId q;  ///< [B, H, T, w]
  TensorId k;  ///< [B, H_kv, S, w]
  TensorId v;  ///< [B, H_kv, S, w]
};
/// Inputs, queries, keys and values; the decoder's caches hold `cached` rows.
Projections Project(GraphBuilder& builder, const Frame& frame, const Expr& cached);
Projections Project(GraphBuilder& builder, const Frame& frame);  ///< all S rows cached

/// [B, heads, T, w]: what a core writes.
TensorId HeadOutput(GraphBuilder& builder, const Frame& frame, const Expr& heads);

struct Core {
  TensorId q, k, v;
  Expr heads;
  Pairs pairs;
  bool q_is_scaled = false;  ///< the scores are not scaled again
};
/// softmax(scores / sqrt(w)), one element a pair.
TensorId ScaledSoftmax(GraphBuilder& builder, TensorId scores);
/// softmax(q k^T / sqrt(w)) v over the pairs into `out`, scores materialised:
/// 2*w multiply-adds a pair and head. Part as set.
TensorId Attend(GraphBuilder& builder, const Core& core, TensorId out);
TensorId Attend(GraphBuilder& builder, const Frame& frame, const Core& core);

/// The same as one kernel that follows the pattern: it writes the weights, which it
/// keeps for backward, and no scores. In backward it holds the weights' gradients.
TensorId AttendInKernel(GraphBuilder& builder, const Core& core, TensorId out);
TensorId AttendInKernel(GraphBuilder& builder, const Frame& frame, const Core& core);
/// The rows of `of` (w elements each) that the pairs select by `index`, for as
/// many heads as select on their own. They stay on the chip: read once a pair,
/// never written, and gathered again in backward.
TensorId GatherOnChip(GraphBuilder& builder, TensorId of, TensorId index, const Expr& heads,
                      const Pairs& pairs);
/// AttendInKernel over keys and values gathered so.
TensorId AttendGathered(GraphBuilder& builder, Core core, TensorId index,
                        const Expr& selecting_heads, TensorId out);
TensorId AttendGathered(GraphBuilder& builder, const Frame& frame, const Core& core, TensorId index,
                        const Expr& selecting_heads);

/// Queries whose keys or blocks a selection chooses at a time.
Expr QueriesOfChoice(const Frame& frame);
/// Bytes held while `chosen` of `blocks` blocks are chosen for them: their scores, with a mask of a
/// byte each and the numbers that make it, or with the greatest and their positions. Whole numbers
/// have eight bytes.
Expr BlockChoiceBytes(const Frame& frame, const Expr& blocks, const Expr& chosen);

/// The graph, with the heads put side by side and projected, H*w -> d.
Graph Finish(GraphBuilder& builder, const Frame& frame, TensorId heads_output);

namespace attention_defaults {
inline constexpr std::array<std::string_view, 1> kZero = {"0"};
inline constexpr std::array<std::string_view, 1> kOne = {"1"};
inline constexpr std::array<std::string_view, 1> kThree = {"3"};
}  // namespace attention_defaults

inline constexpr Parameter kKeptKeysParameter = {
    "K", Domain::kPositiveInteger, "kept keys of a query", {}};
inline constexpr Parameter kWindowParameter = {
    "W", Domain::kPositiveInteger, "window, the token itself included", {}};
inline constexpr Parameter kBlockParameter = {
    "b", Domain::kPositiveInteger, "block size in tokens", {}};

}  // namespace costcheck
