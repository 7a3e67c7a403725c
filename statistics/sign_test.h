#pragma once

#include <cstdint>
#include <span>

#include "statistics/result.h"

// The exact sign test: of n differences that are not 0, the number of positive ones is binomial
// with probability 1/2 if neither sign is favoured. It looks at no magnitude, so it is about the
// median, and assumes nothing else. kTwoSided is twice the smaller tail, at most 1.
//
// CostError for no differences, NaN or infinities. Zeros are dropped; zeros alone: p = 1.

namespace costcheck {

TestResult SignTest(std::span<const double> differences, Alternative alternative);

/// The same of published counts: `positive` of `n`, ties not among them. CostError unless
/// 0 <= positive <= n.
TestResult SignTest(std::int64_t positive, std::int64_t n, Alternative alternative);

}  // namespace costcheck
