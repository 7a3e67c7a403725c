#include "statistics/effect.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "costmodel/algebra/error.h"
#include "tests/catch.h"
#include "tests/statistics/samples.h"

namespace costcheck {
namespace {

struct GoldenInterval {
  double d;
  std::size_t n;
  double level, lower, upper;
};

}  // namespace

TEST_CASE("Effect sizes of a few values are those worked by hand", "[statistics][effect]") {
  // Mean 2, squared deviations 4 + 0 + 4 + 0, 3 degrees.
  const std::vector<double> differences = {0, 2, 4, 2};
  const EffectSize paired = PairedEffect(differences);
  CHECK(Near(paired.d, 2 / std::sqrt(8.0 / 3), 1e-14));
  CHECK(paired.degrees == 3);
  CHECK(Near(paired.g, paired.d * 0.7236012545582676, 1e-13));
  // Squared deviations 2 about 2 and 8 about 7, 3 degrees.
  const std::vector<double> a = {1, 2, 3}, b = {5, 9};
  const EffectSize pooled = PooledEffect(a, b);
  CHECK(Near(pooled.d, -5 / std::sqrt(10.0 / 3), 1e-14));
  CHECK(pooled.degrees == 3);
}

// numpy.exp(gammaln(m/2) - gammaln((m-1)/2)) / numpy.sqrt(m/2); SciPy 1.10.1.
TEST_CASE("Hedges' factor is that of the gamma function", "[statistics][effect]") {
  CHECK(Near(HedgesFactor(2), 0.5641895835477564, 1e-13));
  CHECK(Near(HedgesFactor(3), 0.7236012545582676, 1e-13));
  CHECK(Near(HedgesFactor(12), 0.9359418229064745, 1e-13));
  CHECK(Near(HedgesFactor(1001), 0.9992505308671416, 1e-12));
  CHECK(Near(HedgesFactor(1e6), 1 - 3 / (4e6 - 1), 1e-11));
  CHECK_THROWS_AS(HedgesFactor(1), CostError);
}

TEST_CASE("The corrected effect is right on average, the plain one too large",
          "[statistics][effect][random]") {
  const std::uint64_t seed = 4501;
  CAPTURE(seed);
  RandomSource random(seed);
  const int samples = 20'000;
  double d = 0, g = 0;
  for (int i = 0; i < samples; ++i) {
    const EffectSize effect = PairedEffect(NormalDraws(random, 7, 0.8));
    d += effect.d / samples;
    g += effect.g / samples;
  }
  // The standard deviation of g is near 0.5: four standard errors are 0.014.
  CHECK(std::abs(g - 0.8) < 0.014);
  CHECK(d > 0.9);
}

// scipy.optimize.brentq over scipy.stats.nct.sf and .cdf in the noncentrality; SciPy 1.10.1.
// SciPy has this law from Boost, too: tests/statistics/noncentral_t_test.cc integrates it.
TEST_CASE("Intervals of d_z are those that SciPy solves", "[statistics][effect]") {
  const GoldenInterval golden[] = {{0.767, 7, 0.95, -0.10965492848863068, 1.5975131581260056},
                                   {0.2, 31, 0.9, -0.10007603907609446, 0.496795853961125},
                                   {-1.3, 5, 0.99, -2.9237158667912846, 0.31383925833701654},
                                   {2.5, 13, 0.95, 1.3612200065769084, 3.6153730915737294}};
  for (const auto& [d, n, level, lower, upper] : golden) {
    CAPTURE(d, n, level);
    const Interval interval = PairedEffectInterval(d, n, level);
    CHECK(Near(interval.lower, lower, 1e-9));
    CHECK(Near(interval.upper, upper, 1e-9));
    const Interval mirrored = PairedEffectInterval(-d, n, level);
    CHECK(Near(mirrored.lower, -upper, 1e-9));
  }
}

TEST_CASE("Intervals of d_z cover the true one as often as they say",
          "[statistics][effect][random]") {
  const std::uint64_t seed = 4502;
  CAPTURE(seed);
  RandomSource random(seed);
  int covered = 0;
  for (int i = 0; i < 1000; ++i) {
    const Interval interval =
        PairedEffectInterval(PairedEffect(NormalDraws(random, 6, 1.1)).d, 6, 0.9);
    if (interval.lower <= 1.1 && 1.1 <= interval.upper) ++covered;
  }
  // Four standard errors are 38.
  CHECK(std::abs(covered - 900) < 38);
}

TEST_CASE("Huge effects have intervals that grow with them", "[statistics][effect]") {
  const Interval large = PairedEffectInterval(1e4, 7, 0.95);
  const Interval huge = PairedEffectInterval(1e9, 7, 0.95);
  CHECK(Near(huge.lower, 1e5 * large.lower, 1e-5));
  CHECK(Near(huge.upper, 1e5 * large.upper, 1e-5));
}

TEST_CASE("Effects follow a factor, and pooled ones a common shift", "[statistics][effect]") {
  CHECK(Near(PairedEffect(Times(kEleven, -5)).d, -PairedEffect(kEleven).d, 1e-14));
  CHECK(Near(PooledEffect(Plus(kEleven, 3), Plus(kSkewed, 3)).d, PooledEffect(kEleven, kSkewed).d,
             1e-13));
}

TEST_CASE("Too few values and no spread are refused", "[statistics][effect]") {
  const std::vector<double> two = {1, 2}, one = {1}, constant = {0.3, 0.3, 0.3};
  CHECK_THROWS_AS(PairedEffect(two), CostError);
  CHECK_THROWS_AS(PairedEffect(constant), CostError);
  CHECK_THROWS_AS(PooledEffect(one, two), CostError);
  CHECK_THROWS_AS(PooledEffect(two, one), CostError);
  CHECK_THROWS_AS(PooledEffect(constant, constant), CostError);
  CHECK_NOTHROW(PooledEffect(constant, two));
  CHECK_THROWS_AS(PairedEffectInterval(0.5, 1, 0.95), CostError);
  CHECK_THROWS_AS(PairedEffectInterval(0.5, 7, 0), CostError);
  CHECK_THROWS_AS(PairedEffectInterval(std::nan(""), 7, 0.95), CostError);
}

}  // namespace costcheck
