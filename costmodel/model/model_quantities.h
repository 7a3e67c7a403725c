#pragma once

#include <span>
#include <string_view>

#include "costmodel/algebra/expr.h"

namespace costcheck {

/// What a whole model costs, as formulas in T, the tokens of a sequence (of the decoder, where
/// there are two stacks). Bytes are those of one device; parameters and FLOPs those of the model.
struct ModelCosts {
  Expr parameters;            ///< trained or not, without multi-token modules
  Expr parameters_embedding;  ///< tables of tokens, positions and token types
  Expr parameters_head;       ///< where it is not tied
  Expr parameters_active;     ///< that one token passes: of routed experts the chosen ones
  Expr parameters_multi_token;
  Expr flops;
  Expr flops_attention_core;  ///< selection of keys included
  Expr flops_linear;          ///< projections, feed-forwards and routers
  Expr flops_logits;
  Expr flops_embedding;   ///< look-ups, where the convention counts them
  Expr flops_recomputed;  ///< what the policy of recomputation adds to a training step
  Expr flops_multi_token;
  Expr weight_bytes;
  Expr gradient_bytes;
  Expr optimizer_bytes;
  Expr kept_bytes;           ///< from forward to backward
  Expr kept_of_pairs_bytes;  ///< as far as they grow with T^2
  Expr kv_cache_bytes;
  Expr decode_flops;        ///< of one token a sequence, at the end of T
  Expr decode_bytes_read;   ///< for it: the weights that are used once, and the caches
  Expr communication_data;  ///< bytes that a device sends in a step
  Expr communication_tensor;
  Expr communication_pipeline;
  Expr communication_expert;
};

struct ModelQuantity {
  std::string_view name;  ///< "flops_linear"
  std::string_view unit;  ///< "FLOP", "parameter", "byte"
  std::string_view meaning;
  Expr ModelCosts::*formula;
};
/// Every member of ModelCosts, in its order.
std::span<const ModelQuantity> ModelQuantities();

}  // namespace costcheck
