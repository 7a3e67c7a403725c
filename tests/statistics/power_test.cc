#include "statistics/power.h"

#include <cmath>
#include <cstdint>
#include <optional>

#include "costmodel/algebra/error.h"
#include "statistics/student.h"
#include "tests/catch.h"
#include "tests/statistics/samples.h"

namespace costcheck {

// scipy.stats.nct.sf(c, n - 1, D/s*sqrt(n)), with nct.cdf(-c, ...) added on two sides, c solved
// from mpmath.betainc((n - 1)/2, 0.5, 0, (n - 1)/(n - 1 + c*c), regularized=True)/2 = (1 -
// level)/sides; brentq in D; SciPy 1.10.1, mpmath 1.2.
TEST_CASE("Power and smallest differences are SciPy's", "[statistics][power]") {
  const PowerOptions one_sided{.sides = Sides::kOne};
  CHECK(Near(PairedPower(0.5, 1.1, 13), 0.32614584617733794, 1e-11));
  CHECK(Near(PairedPower(0.5, 1.1, 13, one_sided), 0.4605632055599125, 1e-11));
  CHECK(Near(PairedPower(0.03, 0.02, 5, {.level = 0.9}), 0.8619488411786782, 1e-11));
  CHECK(Near(PairedPower(1, 2, 37, {.level = 0.99}), 0.6274349710016122, 1e-9));
  CHECK(Near(SmallestDifference(1.1, 13), 0.9313203327908233, 1e-9));
  CHECK(Near(SmallestDifference(1.1, 13, one_sided), 0.8053046257143048, 1e-9));
  CHECK(
      Near(SmallestDifference(0.02, 5, {.level = 0.9, .power = 0.9}), 0.03219881055596751, 1e-11));
  CHECK(Near(SmallestDifference(1, 2), 11.549888435882341, 1e-9));
}

// The least n whose power, as above, reaches the figure, by stepping from 2.
TEST_CASE("Pairs needed are those that SciPy finds by stepping", "[statistics][power]") {
  CHECK(PairsNeeded(0.5, 1) == 34);
  CHECK(PairsNeeded(0.5, 1, {.sides = Sides::kOne}) == 27);
  CHECK(PairsNeeded(0.1, 1, {.power = 0.9}) == 1053);
  CHECK(PairsNeeded(5, 1) == 3);
  CHECK(PairsNeeded(0.016, 0.325) == 3241);
  CHECK(PairsNeeded(1e7, 1) == 2);
}

TEST_CASE("One pair fewer does not resolve what the pairs needed resolve", "[statistics][power]") {
  for (const double difference : {0.07, 0.31, 0.9, 2.3}) {
    CAPTURE(difference);
    const std::size_t pairs = PairsNeeded(difference, 1.7).value();
    CHECK(SmallestDifference(1.7, pairs) <= difference);
    CHECK(SmallestDifference(1.7, pairs - 1) > difference);
  }
}

TEST_CASE("The smallest difference has the power asked for, and scales with the spread",
          "[statistics][power]") {
  for (const std::size_t pairs : {std::size_t{2}, std::size_t{7}, std::size_t{31}}) {
    const double difference = SmallestDifference(0.3, pairs);
    CHECK(Near(PairedPower(difference, 0.3, pairs), 0.8, 1e-9));
    CHECK(Near(SmallestDifference(3, pairs), 10 * difference, 1e-9));
  }
  CHECK(Near(PairedPower(0, 1, 7), 0.05, 1e-12));
}

TEST_CASE("The t test rejects as often as the power says", "[statistics][power][random]") {
  const std::uint64_t seed = 4601;
  CAPTURE(seed);
  RandomSource random(seed);
  int rejected = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto values = NormalDraws(random, 7, 0.9);
    if (StudentTest(values, Alternative::kTwoSided).p <= 0.05) ++rejected;
  }
  // Four standard errors are at most 200.
  CHECK(std::abs(rejected - 10'000 * PairedPower(0.9, 1, 7)) < 200);
}

TEST_CASE("More than a million pairs are not counted", "[statistics][power]") {
  CHECK_FALSE(PairsNeeded(1e-6, 1).has_value());
  CHECK(PairsNeeded(0.0030, 1).has_value());
}

TEST_CASE("Designs that are none are refused", "[statistics][power]") {
  CHECK_THROWS_AS(SmallestDifference(1, 1), CostError);
  CHECK_THROWS_AS(SmallestDifference(0, 7), CostError);
  CHECK_THROWS_AS(SmallestDifference(1, 7, {.level = 1}), CostError);
  CHECK_THROWS_AS(SmallestDifference(1, 7, {.power = 1}), CostError);
  CHECK_THROWS_AS(SmallestDifference(1, 7, {.level = 0.9, .power = 0.08}), CostError);
  CHECK_THROWS_AS(PairsNeeded(0, 1), CostError);
  CHECK_THROWS_AS(PairedPower(-1, 1, 7), CostError);
  CHECK_THROWS_AS(PairedPower(std::nan(""), 1, 7), CostError);
}

}  // namespace costcheck
