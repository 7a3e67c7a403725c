#pragma once

#include "claims/claim.h"
#include "claims/outcome.h"
#include "claims/statistic_number.h"

namespace costcheck {

struct StatisticSlips {
  std::vector<Slip> fitting;  ///< the likeliest first: those with the least chance
  int tried = 0;
  std::vector<std::string> left_out;  ///< cells without which the mean fits; of the fewest
};

/// What a printed figure may be instead of what it says:
///   another figure of the same cells: of means, intervals and spreads one another, of p the other
///     tests and sides, of effect sizes one another;
///   for an end of an interval also that of another level (0.8, 0.9, 0.99), of one side, of the
///     normal law, or mean -+ sd and mean -+ 2 sd; for a standard deviation that of n, and the
///     standard error;
///   for a mean, that of every part of at least two of its cells, where there are at most 12.
/// Each with its digits rounded, then cut off. Nothing for an inequality, which half of all numbers
/// satisfy.
///
/// Chance, of a figure: 1 - (1 - w/6)^n, n figures tried, w = log10(upper / lower) of what is
/// claimed; of a part of the cells, the share of the numbers from the least to the greatest cell
/// that the mean of some part fits, as all of them lie there.
StatisticSlips FindStatisticSlips(const ClaimNumber& number, const EvaluatedCells& cells);

}  // namespace costcheck
