#include <algorithm>

#include "costmodel/algebra/expr.h"
#include "costmodel/algebra/print.h"
#include "tests/algebra/random_tree.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

const Expr T = Symbol("T"), W = Symbol("W"), C = Symbol("C");
const Expr n = Symbol("n", Domain::kNonNegativeInteger);
const Expr p = Symbol("p", Domain::kPositiveRational);

bool Allows(Sign sign, const Rational& value) {
  switch (sign) {
    case Sign::kNegative:
      return value < 0;
    case Sign::kNonPositive:
      return value <= 0;
    case Sign::kZero:
      return value == 0;
    case Sign::kNonNegative:
      return value >= 0;
    case Sign::kPositive:
      return value > 0;
    case Sign::kUnknown:
      return true;
  }
  return false;
}

}  // namespace

TEST_CASE("domains and coefficients prove a sign", "[sign]") {
  CHECK(SignOf(0) == Sign::kZero);
  CHECK(SignOf(-3) == Sign::kNegative);
  CHECK(SignOf(T * W) == Sign::kPositive);
  CHECK(SignOf(-T * W - n) == Sign::kNegative);
  CHECK(SignOf(n) == Sign::kNonNegative);
  CHECK(SignOf(n * T) == Sign::kNonNegative);
  CHECK(SignOf(-n) == Sign::kNonPositive);
  CHECK(SignOf(n + 1) == Sign::kPositive);
  CHECK(SignOf(p / 3) == Sign::kPositive);
  CHECK(SignOf(T / C + n) == Sign::kPositive);
}

TEST_CASE("a positive integer is at least 1", "[sign]") {
  CHECK(SignOf(T - 1) == Sign::kNonNegative);
  CHECK(SignOf(1 - T) == Sign::kNonPositive);
  CHECK(SignOf(T + W - 1) == Sign::kPositive);
  CHECK(SignOf(T * W - T) == Sign::kNonNegative);
  CHECK(SignOf(T * T - T + 1) == Sign::kPositive);
  CHECK(SignOf(1 / T - 1) == Sign::kNonPositive);
  CHECK(SignOf(1 / T - 2) == Sign::kNegative);
  CHECK(SignOf(T - 2) == Sign::kUnknown);
  CHECK(SignOf(p - 1) == Sign::kUnknown);
  CHECK(SignOf(n - 1) == Sign::kUnknown);
  CHECK(SignOf(T - W) == Sign::kUnknown);
}

TEST_CASE("a min lies below both of its arguments", "[sign]") {
  const Expr m = Min(T, W);
  CHECK(SignOf(m) == Sign::kPositive);
  CHECK(SignOf(m - 1) == Sign::kNonNegative);
  CHECK(SignOf(T - m) == Sign::kNonNegative);
  CHECK(SignOf(m - W) == Sign::kNonPositive);
  CHECK(SignOf(T + 1 - m) == Sign::kPositive);
  CHECK(SignOf(Min(n, T)) == Sign::kNonNegative);
  CHECK(SignOf(m * m + T) == Sign::kPositive);
}

TEST_CASE("a floor lies within one of its quotient", "[sign]") {
  CHECK(SignOf(FloorDiv(T, 8)) == Sign::kNonNegative);
  CHECK(SignOf(T - 8 * FloorDiv(T, 8)) == Sign::kNonNegative);
  CHECK(SignOf(8 * FloorDiv(T, 8) + 7 - T) == Sign::kNonNegative);
  CHECK(SignOf(8 * FloorDiv(T, 8) + 8 - T) == Sign::kPositive);
  CHECK(SignOf(CeilDiv(T, 8)) == Sign::kPositive);
  CHECK(SignOf(8 * CeilDiv(T, 8) - T) == Sign::kNonNegative);
  CHECK(SignOf(FloorDiv(T - 1, 8)) == Sign::kNonNegative);
  CHECK(SignOf(FloorDiv(T, W) - T) == Sign::kNonPositive);
  CHECK(SignOf(FloorDiv(T - W, C)) == Sign::kUnknown);
  CHECK(SignOf(Pow(FloorDiv(T, 2), 2) - 5) == Sign::kUnknown);
  CHECK(SignOf(FloorDiv(p, 1) - p) == Sign::kNonPositive);
  CHECK(SignOf(FloorDiv(p, 1) + 1 - p) == Sign::kNonNegative);
  CHECK(SignOf(CeilLog2(T)) == Sign::kNonNegative);
  CHECK(SignOf(CeilLog2(T + 1)) == Sign::kPositive);
}

TEST_CASE("a proved sign holds at every point tried", "[sign]") {
  constexpr unsigned kSeed = 41;
  TreeMaker maker(kSeed);
  int proved = 0;
  for (int round = 0; round < 2000; ++round) {
    const Tree tree = round % 2 == 0 ? maker.Integral(3) : maker.Fractional(3);
    const Sign sign = SignOf(ToExpr(tree));
    proved += sign != Sign::kUnknown ? 1 : 0;
    for (int i = 0; i < 6; ++i) {
      INFO("seed " << kSeed << ", round " << round << ": " << ToText(tree));
      CHECK(Allows(sign, ValueAt(tree, maker.Point())));
    }
  }
  CHECK(proved > 500);  // or this test would say nothing
}

TEST_CASE("an expression and its negative are known equally well", "[sign]") {
  constexpr unsigned kSeed = 42;
  INFO("seed " << kSeed);
  TreeMaker maker(kSeed);
  for (int round = 0; round < 500; ++round) {
    const Expr expr = ToExpr(maker.Integral(3));
    INFO(Print(expr));
    CHECK((SignOf(expr) == Sign::kUnknown) == (SignOf(-expr) == Sign::kUnknown));
    CHECK((SignOf(expr) == Sign::kPositive) == (SignOf(-expr) == Sign::kNegative));
    CHECK((SignOf(expr) == Sign::kNonNegative) == (SignOf(-expr) == Sign::kNonPositive));
  }
}

}  // namespace costcheck
