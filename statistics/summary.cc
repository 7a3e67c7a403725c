#include "statistics/summary.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "costmodel/algebra/compensated_sum.h"
#include "costmodel/algebra/error.h"
#include "statistics/sample.h"

namespace costcheck {
namespace {

double Finite(double sum) {
  if (!std::isfinite(sum)) throw CostError("The sum of the values exceeds a double.");
  return sum;
}

double Count(std::span<const double> values) { return static_cast<double>(values.size()); }

}  // namespace

double Sum(std::span<const double> values) {
  CheckSample(values, 0, "The sum");
  CompensatedSum sum;
  for (const double value : values) sum.Add(value);
  return Finite(sum.Value());
}

double Mean(std::span<const double> values) {
  CheckSample(values, 1, "The mean");
  return Sum(values) / Count(values);
}

double Variance(std::span<const double> values) {
  CheckSample(values, 2, "The variance");
  const double mean = Mean(values);
  CompensatedSum squares, deviations;
  for (const double value : values) {
    squares.Add((value - mean) * (value - mean));
    deviations.Add(value - mean);
  }
  const double sum = Finite(deviations.Value());
  const double rest = sum * sum / Count(values);
  return std::max(0.0, Finite(squares.Value()) - rest) / (Count(values) - 1);
}

double StandardDeviation(std::span<const double> values) { return std::sqrt(Variance(values)); }

double GeometricMean(std::span<const double> values) {
  CheckSample(values, 1, "The geometric mean");
  std::vector<double> logs;
  for (const double value : values) {
    if (value <= 0) throw CostError("The geometric mean needs values above 0.");
    logs.push_back(std::log(value));
  }
  return std::exp(Mean(logs));
}

double Quantile(std::span<const double> values, double q) {
  CheckSample(values, 1, "A quantile");
  if (!(q >= 0 && q <= 1)) throw CostError("A quantile's fraction must lie between 0 and 1.");
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const double position = q * (Count(values) - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], position - std::floor(position));
}

double Median(std::span<const double> values) { return Quantile(values, 0.5); }

double LargestMagnitude(std::span<const double> values) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

bool IsConstant(std::span<const double> values, double scale) {
  const double error = StandardDeviation(values) / std::sqrt(Count(values));
  return error <= 10 * std::numeric_limits<double>::epsilon() * std::abs(scale);
}

Summary Summarize(std::span<const double> values) {
  Summary summary;
  summary.n = values.size();
  summary.mean = Mean(values);
  if (values.size() > 1) {
    summary.variance = Variance(values);
    summary.standard_deviation = std::sqrt(*summary.variance);
  }
  summary.median = Median(values);
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  summary.least = *least;
  summary.greatest = *greatest;
  if (*least > 0) summary.geometric_mean = GeometricMean(values);
  return summary;
}

}  // namespace costcheck
