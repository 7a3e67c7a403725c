#pragma once

#include "costmodel/component.h"

namespace costcheck {

/// The last s positions, and every s-th before them.
///
///   causal     g(n) = min(n, s) + floor((n-1)/s): offsets 0 .. s-1 and s, 2s, ...
///   both ways  |a - j| < s, or s divides a - j
///   FLOPs = 2 * 2*P*H*w * B*L
///
/// s stride (tokens), about sqrt(T) in the source; both factors of the pattern
/// in every head (the union, Sec. 4.4). Unmasked T*g(S); executed = useful: no
/// block of a kernel is assumed. Exact.
/// Source: Child 2019 (Sparse Transformer), Sec. 4.3.
extern const Component kStrided;

}  // namespace costcheck
