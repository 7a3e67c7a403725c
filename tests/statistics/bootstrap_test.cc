#include "statistics/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include "costmodel/algebra/error.h"
#include "statistics/summary.h"
#include "tests/catch.h"
#include "tests/statistics/samples.h"

namespace costcheck {
namespace {

constexpr BootstrapOptions kMany = {.level = 0.95, .resamples = 99'999, .seed = 3};

/// Means of all n^n ordered resamples, sorted.
std::vector<double> AllMeans(const std::vector<double>& values) {
  std::vector<double> sums = {0};
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::vector<double> next;
    for (const double sum : sums) {
      for (const double value : values) next.push_back(sum + value);
    }
    sums.swap(next);
  }
  for (double& sum : sums) sum /= static_cast<double>(values.size());
  std::sort(sums.begin(), sums.end());
  return sums;
}

double Part(const std::vector<double>& sorted, double part) {
  return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size()))];
}

/// How many of `samples` intervals of normal samples cover the mean.
int Covered(std::size_t n, int samples, bool bca, RandomSource& random) {
  int covered = 0;
  for (int i = 0; i < samples; ++i) {
    const std::vector<double> values = NormalDraws(random, n);
    const BootstrapOptions options{.resamples = 499, .seed = random.Bits()};
    const Interval interval =
        bca ? BcaInterval(values, Mean, options) : PercentileInterval(values, Mean, options);
    if (interval.lower <= 0 && 0 <= interval.upper) ++covered;
  }
  return covered;
}

}  // namespace

// scipy.stats.bootstrap((x,), numpy.mean, n_resamples=2000000, method=..., random_state=1);
// (y,) with random_state=2; SciPy 1.10.1. The ends of 99,999 resamples vary by some 0.01 of these.
TEST_CASE("Intervals of a mean are SciPy's, to what resampling leaves", "[statistics][bootstrap]") {
  const Interval percentile = PercentileInterval(kEleven, Mean, kMany);
  CHECK(std::abs(percentile.lower - 0.5272727) < 0.03);
  CHECK(std::abs(percentile.upper - 3.9272727) < 0.03);
  const Interval bca = BcaInterval(kEleven, Mean, kMany);
  CHECK(std::abs(bca.lower - 0.5545455) < 0.03);
  CHECK(std::abs(bca.upper - 3.9636364) < 0.03);
  const Interval skewed = BcaInterval(kSkewed, Mean, kMany);
  CHECK(std::abs(skewed.lower - 1.1614286) < 0.03);
  CHECK(std::abs(skewed.upper - 7.1504286) < 0.1);
}

