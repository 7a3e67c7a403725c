#include "costmodel/attention/patterns.h"

namespace costcheck {

Pairs DensePairs(const Lengths& lengths) {
  const Expr all = lengths.queries * lengths.keys;
  const CausalPattern visible = {[](const Expr& n) { return n; }, Triangle};
  const Expr useful = lengths.causal ? CausalPairs(lengths, visible) : all;
  return MakePairs(lengths, {.unmasked = all, .useful = useful, .executed = all});
}

namespace {

CausalPattern AtMost(const Expr& most) {
  return {[most](const Expr& n) { return Min(n, most); },
          [most](const Expr& n) { return SumMin(n, most); }};
}

}  // namespace

Pairs KeptPairs(const Lengths& lengths, const Expr& kept) {
  const Expr all = lengths.queries * Min(kept, lengths.keys);
  const Expr useful = lengths.causal ? CausalPairs(lengths, AtMost(kept)) : all;
  return MakePairs(lengths, {.unmasked = all, .useful = useful, .executed = useful});
}

Pairs WindowPairs(const Lengths& lengths, const Expr& window) {
  const Expr all = lengths.queries * Min(window, lengths.keys);
  const Expr left = FloorDiv(window, 2);
  const Expr useful = lengths.causal
                          ? CausalPairs(lengths, AtMost(window))
                          : BandPairs(lengths.queries, lengths.keys, left, window - 1 - left);
  return MakePairs(lengths, {.unmasked = all, .useful = useful, .executed = useful});
}

namespace {

CausalPattern OwnAndEarlierBlocks(const Expr& block, const Expr& others) {
  return {[=](const Expr& n) {
            const Expr earlier = FloorDiv(n - 1, block);
            return n - block * earlier + block * Min(earlier, others);
          },
          [=](const Expr& n) {
            return Triangle(n) - block * SumFloor(n, block) + block * SumMinFloor(n, block, others);
          }};
}

/// b * (1 + min(earlier blocks, others)) keys a query.
CausalPattern WholeBlocks(const Expr& block, const Expr& others) {
  return {[=](const Expr& n) { return block * (1 + Min(FloorDiv(n - 1, block), others)); },
          [=](const Expr& n) { return block * (n + SumMinFloor(n, block, others)); }};
}

/// Sum over the first n positions where both ways are seen. `last` is the size
/// of the own block of the positions that follow the whole blocks.
Expr SumBothWays(const Expr& n, const Expr& keys, const Expr& block, const Expr& others,
                 const Expr& last) {
  const Expr whole = FloorDiv(keys, block);
  const Expr in_whole = Min(n, block * whole);
  return in_whole * block * (1 + Min(others, whole - 1)) +
         (n - in_whole) * (last + block * Min(others, whole));
}

}  // namespace

Pairs BlockPairs(const Lengths& lengths, const Expr& block, const Expr& others) {
  const Expr& keys = lengths.keys;
  PatternCounts counts;
  counts.unmasked = lengths.queries * Min(block * (others + 1), keys);
  if (lengths.causal) {
    counts.useful = CausalPairs(lengths, OwnAndEarlierBlocks(block, others));
    counts.executed = CausalPairs(lengths, WholeBlocks(block, others));
  } else {
    const auto both_ways = [&](const Expr& last) {
      return SumOverPositions(
          lengths, [&](const Expr& n) { return SumBothWays(n, keys, block, others, last); });
    };
    counts.useful = both_ways(keys - block * FloorDiv(keys, block));
    counts.executed = both_ways(block);
  }
  return MakePairs(lengths, counts);
}

Pairs BlockScorePairs(const Lengths& lengths, const Expr& block) {
  const Expr all = lengths.queries * CeilDiv(lengths.keys, block);
  const CausalPattern earlier = {[&](const Expr& n) { return FloorDiv(n - 1, block); },
                                 [&](const Expr& n) { return SumFloor(n, block); }};
  const Expr useful = lengths.causal ? CausalPairs(lengths, earlier) : all;
  Pairs pairs = MakePairs(lengths, {.unmasked = all, .useful = useful, .executed = all});
  pairs.dense = all;
  return pairs;
}

Expr OtherBlocks(const Expr& kept, const Expr& block) {
  return Positive(FloorDiv(kept, block) - 1);
}

Expr ChosenBlocks(const Expr& others, const Expr& block, const Expr& keys) {
  return Min(others, Positive(CeilDiv(keys, block) - 1));
}

}  // namespace costcheck
