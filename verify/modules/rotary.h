#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace costcheck {

/// Rotary positions (Su 2021, Eq. 34): the row at position t is turned, pair by pair, by angles
/// t * base^(-2i/w), i = 0 .. w/2 - 1, so that a product of two rows depends on the distance
/// between their positions alone. Number i makes a pair with number i + w/2, as in the released
/// Llama models of transformers; the paper pairs neighbours, a permutation of the weights.
///
///   rows [B, n, heads, w], at positions 0 .. n-1, n <= length; returns the same shape, contiguous
///
/// Elementwise alone, no products of matrices. Keeps nothing of the rows: a gradient is turned back
/// by the two tables [length, 1, w/2], which the owner holds as buffers. They are of LibTorch's
/// default type, which must be that of the rows. Forward holds three tensors of their size at most,
/// them and what it returns among these.
class Rotary {
 public:
  /// Requires an even width and a positive base.
  Rotary(std::int64_t length, std::int64_t width, double base = 10000);

  at::Tensor operator()(at::Tensor rows) const;

  const at::Tensor& cosines() const { return cosines_; }
  const at::Tensor& sines() const { return sines_; }

 private:
  at::Tensor cosines_, sines_;
};

}  // namespace costcheck
