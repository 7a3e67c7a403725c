#pragma once

#include "costmodel/component.h"

namespace costcheck {

/// Attention to whole blocks of keys, chosen by one or two representatives each.
///
///   selection = 2*w*representatives*P_b*H      P_b: pairs of a query and an
///               earlier block, sum of floor((n-1)/b)
///   core      = 2 * 2*P*H*w,  g(n) = own block up to itself
///               + b*min(max(floor(K/b), 1) - 1, floor((n-1)/b))
///
/// FLOPs per sequence and layer, forward; b block size and K kept keys (tokens):
/// max(floor(K/b), 1) blocks, the query's own always among them.
/// `representatives` 1: the mean of a block's keys (MoBA); 2: the least and the
/// greatest of each channel (Quest). Every query head chooses on its own.
/// Beside the headline: pooling (an addition, or comparison, a key element), the
/// greater of Quest's two bounds as a sum, the top-k's comparisons.
/// Executed: block scores T*ceil(S/b) under a mask; the own block whole and
/// padded. Without a causal mask all blocks are scored, and a last block that b
/// does not fill is chosen by its own queries only. Decode: K, V and the
/// representatives are cached; adding the new key to its block's is left out.
/// No gradient passes the choice.
/// Source: Lu 2025 (MoBA), Sec. 2.2, Eq. 5 and 6; Tang 2024 (Quest), Algorithm 1.
extern const Component kBlockTopk;

}  // namespace costcheck
