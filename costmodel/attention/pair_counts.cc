#include "costmodel/attention/pair_counts.h"

namespace costcheck {

Expr Positive(const Expr& value) { return Max(value, 0); }

Expr Triangle(const Expr& n) { return n * (n + 1) / 2; }

Expr SumMin(const Expr& n, const Expr& cap) {
  const Expr rising = Min(n, Positive(cap));
  return Triangle(rising) + (n - rising) * cap;
}

Expr SumFloor(const Expr& n, const Expr& b) {
  const Expr blocks = FloorDiv(n, b);
  return b * Triangle(blocks - 1) + (n - b * blocks) * blocks;
}

// Whole blocks j = 0 .. q-1 give min(j, cap) each b times, the rest min(q, cap).
Expr SumMinFloor(const Expr& n, const Expr& b, const Expr& cap) {
  const Expr blocks = FloorDiv(n, b);
  const Expr rising = Min(blocks, cap);
  return b * (Triangle(rising - 1) + (blocks - rising) * cap) + (n - b * blocks) * rising;
}

Expr CausalPairs(const Lengths& lengths, const CausalPattern& pattern) {
  if (lengths.decode) return pattern.kept(lengths.keys);
  return SumOverPositions(lengths, pattern.sum);
}

Expr SumOverPositions(const Lengths& lengths, const std::function<Expr(const Expr& n)>& sum) {
  return sum(lengths.keys) - sum(Positive(lengths.keys - lengths.queries));
}

namespace {

/// Sum of min(max(x, 0), cap) over x <= n. Requires cap >= 0.
Expr SumClamped(const Expr& n, const Expr& cap) { return SumMin(Positive(n), cap); }

}  // namespace

// The query at a sees min(max(a + c + 1, 0), S) keys j <= a + c, a from S - T to S - 1.
Expr BandPairs(const Expr& queries, const Expr& keys, const Expr& left, const Expr& right) {
  const auto up_to = [&](const Expr& c) {
    return SumClamped(keys + c, keys) - SumClamped(keys - queries + c, keys);
  };
  return up_to(right) - up_to(-left - 1);
}

Pairs MakePairs(const Lengths& lengths, const PatternCounts& counts) {
  const bool masked = lengths.causal && !lengths.decode;
  return {.dense = lengths.queries * lengths.keys,
          .unmasked = masked ? counts.unmasked : counts.useful,
          .useful = counts.useful,
          .executed = counts.executed};
}

}  // namespace costcheck
