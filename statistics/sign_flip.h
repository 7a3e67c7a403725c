#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "statistics/result.h"

// The sign-flip (one-sample permutation) test of a mean difference (Fisher 1935, section 21).
//
// If swapping the two sides of a pair changes nothing, each difference has either sign with equal
// right, and the observed sum is one of 2^n equally likely ones. p is the part of the 2^n flips
// whose sum is at least the observed one (kGreater), at most (kLess), or at least as far from 0
// (kTwoSided). No law of the values is assumed, but that each difference is symmetric about 0.
//
// The observed flip and ties count: a sum that falls short of the observed one by no more than
// kTieTolerance times the sum of all |differences| counts as tied. That can only raise p. Zero
// differences change no sum, so they may be left out: p is the same.
//
// Complexity: exact in 2^(n/2) by sums of two halves, each sorted, 0.1 s at n = 40.
// CostError for no differences, NaN or infinities.

namespace costcheck {

/// Up to so many differences that are not 0 all flips are counted.
inline constexpr std::size_t kMostExactFlips = 40;

struct SignFlipOptions {
  std::uint64_t flips = 99999;  ///< drawn where there are more differences than kMostExactFlips
  std::uint64_t seed = 1;
};

/// exact is false where the flips are drawn at random; then p = (b + 1) / (m + 1), b of the m
/// flips being as extreme (Phipson and Smyth 2010): never 0, and never too small on average.
/// CostError if m = 0.
TestResult SignFlipTest(std::span<const double> differences, Alternative alternative,
                        const SignFlipOptions& options = {});

}  // namespace costcheck
