#include "statistics/sign_test.h"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>

#include "costmodel/algebra/error.h"
#include "statistics/sample.h"

namespace costcheck {
namespace {

/// P(X >= least) for X binomial in n trials of probability 1/2.
double UpperTail(std::int64_t least, std::int64_t n) {
  if (least == 0) return 1;
  return boost::math::ibeta(static_cast<double>(least), static_cast<double>(n - least + 1), 0.5);
}

}  // namespace

TestResult SignTest(std::int64_t positive, std::int64_t n, Alternative alternative) {
  if (positive < 0 || positive > n) {
    throw CostError("The sign test needs a number of positive differences from 0 to all.");
  }
  switch (alternative) {
    case Alternative::kLess:
      return {UpperTail(n - positive, n), true};
    case Alternative::kGreater:
      return {UpperTail(positive, n), true};
    case Alternative::kTwoSided:
      return {std::min(1.0, 2 * UpperTail(std::max(positive, n - positive), n)), true};
  }
  CheckFailed("alternative", __FILE__, __LINE__);
}

TestResult SignTest(std::span<const double> differences, Alternative alternative) {
  CheckSample(differences, 1, "The sign test");
  const auto positive =
      std::count_if(differences.begin(), differences.end(), [](double value) { return value > 0; });
  const auto zeros = std::count(differences.begin(), differences.end(), 0.0);
  return SignTest(positive, static_cast<std::int64_t>(differences.size()) - zeros, alternative);
}

}  // namespace costcheck
