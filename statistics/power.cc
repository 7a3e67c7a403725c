#include "statistics/power.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "costmodel/algebra/error.h"
#include "statistics/noncentral_t.h"
#include "statistics/root.h"
#include "statistics/sample.h"

namespace costcheck {
namespace {

double CriticalT(double degrees, const PowerOptions& options) {
  const double tail = (1 - options.level) / (options.sides == Sides::kTwo ? 2 : 1);
  return quantile(complement(boost::math::students_t(degrees), tail));
}

double PowerAt(double delta, std::size_t pairs, const PowerOptions& options) {
  const NoncentralT law{static_cast<double>(pairs - 1), delta};
  const double critical = CriticalT(law.degrees, options);
  const double towards = law.Above(critical);
  return options.sides == Sides::kTwo ? towards + law.Below(-critical) : towards;
}

void CheckDesign(double standard_deviation, std::size_t pairs, const PowerOptions& options) {
  CheckPositive(standard_deviation, "The standard deviation of the differences");
  CheckCount(pairs, 2, "The power of a paired test");
  CheckFraction(options.level, "The level");
}

void CheckPower(const PowerOptions& options) {
  CheckFraction(options.power, "The power");
  if (options.power <= 1 - options.level) {
    throw CostError("The power must exceed 1 - level, which a test has without any difference.");
  }
}

}  // namespace

double PairedPower(double difference, double standard_deviation, std::size_t pairs,
                   const PowerOptions& options) {
  CheckDesign(standard_deviation, pairs, options);
  if (!(difference >= 0) || !std::isfinite(difference)) {
    throw CostError("A difference to be resolved must be finite and not below 0.");
  }
  const double delta = difference / standard_deviation * std::sqrt(static_cast<double>(pairs));
  return PowerAt(delta, pairs, options);
}

double SmallestDifference(double standard_deviation, std::size_t pairs,
                          const PowerOptions& options) {
  CheckDesign(standard_deviation, pairs, options);
  CheckPower(options);
  const auto lack = [&](double delta) { return PowerAt(delta, pairs, options) - options.power; };
  const double delta = RootOfIncreasing(lack, 0, 1);
  return delta * standard_deviation / std::sqrt(static_cast<double>(pairs));
}

std::optional<std::size_t> PairsNeeded(double difference, double standard_deviation,
                                       const PowerOptions& options) {
  CheckDesign(standard_deviation, 2, options);
  CheckPower(options);
  CheckPositive(difference, "A difference to be resolved");
  const auto enough = [&](std::size_t pairs) {
    return PairedPower(difference, standard_deviation, pairs, options) >= options.power;
  };
  std::size_t most = 2;
  while (!enough(most)) {
    if (most >= kMostPairs) return std::nullopt;
    most = std::min(2 * most, kMostPairs);
  }
  std::size_t too_few = most == 2 ? 1 : most / 2;
  while (most - too_few > 1) {
    const std::size_t middle = too_few + (most - too_few) / 2;
    (enough(middle) ? most : too_few) = middle;
  }
  return most;
}

}  // namespace costcheck
