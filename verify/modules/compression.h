#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

// The compressed branch of native sparse attention: overlapping stretches of rows, each mapped to
// one, and attention to all of them.

namespace costcheck {

/// Overlapping stretches of a text.
struct Stretches {
  std::int64_t length;  ///< l, tokens in each
  std::int64_t stride;  ///< s, from one to the next; divides the length

  /// Those that lie within the first n tokens: max(0, floor((n - l)/s) + 1).
  std::int64_t Within(std::int64_t n) const { return n < length ? 0 : (n - length) / stride + 1; }
};

/// out[b, i, h] = W (rows i*s .. i*s + l - 1 of head h, one behind the other); Yuan 2025, Eq. 7,
/// with a linear map.
///
///   rows [B, S, H, w], weight [w, l*w]; returns [B, N, H, w], N = Within(S)
///
/// One product forward, two backward, of B*H*N*l*w*w multiply-adds each. Keeps rows and weight, not
/// the stretches. Workspace: those of one head of a sequence, N*l*w elements, or their gradient.
at::Tensor Compress(at::Tensor rows, at::Tensor weight, const Stretches& stretches);

struct DenseOutput {
  at::Tensor rows;     ///< [B, T, H, w]
  at::Tensor weights;  ///< [B, H, T, N], to choose by: no gradient passes
};

/// softmax(q k^T * scale) v over all N keys but those that `hidden` marks, and zeros where it marks
/// all.
///
///   q [B, T, H, w], k and v [B, N, H_kv, w]; hidden bool [T, N]
///
/// Products of B*H*T*N*w multiply-adds, two forward and four backward, under the mask as well.
/// Keeps q, k, v and the weights. Workspace, for one head of a sequence at a time: forward two
/// numbers a query, backward two tensors as large as its weights and one number a query.
DenseOutput AttendToAll(at::Tensor q, at::Tensor k, at::Tensor v, const at::Tensor& hidden,
                        double scale);

}  // namespace costcheck
