#pragma once

#include <string>
#include <vector>

#include "claims/outcome.h"
#include "costmodel/algebra/number.h"

// Figures over claimed cells. The sample is the cells, or, where there are others `against` them,
// the differences cell - against.
//
//   mean, geometric_mean, median, minimum, maximum, count   of the sample
//   share_below_1                 part of the sample that is below 1
//   sd, t_lower, t_upper          standard deviation (n - 1); ends of the t interval of the mean at
//                                 the level (statistics/student.h)
//   cohen_dz                      mean / sd of the sample (statistics/effect.h)
//   cohen_d_pooled                of two groups, cells and `against`, pairing ignored
//   sign_p_one_sided, wilcoxon_p_one_sided, sign_flip_p_one_sided
//                                 that the sample is not about 0: on the side where the sample lies
//                                 (the smaller of both), which favours the claim
//   wilcoxon_p_two_sided, sign_flip_p_two_sided, paired_t_p_two_sided
//   smallest_p_one_sided, smallest_p_two_sided
//                                 that an exact test on so many pairs can give (smallest_p.h):
//                                 `pairs`, else the sample's numbers that are not 0
//
// mean, median, minimum, maximum, count and share_below_1 are exact.

namespace costcheck {

struct StatisticRequest {
  std::string name;  ///< of StatisticNames()
  double level = 0.95;
  int pairs = 0;
};

struct StatisticCells {
  std::vector<Rational> of, against;
};

/// CostError, without place, for too few cells, numbers of cells that differ, a figure that needs
/// pairs or values above 0 and has none, and values without spread where that is divided by.
Recomputed StatisticValue(const StatisticRequest& request, const StatisticCells& cells);

struct StatisticRange {
  Recomputed lower, upper;
};

/// Encloses the figure where every cell lies anywhere from `lower` to `upper`. Exact for figures
/// that rise or fall with every cell: those of the first two lines above, and the p of exact tests,
/// whose ends are at the corners. The others are enclosed from outside: a standard deviation
/// changes by no more than sqrt(sum of e^2 / degrees), e being what each cell moves (it is the
/// length of the centred sample over sqrt(degrees)), and a quotient lies in that of intervals. An
/// end is missing where the divisor may be 0.
StatisticRange RangeOfStatistic(const StatisticRequest& request, const StatisticCells& lower,
                                const StatisticCells& upper);

}  // namespace costcheck
