#include "costmodel/crossover/enclose.h"

#include <string>

#include "costmodel/algebra/parse.h"
#include "tests/catch.h"
#include "tests/crossover/random_cost.h"

namespace costcheck {
namespace {

const Symbol kT("T");

}  // namespace

TEST_CASE("The exact form of random costs has their values", "[enclose][random]") {
  const std::uint64_t seed = 20272;
  CAPTURE(seed);
  RandomCosts costs(seed, false);
  for (int i = 0; i < 150; ++i) {
    const RandomCost cost = costs.Next(3);
    const auto form = Encloser(kT, {1, std::nullopt}, Precision::kExact).Enclose(cost.expr);
    REQUIRE(form.has_value());
    CHECK_FALSE(form->upper.has_value());
    for (int t = 1; t < 120; ++t) {
      CHECK(form->lower.Evaluate(t) == Rational(Integer(cost.value(t))));
    }
  }
}

TEST_CASE("Bounds lie on either side where the period is past its limit", "[enclose][random]") {
  const std::uint64_t seed = 20273;
  CAPTURE(seed);
  RandomCosts costs(seed, false);
  Limits limits;
  limits.period = 5;
  int bounded = 0;
  for (int i = 0; i < 150; ++i) {
    const RandomCost cost = costs.Next(3);
    const auto form = EncloseByBounds(cost.expr, kT, {1, std::nullopt}, limits);
    REQUIRE(form.has_value());
    if (form->upper) ++bounded;
    for (int t = 1; t < 120; ++t) {
      const Rational value(Integer(cost.value(t)));
      CHECK(form->lower.Evaluate(t) <= value);
      CHECK(form->Upper().Evaluate(t) >= value);
    }
  }
  CHECK(bounded > 20);
}

TEST_CASE("Powers and products of atoms that share some are added up to the value", "[enclose]") {
  const Expr cost = ParseExpr(
      "T*floor(T/3)*floor(T/3)*min(floor(T/7), 5) - 2*floor(T/3)*floor(T/3)/5 + "
      "3*floor(T/3)*min(floor(T/7), 5) + min(floor(T/7), 5)/floor((2*T+1)/3) - 11*T/2");
  const auto form = Encloser(kT, {1, 500}, Precision::kExact).Enclose(cost);
  REQUIRE(form.has_value());
  for (int t = 1; t <= 500; ++t) CHECK(form->lower.Evaluate(t) == Evaluate(cost, {{"T", t}}));
}

TEST_CASE("A floor of whole numbers is bounded tightly", "[enclose]") {
  Limits limits;
  limits.period = 5;
  const auto form = EncloseByBounds(ParseExpr("floor((T+6)/7)"), kT, {1, std::nullopt}, limits);
  REQUIRE(form.has_value());
  REQUIRE(form->upper.has_value());
  CHECK(form->lower.Evaluate(7) == 1);                  // (T + 6 - 6) / 7
  CHECK(form->Upper().Evaluate(8) == Rational(14, 7));  // both are reached
}

TEST_CASE("Atoms are found wherever they are", "[enclose]") {
  const Expr expr = ParseExpr("min(T, floor(ceillog2(T+1)/3)) + ceil(W/5)");
  CHECK(HasAtom(expr, AtomKind::kCeilLog2, kT));
  CHECK(HasAtom(expr, AtomKind::kFloorDiv, kT));
  CHECK_FALSE(HasAtom(expr, AtomKind::kCeilLog2, Symbol("W")));
  CHECK(HasAtom(expr, AtomKind::kFloorDiv, Symbol("W")));
  CHECK_FALSE(HasAtom(ParseExpr("T^2 + 1"), AtomKind::kMin, kT));
}

TEST_CASE("Positive atoms are cleared from below the line", "[enclose]") {
  const Expr blocks = ParseExpr("ceil(T/64)");
  CHECK(PositiveDenominator(ParseExpr("T^2/ceil(T/64)^2 + T/ceil(T/64)")) == blocks * blocks);
  CHECK(PositiveDenominator(ParseExpr("1/floor(T/64)")) == Expr(1));  // may be 0
  CHECK(PositiveDenominator(ParseExpr("T/W + 3")) == Expr(1));
}

}  // namespace costcheck
