#include "statistics/summary.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "costmodel/algebra/error.h"
#include "tests/catch.h"
#include "tests/statistics/samples.h"

namespace costcheck {

TEST_CASE("The figures of a small sample are those worked by hand", "[statistics][summary]") {
  const std::vector<double> values = {4, 1, 16, 2};
  const Summary summary = Summarize(values);
  CHECK(summary.n == 4);
  CHECK(summary.mean == 5.75);
  CHECK(Near(*summary.variance, 144.75 / 3, 1e-15));
  CHECK(Near(*summary.standard_deviation, std::sqrt(48.25), 1e-15));
  CHECK(summary.median == 3);
  CHECK(summary.least == 1);
  CHECK(summary.greatest == 16);
  CHECK(Near(*summary.geometric_mean, std::pow(128.0, 0.25), 1e-15));
}

// numpy.mean(x), numpy.var(x, ddof=1), numpy.median(x), numpy.quantile(x, 0.3),
// scipy.stats.gmean(y); NumPy 1.24, SciPy 1.10.1.
TEST_CASE("The figures of eleven values are NumPy's", "[statistics][summary]") {
  CHECK(Near(Mean(kEleven), 2.209090909090909, 1e-15));
  CHECK(Near(Variance(kEleven), 9.15090909090909, 1e-14));
  CHECK(Near(Median(kEleven), 2.2, 1e-15));
  CHECK(Near(Quantile(kEleven, 0.3), 0.8, 1e-14));
  const std::vector<double> y = {0.31, 2.7, 11.0, 0.053, 1.9};
  CHECK(Near(GeometricMean(y), 0.984984786614858, 1e-14));
}

TEST_CASE("A sum keeps what plain addition loses", "[statistics][summary]") {
  const std::vector<double> values = {1, 1e100, 1, -1e100};
  CHECK(Sum(values) == 2);
  const std::vector<double> tenths(1'000'000, 0.1);
  CHECK(Sum(tenths) == 100'000);
  CHECK(Sum({}) == 0);
}

TEST_CASE("A variance is not lost beside a large mean", "[statistics][summary]") {
  const std::vector<double> values = {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16};
  CHECK(Variance(values) == 30);
  const std::vector<double> constant(7, 0.1);
  CHECK(Variance(constant) < 1e-33);
}

TEST_CASE("Figures follow a shift and a factor", "[statistics][summary]") {
  const std::vector<double> moved = Plus(Times(kEleven, -3), 17);
  CHECK(Near(Mean(moved), 17 - 3 * Mean(kEleven), 1e-14));
  CHECK(Near(Variance(moved), 9 * Variance(kEleven), 1e-14));
  CHECK(Near(Quantile(moved, 0.2), 17 - 3 * Quantile(kEleven, 0.8), 1e-14));
  CHECK(Near(GeometricMean(Times(kSkewed, 5)), 5 * GeometricMean(kSkewed), 1e-14));
}

TEST_CASE("Quantiles go from the least to the greatest value", "[statistics][summary]") {
  CHECK(Quantile(kEleven, 0) == -2.6);
  CHECK(Quantile(kEleven, 1) == 7.7);
  const std::vector<double> one = {3};
  CHECK(Quantile(one, 0.7) == 3);
  for (const double wrong : {-0.01, 1.01, std::nan("")}) {
    CHECK_THROWS_AS(Quantile(kEleven, wrong), CostError);
  }
}

TEST_CASE("One value has no variance, and one at or below 0 no geometric mean",
          "[statistics][summary]") {
  const std::vector<double> one = {3}, zero = {0, 2};
  CHECK_FALSE(Summarize(one).variance.has_value());
  CHECK_FALSE(Summarize(one).standard_deviation.has_value());
  CHECK(Near(*Summarize(one).geometric_mean, 3, 1e-15));
  CHECK_FALSE(Summarize(zero).geometric_mean.has_value());
  CHECK_THROWS_AS(Variance(one), CostError);
  CHECK_THROWS_AS(GeometricMean(zero), CostError);
  CHECK_THROWS_AS(Summarize({}), CostError);
}

TEST_CASE("A sum beyond a double and a value that is not a number are refused",
          "[statistics][summary]") {
  const std::vector<double> huge = {1.5e308, 1.5e308}, unknown = {1, std::nan("")};
  CHECK_THROWS_AS(Mean(huge), CostError);
  CHECK_THROWS_AS(Sum(unknown), CostError);
  CHECK_THROWS_AS(Median(unknown), CostError);
}

TEST_CASE("Values that differ by rounding alone are constant", "[statistics][summary]") {
  const std::vector<double> rounded = {3.3 - 3.1, 5.3 - 5.1, 7.3 - 7.1};
  CHECK(rounded[0] != rounded[2]);
  CHECK(IsConstant(rounded, 7.3));
  const std::vector<double> varied = {0.2, 0.2 + 1e-9, 0.2};
  CHECK_FALSE(IsConstant(varied, 7.3));
  CHECK(LargestMagnitude(kEleven) == 7.7);
  CHECK(LargestMagnitude(Times(kEleven, -1)) == 7.7);
}

}  // namespace costcheck
