#pragma once

#include "costmodel/component.h"

namespace costcheck {

/// Dense attention in tiles, scores and weights never in memory.
///
///   FLOPs forward  = 2 * 2*P*H*w * B*L, as full
///   FLOPs backward = 5 products of that size (scores once more): 2.5 x forward
///   kept           = q, k, v, output, and one log-sum-exp a row and head
///   bytes of K, V  = ceil(T/tile) times theirs: once for each tile of queries
///
/// P pairs; `tile` queries, and as many keys, of a tile (tokens). Counted and
/// left out as in full; the kernel's reading of K and V again is an upper bound
/// for causal attention, whose tiles skip what lies behind the diagonal; heads
/// of one group share the stream. Executed: whole tile x tile blocks that the
/// mask touches, padded at the ends of the text; in decode the one query is not
/// padded, as in Flash-Decoding.
/// Source: Dao 2022, Algorithms 1 and 4, Theorem 2; Dao 2023, Sec. 3.1 (loop over
/// queries outside, log-sum-exp only) and 4.1 (2.5 x).
extern const Component kFlash;

}  // namespace costcheck
