#pragma once

#include <cstddef>
#include <span>

#include "statistics/result.h"

// Wilcoxon's signed-rank test (1945): the |differences| are ranked, and W is the sum of the ranks
// of the positive ones. If each difference is symmetric about 0, each rank is in W or not with
// equal right. p counts W at least the observed one (kGreater), at most (kLess); kTwoSided is
// twice the smaller, at most 1.
//
// Ties share the mean of their ranks, and the law of W is that of the ranks as they are (the
// conditional law): exact with ties as well, where tables and most programs approximate.
// |differences| that agree to kTieTolerance of their size are tied; only 0 itself is a zero.
//
// Exact to kMostExactRanks differences, by adding one rank after the other to the law of the
// doubled sum (whole numbers even with ties), in n^3. Above, exact is false: the normal law with
// the mean and variance of that sum, corrected by half a rank for continuity.
//
// CostError for no differences, NaN or infinities. Zeros alone: p = 1.

namespace costcheck {

inline constexpr std::size_t kMostExactRanks = 400;

enum class Zeros {
  kDropped,  ///< before ranking, as Wilcoxon does
  kRanked    ///< ranked with the rest, then dropped with their ranks (Pratt 1959)
};

TestResult WilcoxonTest(std::span<const double> differences, Alternative alternative,
                        Zeros zeros = Zeros::kDropped);

}  // namespace costcheck
