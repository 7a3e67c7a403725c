#include "statistics/student.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "costmodel/algebra/error.h"
#include "statistics/sample.h"
#include "statistics/summary.h"

namespace costcheck {

using boost::math::complement;
using boost::math::students_t;

Interval MeanInterval(double mean, double standard_deviation, std::size_t n, double level) {
  CheckCount(n, 2, "An interval of a mean");
  CheckFraction(level, "The level");
  const double given[] = {mean, standard_deviation};
  CheckSample(given, 2, "An interval of a mean");
  if (standard_deviation < 0) throw CostError("A standard deviation cannot be below 0.");
  const auto count = static_cast<double>(n);
  const double t = quantile(complement(students_t(count - 1), (1 - level) / 2));
  const double half = t * standard_deviation / std::sqrt(count);
  return {mean - half, mean + half};
}

Interval MeanInterval(std::span<const double> values, double level) {
  CheckSample(values, 2, "An interval of a mean");
  return MeanInterval(Mean(values), StandardDeviation(values), values.size(), level);
}

double StudentP(double t, double degrees, Alternative alternative) {
  CheckPositive(degrees, "The number of degrees of freedom");
  if (std::isnan(t)) throw CostError("The t of a test must be a number.");
  const students_t law(degrees);
  switch (alternative) {
    case Alternative::kLess:
      return cdf(law, t);
    case Alternative::kGreater:
      return cdf(complement(law, t));
    case Alternative::kTwoSided:
      return std::min(1.0, 2 * cdf(complement(law, std::abs(t))));
  }
  CheckFailed("alternative", __FILE__, __LINE__);
}

StudentResult StudentTest(std::span<const double> differences, Alternative alternative) {
  CheckSample(differences, 2, "The t test");
  if (IsConstant(differences, LargestMagnitude(differences))) {
    throw CostError("The t test has no spread to judge by: all differences are equal.");
  }
  StudentResult result;
  const auto count = static_cast<double>(differences.size());
  result.t = Mean(differences) / (StandardDeviation(differences) / std::sqrt(count));
  result.degrees = count - 1;
  result.p = StudentP(result.t, result.degrees, alternative);
  return result;
}

}  // namespace costcheck
