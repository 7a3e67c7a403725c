#pragma once

#include <memory>

#include "verify/modules/module.h"

namespace costcheck {

/// Heads of two small MLPs without biases: a selector that names K keys from the query alone, and
/// an approximator that makes the head's output of their value rows.
///
///   logits  = relu(q W_1) W_2        [w -> h -> S]      the keys of the K greatest, -inf on keys
///                                                       that the query does not see
///   out     = relu(rows W_3) W_4     [K*w -> h -> w]    rows: the K value rows, the key of the
///                                                       greatest logit first
///
/// W_1 [sparse, w, h], W_2 [sparse, h, S], W_3 [sparse, K*w, h], W_4 [sparse, h, w], an own one for
/// each head. A query that sees fewer than K keys has zeros for the missing rows; the product takes
/// them all. The selector is not differentiated. Of the H heads, in this order:
///
///   sparse_heads   as above; with `selection` 0 the K latest visible keys, for free
///   exact_heads    full attention, one product a head
///   topk_heads     softmax attention to the K latest visible keys, gathered
///   all others     zeros
///
/// q, k and v are projected for all heads, without gradient where nothing trains them: k without
/// exact and top-k heads, q too. Products, multiply-adds a head: selector B*T*(w*h + h*S), forward
/// only; approximator B*T*(K*w*h + h*w); exact 2*B*T*S*w; top-k 2*B*P*w, P sum of min(n, K).
///
/// Keeps x, the keys int32 [B, heads, T, K] of sparse and top-k heads, the value rows
/// [sparse, B*T, K*w] and the relu [sparse, B*T, h]; with other heads q, k, v and their weights;
/// the heads' output. The selector works on r = min(T, kScoreRows) queries of one head of one
/// sequence at a time: workspace r*(h + S + 3*min(K, S)) elements. A query before the first key
/// (causal, T > S) gets zeros.
///
/// Source: sparse-attention-mlp, README.md, method. CostError if there are more heads than H, or
/// selection is neither 0 nor 1.
std::unique_ptr<Module> MakeTopkMlp(const Sizes& sizes);

}  // namespace costcheck
