#pragma once

#include <cstddef>

#include "statistics/result.h"

// What an exact test on n pairs can reach at all. The sign test, the sign-flip test and the
// signed-rank test (also with ties) share one bound: 2^n sign choices are equally likely, and the
// most extreme result is one of them, or, on two sides, one of two mirror images:
//
//     one-sided 2^-n, two-sided 2^(1 - n), at most 1.
//
// n counts pairs whose difference is not 0: zeros are dropped by the sign and the signed-rank
// test, and change no sum in the sign-flip test.

namespace costcheck {

/// 1 for n = 0; 0 where 2^-n is below the range of a double (n > 1074).
double SmallestP(std::size_t n, Sides sides);

/// The least n with SmallestP(n, sides) <= p. CostError unless 0 < p <= 1.
std::size_t SmallestPairs(double p, Sides sides);

}  // namespace costcheck
