#include "statistics/bootstrap.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "costmodel/algebra/error.h"
#include "statistics/random.h"
#include "statistics/sample.h"
#include "statistics/summary.h"

namespace costcheck {
namespace {

using boost::math::normal;

void CheckOptions(const BootstrapOptions& options) {
  CheckFraction(options.level, "The level");
  if ((1 - options.level) / 2 * (static_cast<double>(options.resamples) + 1) < 1) {
    throw CostError("A bootstrap of " + std::to_string(options.resamples) +
                    " resamples is too small for the level.");
  }
}

double Finite(double result) {
  if (!std::isfinite(result)) throw CostError("The statistic of a bootstrap must be finite.");
  return result;
}

std::vector<double> SortedResults(std::span<const double> values, const Statistic& statistic,
                                  const BootstrapOptions& options) {
  RandomSource random(options.seed);
  std::vector<double> resample(values.size()), results(options.resamples);
  for (double& result : results) {
    for (double& value : resample) value = values[random.Below(values.size())];
    result = Finite(statistic(resample));
  }
  std::sort(results.begin(), results.end());
  return results;
}

double QuantileOf(const std::vector<double>& sorted, double p) {
  const auto most = static_cast<double>(sorted.size());
  const double position = std::clamp(p * (most + 1), 1.0, most);
  const auto below = static_cast<std::size_t>(position) - 1;
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], position - std::floor(position));
}

/// The normal quantile of the part of results below the observed one.
double Bias(const std::vector<double>& sorted, double observed) {
  const double tolerance = kTieTolerance * (sorted.back() - sorted.front());
  const auto below = std::lower_bound(sorted.begin(), sorted.end(), observed - tolerance);
  const auto up_to = std::upper_bound(sorted.begin(), sorted.end(), observed + tolerance);
  const double twice = static_cast<double>((below - sorted.begin()) + (up_to - sorted.begin()));
  const double part = twice / (2 * static_cast<double>(sorted.size()));
  if (part <= 0 || part >= 1) {
    throw CostError("A BCa interval needs resamples on both sides of the observed statistic.");
  }
  return quantile(normal(), part);
}

/// sum u^3 / (6 (sum u^2)^1.5), u the mean of the statistics that leave out one value, less each.
double Acceleration(std::span<const double> values, const Statistic& statistic) {
  std::vector<double> left_out(values.begin() + 1, values.end()), results;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) left_out[i - 1] = values[i - 1];
    results.push_back(Finite(statistic(left_out)));
  }
  const double mean = Mean(results);
  double squares = 0, cubes = 0;
  for (const double result : results) {
    squares += (mean - result) * (mean - result);
    cubes += std::pow(mean - result, 3);
  }
  return squares == 0 ? 0 : cubes / (6 * std::pow(squares, 1.5));
}

}  // namespace

Interval PercentileInterval(std::span<const double> values, const Statistic& statistic,
                            const BootstrapOptions& options) {
  CheckSample(values, 2, "A bootstrap interval");
  CheckOptions(options);
  const std::vector<double> sorted = SortedResults(values, statistic, options);
  const double tail = (1 - options.level) / 2;
  return {QuantileOf(sorted, tail), QuantileOf(sorted, 1 - tail)};
}

Interval BcaInterval(std::span<const double> values, const Statistic& statistic,
                     const BootstrapOptions& options) {
  CheckSample(values, 3, "A BCa interval");
  CheckOptions(options);
  const std::vector<double> sorted = SortedResults(values, statistic, options);
  if (sorted.front() == sorted.back()) return {sorted.front(), sorted.front()};
  const double bias = Bias(sorted, Finite(statistic(values)));
  const double acceleration = Acceleration(values, statistic);
  const auto moved = [&](double p) {
    const double z = bias + quantile(normal(), p);
    return cdf(normal(), bias + z / (1 - acceleration * z));
  };
  const double tail = (1 - options.level) / 2;
  return {QuantileOf(sorted, moved(tail)), QuantileOf(sorted, moved(1 - tail))};
}

}  // namespace costcheck
