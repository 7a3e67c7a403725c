#pragma once

#include "costmodel/algebra/expr.h"

namespace costcheck {

/// Devices share the work: tp*pp*dp*ep of them, groups of each kind beside those of the others.
struct Parallel {
  int zero = 0;           ///< ZeRO stage, 0 to 3
  Integer data = 1;       ///< devices that have different sequences
  Integer tensor = 1;     ///< that share every matrix of heads, feed-forward width and vocabulary
  bool sequence = false;  ///< tensor-parallel devices share the other activations, too
  Integer pipeline = 1;   ///< stages of layers
  Integer expert = 1;     ///< that share the routed experts
};

/// The sizes (sizes.h) that one of `tensor` devices has: heads, feed-forward widths and, rounded
/// up, the vocabulary divided; of key heads at least one. CostError where they cannot be divided.
Bindings OnDevice(Bindings sizes, const Integer& tensor);

/// (n - 1)/n: what a device of n does not hold itself.
Rational ShareOfOthers(const Integer& n);

}  // namespace costcheck
