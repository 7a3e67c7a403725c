#include "statistics/student.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "costmodel/algebra/error.h"
#include "statistics/summary.h"
#include "tests/catch.h"
#include "tests/statistics/samples.h"

namespace costcheck {
namespace {

struct GoldenInterval {
  double level, lower, upper;
};

}  // namespace

// numpy.mean(x) +- t * scipy.stats.sem(x), t being mpmath.findroot(lambda t: mpmath.betainc(5, 0.5,
// 0, 10/(10 + t*t), regularized=True) - (1 - level), 2) at 30 digits; NumPy 1.24, mpmath 1.2.
// scipy.stats.t.interval of SciPy 1.10.1 agrees to 9 digits alone.
TEST_CASE("Intervals of a mean are those of the exact quantile", "[statistics][student]") {
  const GoldenInterval golden[] = {{0.8, 0.957541454417348, 3.46064036376447},
                                   {0.95, 0.17683671104208853, 4.241345107139729},
                                   {0.99, -0.6815582476910307, 5.099740065872849}};
  for (const auto& [level, lower, upper] : golden) {
    CAPTURE(level);
    const Interval interval = MeanInterval(kEleven, level);
    CHECK(Near(interval.lower, lower, 1e-12));
    CHECK(Near(interval.upper, upper, 1e-12));
    const Interval published = MeanInterval(Mean(kEleven), StandardDeviation(kEleven), 11, level);
    CHECK(published.lower == interval.lower);
    CHECK(published.upper == interval.upper);
  }
}

// scipy.stats.ttest_1samp(x, 0, alternative=...); scipy.stats.t.sf(2.345, 7.5); SciPy 1.10.1.
TEST_CASE("The t test of eleven differences is SciPy's", "[statistics][student]") {
  const StudentResult less = StudentTest(kEleven, Alternative::kLess);
  CHECK(Near(less.t, 2.4220204769860634, 1e-13));
  CHECK(less.degrees == 10);
  CHECK(Near(less.p, 0.9820313787031495, 1e-12));
  CHECK(Near(StudentTest(kEleven, Alternative::kGreater).p, 0.01796862129685048, 1e-12));
  CHECK(Near(StudentTest(kEleven, Alternative::kTwoSided).p, 0.03593724259370096, 1e-12));
  CHECK(Near(StudentP(2.345, 7.5, Alternative::kGreater), 0.024550119290929536, 1e-12));
}

TEST_CASE("With one degree of freedom the law is Cauchy's, with two it is algebraic",
          "[statistics][student]") {
  // P(T > t) = 1/2 - atan(t) / pi and 1/2 - t / (2 sqrt(2 + t^2)).
  CHECK(Near(StudentP(1, 1, Alternative::kGreater), 0.25, 1e-14));
  CHECK(Near(StudentP(-1, 1, Alternative::kTwoSided), 0.5, 1e-14));
  const double t = 4 / std::sqrt(7.0);
  CHECK(Near(StudentP(t, 2, Alternative::kGreater), 0.5 - t / (2 * std::sqrt(2 + t * t)), 1e-14));
  CHECK(StudentP(0, 5, Alternative::kTwoSided) == 1);
}

TEST_CASE("An interval at level 1 - p has an end at 0", "[statistics][student]") {
  const double p = StudentTest(kEleven, Alternative::kTwoSided).p;
  CHECK(std::abs(MeanInterval(kEleven, 1 - p).lower) < 1e-12);
}

TEST_CASE("Tests and intervals follow a factor and a change of sign", "[statistics][student]") {
  const std::vector<double> mirrored = Times(kEleven, -7);
  CHECK(Near(StudentTest(mirrored, Alternative::kLess).p,
             StudentTest(kEleven, Alternative::kGreater).p, 1e-12));
  CHECK(Near(MeanInterval(mirrored, 0.9).lower, -7 * MeanInterval(kEleven, 0.9).upper, 1e-13));
}

TEST_CASE("An interval at 95 % covers the mean of normal draws 95 % of the time",
          "[statistics][student][random]") {
  const std::uint64_t seed = 4001;
  CAPTURE(seed);
  RandomSource random(seed);
  const int samples = 10'000;
  int covered = 0, rejected = 0;
  for (int i = 0; i < samples; ++i) {
    const std::vector<double> values = NormalDraws(random, 5, 3);
    const Interval interval = MeanInterval(values, 0.95);
    if (interval.lower <= 3 && 3 <= interval.upper) ++covered;
    if (StudentTest(Plus(values, -3), Alternative::kGreater).p <= 0.1) ++rejected;
  }
  // Four standard errors: sqrt(0.95 * 0.05 / 10000) = 0.0022, sqrt(0.1 * 0.9 / 10000) = 0.003.
  CHECK(std::abs(covered - 9500) < 88);
  CHECK(std::abs(rejected - 1000) < 120);
}

TEST_CASE("One value, no spread and a level that is none are refused", "[statistics][student]") {
  const std::vector<double> one = {3}, constant = {0.1, 0.1, 0.1};
  CHECK_THROWS_AS(MeanInterval(one, 0.95), CostError);
  CHECK_THROWS_AS(StudentTest(one, Alternative::kLess), CostError);
  CHECK_THROWS_AS(StudentTest(constant, Alternative::kLess), CostError);
  CHECK_THROWS_AS(MeanInterval(kEleven, 1), CostError);
  CHECK_THROWS_AS(MeanInterval(kEleven, 95), CostError);
  CHECK_THROWS_AS(MeanInterval(1, -0.1, 5, 0.95), CostError);
  CHECK_THROWS_AS(StudentP(std::nan(""), 5, Alternative::kLess), CostError);
  CHECK_THROWS_AS(StudentP(2, 0, Alternative::kLess), CostError);
  CHECK(Near(MeanInterval(constant, 0.95).lower, 0.1, 1e-12));
}

}  // namespace costcheck
