#pragma once

#include "costmodel/attention/pair_counts.h"

// Patterns that several components share.

namespace costcheck {

/// Every visible key. Causal T(T+1)/2 where S = T; unmasked and executed T*S, as
/// of one product under a mask.
Pairs DensePairs(const Lengths& lengths);

/// K keys of every query, or all where it sees fewer. Causal g(n) = min(n, K);
/// unmasked T*min(K, S). Executed = useful: the keys are gathered.
Pairs KeptPairs(const Lengths& lengths, const Expr& kept);

/// The window of W keys, the query's own among them. Causal a - W < j <= a,
/// g(n) = min(n, W); both ways a - floor(W/2) <= j < a + W - floor(W/2).
/// Unmasked T*min(W, S). Executed = useful: the kernel follows the band.
Pairs WindowPairs(const Lengths& lengths, const Expr& window);

/// Blocks of b keys: the query's own, and `others` more. Which they are may
/// depend on the data: how many are to be had decides. Causal: the others are
/// earlier ones, so whole, g(n) = n - b*i + b*min(i, others), i = floor((n-1)/b).
/// Both ways: own block, and min(others, whole blocks that are not its own): a
/// last block that b does not fill is seen by its own queries alone. Unmasked
/// T*min(b*(others + 1), S). Executed: the own block whole as well, padded to b.
/// Rows before the first key see nothing.
Pairs BlockPairs(const Lengths& lengths, const Expr& block, const Expr& others);

/// Pairs of a query and one number for a whole block of b keys, to choose blocks
/// by. Causal: the blocks before the query's own, floor((n-1)/b); both ways, and
/// executed (a product under a mask): all ceil(S/b).
Pairs BlockScorePairs(const Lengths& lengths, const Expr& block);

/// How many blocks of b a query takes beside its own for K keys: floor(K/b) - 1,
/// at least 0.
Expr OtherBlocks(const Expr& kept, const Expr& block);

/// How many of them there are numbers for: no more than the text has other blocks.
Expr ChosenBlocks(const Expr& others, const Expr& block, const Expr& keys);

}  // namespace costcheck
