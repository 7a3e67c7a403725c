#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

namespace costcheck {

/// Which elements drop in one place of one forward pass.
struct DropoutMask {
  std::uint64_t key;
  std::uint32_t threshold;  ///< of 2^16

  /// x with zeros and scaled: a new tensor, without a gradient. Requires float32 in the host's
  /// memory.
  at::Tensor operator()(const at::Tensor& x) const;
};

/// Zeros for a share of the elements, drawn independently; the others divided by the share that
/// stays, so that the expectation is the element (Srivastava et al. 2014, Sec. 10, "inverted").
///
/// Which ones depends on the key, on the place in the model (the how-manieth call after Start) and
/// on the element's number alone: SplitMix64 of these, 16 bits an element, so that the share is a
/// multiple of 2^-16. Nothing has to be stored for a run to go on where it broke off, the mask is
/// made again backward instead of kept, and the bits do not depend on threads. (LibTorch's own
/// dropout draws one number after another, at a tenth of the speed.)
class Dropout {
 public:
  /// Requires 0 <= share < 1.
  explicit Dropout(double share);

  /// Drops from here on, as this key says; another key a step.
  void Start(std::uint64_t key);
  /// Lets all pass: for evaluation. As constructed.
  void Stop() { dropping_ = false; }

  /// Requires a tensor in the host's memory. Keeps nothing.
  at::Tensor operator()(at::Tensor x);
  /// The mask of the next place, for who applies it itself; nothing where all pass.
  std::optional<DropoutMask> NextMask();

 private:
  std::uint32_t threshold_;  ///< of 2^16
  bool dropping_ = false;
  std::uint64_t key_ = 0;
  std::uint64_t calls_ = 0;
};

}  // namespace costcheck
