#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace costcheck {

/// The value rows that every query chose, side by side: [heads, B*T, K*w], query t of sequence b in
/// row b*T + t, zeros where it sees fewer than K keys.
///
///   v [B, S, H_kv, w], any strides; head i of the index reads key head i / shared
///   index int32 [B, heads, T, K] in one piece; the first min(n, K) numbers of a row are keys, each
///   one that the query sees (causal n = S - T + i + 1 of them, at least 0; else S)
///
/// An autograd function of our own: no products, copies only; backward adds. Keeps the index. The
/// same bits at any number of threads. Requires heads <= H_kv * shared.
at::Tensor GatherValueRows(const at::Tensor& v, const at::Tensor& index, bool causal,
                           std::int64_t shared);

}  // namespace costcheck
