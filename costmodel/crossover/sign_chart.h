#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "costmodel/algebra/expr.h"
#include "costmodel/crossover/piecewise.h"
#include "costmodel/crossover/track.h"

// The sign of a function at every integer of a range, without stepping through
// the integers.

namespace costcheck {

/// The integers of a part of the range, on which the sign depends on the residue
/// alone.
struct SignPattern {
  std::uint64_t period = 1;
  /// Residues by sign: [0] negative, [1] zero, [2] positive.
  std::array<std::set<std::uint64_t>, 3> residues;

  const std::set<std::uint64_t>& WithSign(int sign) const {
    return residues[static_cast<std::size_t>(sign + 1)];
  }
  /// The smallest integer >= x with the sign; nothing if no residue has it.
  std::optional<Integer> Next(const Integer& x, int sign) const;
  /// The largest integer <= x with the sign, which may be below 0.
  std::optional<Integer> Previous(const Integer& x, int sign) const;
};

/// From `at` on, x = residue (mod period) has this sign.
struct SignEvent {
  Integer at;
  std::uint64_t residue;
  int sign;
};

/// A part of the range, with one period. The first `period` events are at
/// range.first; events are in ascending order.
struct SignStretch {
  Range range;
  std::uint64_t period;
  std::vector<SignEvent> events;

  /// Calls visit(part, pattern) in ascending order until it returns false.
  /// Returns whether every call returned true.
  bool ForEachPattern(const std::function<bool(const Range&, const SignPattern&)>& visit) const;
};

SignStretch StretchOf(const Piecewise& function, const Range& range);

/// The signs on an initial part of a range; on all of it unless complete_to tells
/// the last integer. Where one exact form covers the range, `function` is it, up
/// to a positive factor.
struct SignChart {
  std::vector<SignStretch> stretches;
  std::optional<Piecewise> function;
  std::optional<Integer> complete_to;

  bool ForEachPattern(const std::function<bool(const Range&, const SignPattern&)>& visit) const;
  /// The smallest integer >= x with the sign, where the chart tells.
  std::optional<Integer> First(int sign, const Integer& from = 0) const;
};

/// The signs of an expression in x alone. ceil(log2) is followed to x = 2^128.
/// Where the exact form would pass the limits, floors are bounded from both
/// sides: the sign is proved where the bounds agree, and found from exact forms
/// on the intervals between. Where those are too long, the chart ends early.
/// CostError if another symbol is free, or a cost is divided by 0.
SignChart MakeSignChart(const Expr& expr, const Symbol& x, const Range& range,
                        const Limits& limits = {});

}  // namespace costcheck
