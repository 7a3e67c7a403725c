#include "costmodel/crossover/inverse.h"

#include <cstdint>
#include <string>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/parse.h"
#include "tests/catch.h"
#include "tests/crossover/random_cost.h"

namespace costcheck {
namespace {

LargestAnswer Largest(const std::string& a, const std::string& b, const Rational& ratio,
                      const CrossoverOptions& options = {}) {
  return LargestWithRatio(ParseExpr(a), ParseExpr(b), Symbol("W"), ratio, options);
}

}  // namespace

TEST_CASE("A window of 8 is the largest that saves a factor of 500 at 8K tokens", "[inverse]") {
  // 8192 * 8193 / 2 = 33558528 pairs, against 8192 W - W (W - 1) / 2.
  CrossoverOptions options;
  options.to = 8192;
  const LargestAnswer found = Largest("8192*8193/2", "8192*W - W*(W-1)/2", 500, options);
  REQUIRE(found.largest == Integer(8));
  CHECK(found.ratio_there == Rational(33558528, 65508));
  CHECK(found.ratio_after == Rational(33558528, 73692));
  CHECK(*found.ratio_there >= 500);
  CHECK(*found.ratio_after < 500);
  CHECK_FALSE(found.forever);
}

TEST_CASE("A ratio that is met exactly counts", "[inverse]") {
  CHECK(Largest("1000", "W", 100).largest == Integer(10));
  CHECK(Largest("1000", "W", Rational(1001, 10)).largest == Integer(9));
}

TEST_CASE("It may hold nowhere, or for ever", "[inverse]") {
  const LargestAnswer nowhere = Largest("1000", "W", 2000);
  CHECK_FALSE(nowhere.largest.has_value());
  CHECK_FALSE(nowhere.forever);
  const LargestAnswer forever = Largest("W^2", "W", 5);
  CHECK(forever.forever);
  CHECK_FALSE(forever.largest.has_value());
  CHECK(Largest("2*floor(W/2)", "W", 1).forever);  // at every even W
}

TEST_CASE("The range ends the search", "[inverse]") {
  CrossoverOptions options;
  options.to = 7;
  const LargestAnswer found = Largest("1000", "W", 100, options);
  CHECK(found.largest == Integer(7));
  CHECK(found.ratio_after == Rational(125));
}

TEST_CASE("A divisor that is not above 0 is refused", "[inverse]") {
  CHECK_THROWS_AS(Largest("1000", "W - 1", 5), CostError);
  CHECK_THROWS_AS(Largest("1000", "20 - W", 5), CostError);
}

TEST_CASE("Random costs have the largest that stepping finds", "[inverse][random]") {
  const std::uint64_t seed = 20269;
  CAPTURE(seed);
  RandomCosts costs(seed, false);
  constexpr std::int64_t kTo = 800;
  int inside = 0;
  for (int i = 0; i < 120; ++i) {
    const RandomCost a = costs.Next(3);
    const RandomCost b = costs.Next(2);
    const int numerator = 1 + costs.Pick(40), denominator = 1 + costs.Pick(7);
    std::int64_t largest = 0;
    for (std::int64_t t = 1; t <= kTo; ++t) {
      if (a.value(t) * denominator >= (b.value(t) + 1) * numerator) largest = t;
    }
    CrossoverOptions options;
    options.to = kTo;
    const LargestAnswer found = LargestWithRatio(a.expr, b.expr + 1, Symbol("T"),
                                                 Rational(numerator, denominator), options);
    CAPTURE(i, numerator, denominator);
    CHECK(found.largest.value_or(0) == largest);
    if (largest > 0 && largest < kTo) ++inside;
  }
  CHECK(inside > 5);
}

}  // namespace costcheck