TEST_CASE("A percentile interval comes near that of all resamples", "[statistics][bootstrap]") {
  const std::vector<double> all = AllMeans(kSkewed);  // 7^7
  for (const double level : {0.5, 0.9, 0.98}) {
    CAPTURE(level);
    const Interval interval =
        PercentileInterval(kSkewed, Mean, {.level = level, .resamples = 99'999, .seed = 11});
    CHECK(std::abs(interval.lower - Part(all, (1 - level) / 2)) < 0.04);
    CHECK(std::abs(interval.upper - Part(all, (1 + level) / 2)) < 0.08);
  }
}

TEST_CASE("Any statistic may be given", "[statistics][bootstrap]") {
  const Interval median = PercentileInterval(kSkewed, Median, kMany);
  CHECK(median.lower == 0.31);
  CHECK(median.upper == 4.1);
  const Interval first = PercentileInterval(
      kSkewed, [](std::span<const double> x) { return x[0]; }, kMany);
  CHECK(first.lower == 0.053);
  CHECK(first.upper == 11.0);
}

TEST_CASE("The first resamples are drawn value by value from the documented generator",
          "[statistics][bootstrap]") {
  // With 3 resamples at level 0.5, (1 - level) / 2 (m + 1) = 1: the ends are the outer two.
  RandomSource random(29);
  std::vector<double> means;
  for (int i = 0; i < 3; ++i) {
    double sum = 0;
    for (int k = 0; k < 7; ++k) sum += kSkewed[random.Below(7)];
    means.push_back(sum / 7);
  }
  std::sort(means.begin(), means.end());
  const Interval interval =
      PercentileInterval(kSkewed, Mean, {.level = 0.5, .resamples = 3, .seed = 29});
  CHECK(Near(interval.lower, means[0], 1e-14));
  CHECK(Near(interval.upper, means[2], 1e-14));
}

TEST_CASE("Intervals follow a shift, a factor and a change of sign", "[statistics][bootstrap]") {
  const BootstrapOptions options{.resamples = 999, .seed = 5};
  for (const auto interval : {PercentileInterval, BcaInterval}) {
    const Interval plain = interval(kSkewed, Mean, options);
    const Interval moved = interval(Plus(Times(kSkewed, 3), 10), Mean, options);
    CHECK(Near(moved.lower, 10 + 3 * plain.lower, 1e-12));
    CHECK(Near(moved.upper, 10 + 3 * plain.upper, 1e-12));
    const Interval mirrored = interval(Times(kSkewed, -1), Mean, options);
    CHECK(Near(mirrored.lower, -plain.upper, 1e-9));
    CHECK(Near(mirrored.upper, -plain.lower, 1e-9));
  }
}

TEST_CASE("A skewed sample's BCa interval lies further out on the long side",
          "[statistics][bootstrap]") {
  const Interval percentile = PercentileInterval(kSkewed, Mean, kMany);
  const Interval bca = BcaInterval(kSkewed, Mean, kMany);
  CHECK(bca.lower > percentile.lower);
  CHECK(bca.upper > percentile.upper + 0.3);
}

TEST_CASE("Resamples that tie on paper tie, whatever their last bits", "[statistics][bootstrap]") {
  // Of 3 values every fourth resample is a permutation; plain sums of these differ in rounding.
  const std::vector<double> values = {0.1, 0.7, 0.3};
  const auto plain_mean = [](std::span<const double> x) {
    return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
  };
  CHECK(plain_mean(std::vector<double>{0.1, 0.7, 0.3}) !=
        plain_mean(std::vector<double>{0.7, 0.3, 0.1}));
  const BootstrapOptions options{.level = 0.5, .resamples = 9'999};
  const Interval plain = BcaInterval(values, plain_mean, options);
  const Interval exact = BcaInterval(values, Mean, options);
  CHECK(Near(plain.lower, exact.lower, 1e-9));
  CHECK(Near(plain.upper, exact.upper, 1e-9));
}

TEST_CASE("A seed gives its interval again, another seed another", "[statistics][bootstrap]") {
  const BootstrapOptions one{.resamples = 499, .seed = 1}, two{.resamples = 499, .seed = 2};
  CHECK(BcaInterval(kSkewed, Mean, one).upper == BcaInterval(kSkewed, Mean, one).upper);
  CHECK(BcaInterval(kSkewed, Mean, one).upper != BcaInterval(kSkewed, Mean, two).upper);
}

TEST_CASE("Coverage is near the level at 50 values and well below it at 5",
          "[statistics][bootstrap][random]") {
  const std::uint64_t seed = 4401;
  CAPTURE(seed);
  RandomSource random(seed);
  const int at_50 = Covered(50, 600, true, random);
  CHECK(at_50 > 600 * 0.91);
  CHECK(at_50 < 600 * 0.975);
  const int at_5 = Covered(5, 2000, false, random);
  CHECK(at_5 > 2000 * 0.79);
  CHECK(at_5 < 2000 * 0.86);
}

TEST_CASE("Equal values have an interval without width", "[statistics][bootstrap]") {
  const std::vector<double> equal(5, 0.25);
  CHECK(PercentileInterval(equal, Mean).lower == 0.25);
  CHECK(BcaInterval(equal, Mean).upper == 0.25);
}

TEST_CASE("What cannot be bootstrapped is refused", "[statistics][bootstrap]") {
  const std::vector<double> one = {3}, two = {3, 4};
  CHECK_THROWS_AS(PercentileInterval(one, Mean), CostError);
  CHECK_THROWS_AS(BcaInterval(two, Mean), CostError);
  CHECK_THROWS_AS(PercentileInterval(kEleven, Mean, {.resamples = 38}), CostError);
  CHECK_NOTHROW(PercentileInterval(kEleven, Mean, {.resamples = 39}));
  CHECK_THROWS_AS(PercentileInterval(kEleven, Mean, {.level = 1}), CostError);
  const auto endless = [](std::span<const double>) {
    return std::numeric_limits<double>::infinity();
  };
  CHECK_THROWS_AS(PercentileInterval(kEleven, endless), CostError);
  // No resample has more different values than the sample.
  const auto below_all = [](std::span<const double> x) {
    return std::is_permutation(x.begin(), x.end(), kEleven.begin()) ? -100.0 : Mean(x);
  };
  CHECK_THROWS_AS(BcaInterval(kEleven, below_all, {.resamples = 99}), CostError);
}

}  // namespace costcheck
