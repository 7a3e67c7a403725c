#pragma once

#include <cstddef>
#include <optional>

#include "statistics/result.h"

// What a paired design can see. With n pairs whose differences have standard deviation s and true
// mean D, the t of the t test follows the noncentral t law with n - 1 degrees and
// delta = D sqrt(n) / s; power is the probability that |t| (two-sided) or t (one-sided, towards
// D) exceeds its critical value at the level. Solved in that law, not in the normal approximation,
// which promises too much for few pairs.
//
// s is taken as known: from an estimate, the answer is an estimate. Exact tests that reach the
// level need somewhat more pairs (signed ranks about 5 % under a normal law).
//
// CostError unless level and power lie in (0, 1), s > 0 and finite, at least 2 pairs, and
// power > 1 - level: a test rejects so often without any difference.

namespace costcheck {

struct PowerOptions {
  double level = 0.95;
  double power = 0.8;
  Sides sides = Sides::kTwo;
};

/// The power at a difference >= 0; options.power is not used.
double PairedPower(double difference, double standard_deviation, std::size_t pairs,
                   const PowerOptions& options = {});

/// The least D > 0 that the pairs resolve with that power.
double SmallestDifference(double standard_deviation, std::size_t pairs,
                          const PowerOptions& options = {});

inline constexpr std::size_t kMostPairs = 1'000'000;

/// The least number of pairs that resolves a difference > 0 with that power; missing if it is
/// more than kMostPairs.
std::optional<std::size_t> PairsNeeded(double difference, double standard_deviation,
                                       const PowerOptions& options = {});

}  // namespace costcheck
