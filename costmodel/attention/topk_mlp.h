#pragma once

#include "costmodel/component.h"

namespace costcheck {

/// Attention heads replaced by two small MLPs: a selector that names K keys from
/// the query alone, and an approximator that maps their K value rows to the
/// head's output.
///
///   logits = relu(q W_1) W_2         [w -> h -> S]        T (w h + h S)
///   indices = top_k(logits, K)                            T S ceil(log2 K) comparisons
///   out = relu(v[indices] W_3) W_4   [K w -> h -> w]      P w h + T h w
///
/// multiply-adds of a sparse head; T queries, S keys, K kept keys, h hidden
/// width, w head width. P = T*K under every rule but the useful one, where it is
/// the sum of min(n, K): the approximator's input is of fixed size, keys that
/// are not there are zeros. The selector's S logits cost T*S under any count.
///
/// Heads: `sparse_heads` of this kind (H unless set), `exact_heads` of full
/// attention (H - sparse_heads), `topk_heads` (0) that attend to K keys chosen
/// for free: softmax over K scores. What their sum leaves of H costs nothing,
/// and the graph says so. `selection` = 0 leaves selector and top-k out.
/// Queries, keys and values are projected for all H heads.
/// Parameters of a sparse head: w h + h S + K w h + h w, no biases; they are tied
/// to the length S. No gradient passes the top-k: the selector's training is not
/// counted, and queries and keys that only sparse heads have are not trained. Decode: V cache of S
/// rows; a K cache only where a head reads keys. Source: sparse-attention-mlp, README.md (method)
/// and its FLOPs tables.
extern const Component kTopkMlp;

}  // namespace costcheck
