#include "statistics/effect.h"

#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

#include "costmodel/algebra/error.h"
#include "statistics/noncentral_t.h"
#include "statistics/sample.h"
#include "statistics/summary.h"

namespace costcheck {
namespace {

EffectSize Corrected(double d, double degrees) { return {d, d * HedgesFactor(degrees), degrees}; }

void CheckSpread(bool constant) {
  if (constant)
    throw CostError("An effect size has no spread to measure by: all values are equal.");
}

double SquaredDeviations(std::span<const double> values) {
  return Variance(values) * static_cast<double>(values.size() - 1);
}

}  // namespace

double HedgesFactor(double degrees) {
  if (!(degrees > 1)) throw CostError("Hedges' correction needs more than 1 degree of freedom.");
  // Gamma(x) / Gamma(x + 1/2) as one function, as each alone overflows for many degrees.
  const double quotient = boost::math::tgamma_delta_ratio((degrees - 1) / 2, 0.5);
  return 1 / (quotient * std::sqrt(degrees / 2));
}

EffectSize PairedEffect(std::span<const double> differences) {
  CheckSample(differences, 3, "An effect size of pairs");
  CheckSpread(IsConstant(differences, LargestMagnitude(differences)));
  const double d = Mean(differences) / StandardDeviation(differences);
  return Corrected(d, static_cast<double>(differences.size() - 1));
}

EffectSize PooledEffect(std::span<const double> a, std::span<const double> b) {
  CheckSample(a, 2, "An effect size of two groups");
  CheckSample(b, 2, "An effect size of two groups");
  CheckSpread(IsConstant(a, LargestMagnitude(a)) && IsConstant(b, LargestMagnitude(b)));
  const auto degrees = static_cast<double>(a.size() + b.size() - 2);
  const double variance = (SquaredDeviations(a) + SquaredDeviations(b)) / degrees;
  return Corrected((Mean(a) - Mean(b)) / std::sqrt(variance), degrees);
}

Interval PairedEffectInterval(double d, std::size_t n, double level) {
  CheckCount(n, 2, "An interval of an effect size");
  CheckFraction(level, "The level");
  if (!std::isfinite(d)) throw CostError("An interval of an effect size needs a finite d.");
  const auto count = static_cast<double>(n);
  const double t = d * std::sqrt(count);
  const double tail = (1 - level) / 2;
  return {DeltaWithAbove(t, count - 1, tail) / std::sqrt(count),
          DeltaWithBelow(t, count - 1, tail) / std::sqrt(count)};
}

}  // namespace costcheck
