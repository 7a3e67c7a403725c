#pragma once

#include <cstddef>
#include <span>

#include "statistics/result.h"

// Student's t for one sample; of paired values, for their differences. Exact where the values are
// drawn independently from one normal law, approximate elsewhere, and rough for few values of a
// skewed law.
//
// CostError for fewer than 2 values, NaN or infinities, a level outside (0, 1), and, in the test,
// values without spread (IsConstant of summary.h): there t is a quotient of rounding errors.

namespace costcheck {

/// mean +- t s / sqrt(n), t the (1 + level) / 2 quantile of Student's law with n - 1 degrees.
/// A sample without spread gives [mean, mean].
Interval MeanInterval(std::span<const double> values, double level);

/// The same of published figures: mean, standard deviation s >= 0, n >= 2.
Interval MeanInterval(double mean, double standard_deviation, std::size_t n, double level);

struct StudentResult {
  double t = 0;        ///< mean / (s / sqrt(n))
  double degrees = 0;  ///< n - 1
  double p = 1;
};

/// Whether the mean of the differences is 0.
StudentResult StudentTest(std::span<const double> differences, Alternative alternative);

/// The p of a published t with its degrees of freedom (above 0, not necessarily whole).
double StudentP(double t, double degrees, Alternative alternative);

}  // namespace costcheck
