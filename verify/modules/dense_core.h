#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

// Softmax attention as plain LibTorch operators: every score in memory.

namespace costcheck {

/// [B, n, heads, w] to [B*groups, heads/groups*n, w]: the heads that share keys side by side in the
/// rows, so that keys and values are never repeated. A copy, unless the order in memory is that
/// already. Requires that `groups` divides the heads.
at::Tensor GroupHeads(at::Tensor rows, std::int64_t groups);
/// What GroupHeads made of B sequences of n rows, as [B, n, heads*w].
at::Tensor UngroupHeads(at::Tensor grouped, std::int64_t batch, std::int64_t rows);

/// Sets scores [n, r, c] to -inf where c - r >= after. They lie in one piece. No workspace on the
/// CPU; on another device a mask of r*c bytes.
void MaskLaterKeys(at::Tensor scores, std::int64_t after);

/// What hides keys from queries that stand at position S - T + i.
struct DenseMask {
  at::Tensor scores;  ///< [T, S] to be added: -inf for keys after the query; undefined for no mask
  at::Tensor rows;    ///< [T, 1] to be multiplied: 0 for queries before the first key; undefined
                      ///< where there are none. Their scores have no mask: a softmax stays finite.
};
/// Nothing where it would hide nothing: one query.
DenseMask CausalMask(std::int64_t queries, std::int64_t keys);

/// softmax(q k^T + mask) v. The caller has scaled q by 1 / sqrt(w).
///
///   q [N, g*T, w], keys [N, w, n], values [N, n, w], the mask one of T queries and n keys
///   returns [N, g*T, w], zeros for queries before the first key
///
/// Two products, forward N*g*T*n*w multiply-adds each, under the mask as well. Keeps q,
/// keys, values and the weights, N*g*T*n elements; forward holds at most two tensors of that size,
/// backward three. With a mask, g*T must be a multiple of T.
at::Tensor DenseAttention(const at::Tensor& q, const at::Tensor& keys, const at::Tensor& values,
                          const DenseMask& mask);

}  // namespace costcheck
