#pragma once

#include <cstddef>
#include <optional>
#include <span>

// Figures of one sample. All sums are compensated (Neumaier), so that they do not depend on the
// order of the values but for the last bit. Every function throws CostError for too few values,
// for NaN and infinities, and where a sum leaves the range of a double.

namespace costcheck {

double Sum(std::span<const double> values);   ///< 0 for no values
double Mean(std::span<const double> values);  ///< at least 1 value

/// sum (x - mean)^2 / (n - 1); at least 2 values. Two passes, the second corrected by the sum of
/// the deviations that rounding leaves (Chan, Golub and LeVeque 1983, eq. 1.7).
double Variance(std::span<const double> values);
double StandardDeviation(std::span<const double> values);

/// exp(mean(log x)); CostError if a value is not above 0.
double GeometricMean(std::span<const double> values);

/// The value at position (n - 1) q of the sorted values, counted from 0, with linear
/// interpolation (type 7 of Hyndman and Fan 1996; the default of R and NumPy); 0 <= q <= 1.
double Quantile(std::span<const double> values, double q);
double Median(std::span<const double> values);

/// True where the values differ by no more than rounding: the standard error is below 10 units in
/// the last place of `scale`, the largest number of which they were computed. Such a sample has no
/// spread to judge by. At least 2 values.
bool IsConstant(std::span<const double> values, double scale);

/// The largest absolute value; 0 for no values.
double LargestMagnitude(std::span<const double> values);

struct Summary {
  std::size_t n = 0;
  double mean = 0;
  std::optional<double> variance;            ///< missing for n = 1
  std::optional<double> standard_deviation;  ///< missing for n = 1
  double median = 0;
  double least = 0;
  double greatest = 0;
  std::optional<double> geometric_mean;  ///< missing unless all values are above 0
};

/// At least 1 value.
Summary Summarize(std::span<const double> values);

}  // namespace costcheck
