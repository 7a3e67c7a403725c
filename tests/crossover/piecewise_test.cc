#include "costmodel/crossover/piecewise.h"

#include <functional>
#include <vector>

#include "costmodel/algebra/error.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

const Univariate kX(1, {1});

/// The function's values against plain arithmetic for x = first..last.
void CheckValues(const Piecewise& function, int first, int last,
                 const std::function<long(long)>& expected) {
  for (int x = first; x <= last; ++x) {
    CAPTURE(x);
    CHECK(function.Evaluate(x) == Rational(Integer(expected(x))));
  }
}

}  // namespace

TEST_CASE("Floors of quotients are exact on every residue", "[piecewise]") {
  PiecewiseAlgebra algebra({0, std::nullopt});
  const Piecewise sixth = algebra.Floor(algebra.Polynomial(kX * Rational(1, 6)));
  CHECK(sixth.period() == 6);
  CHECK_FALSE(sixth.stepped);
  CheckValues(sixth, 0, 100, [](long x) { return x / 6; });
  const Piecewise nested =
      algebra.Floor(algebra.Product(sixth, algebra.Polynomial(Univariate(Rational(1, 4)))));
  CHECK(nested.period() == 24);
  CheckValues(nested, 0, 100, [](long x) { return x / 6 / 4; });
  const Piecewise square = algebra.Floor(algebra.Product(
      algebra.Product(sixth, sixth), algebra.Polynomial(Univariate(Rational(3, 7)))));
  CheckValues(square, 0, 200, [](long x) { return 3 * (x / 6) * (x / 6) / 7; });
}

TEST_CASE("A floor of what is whole anyway has no period", "[piecewise]") {
  PiecewiseAlgebra algebra({0, std::nullopt});
  const Univariate p(0, {3, 0, 5});
  const Piecewise floor = algebra.Floor(algebra.Polynomial(p));
  CHECK(floor.period() == 1);
  CHECK(floor.PolynomialAt(9) == p);
  CHECK(algebra.Floor(algebra.Polynomial(Univariate(Rational(-7, 2)))).Evaluate(1) == -4);
}

TEST_CASE("Minima of stepped functions are right at every integer", "[piecewise]") {
  PiecewiseAlgebra algebra({0, std::nullopt});
  const Piecewise quarter = algebra.Floor(algebra.Polynomial(kX * Rational(1, 4)));
  const Piecewise limit = algebra.Polynomial(Univariate(Rational(5)));
  const Piecewise minimum = algebra.Min(quarter, limit);
  CheckValues(minimum, 0, 60, [](long x) { return std::min(x / 4, 5L); });
  const Piecewise difference = algebra.Difference(minimum, quarter);
  CheckValues(difference, 0, 60, [](long x) { return std::min(x / 4, 5L) - x / 4; });
}

TEST_CASE("Past the largest period floors become runs where the range ends", "[piecewise]") {
  Limits limits;
  limits.period = 10;
  PiecewiseAlgebra algebra({0, Integer(500)}, limits);
  const Piecewise floor = algebra.Floor(algebra.Polynomial(kX * Rational(1, 11)));
  CHECK_FALSE(algebra.exceeded());
  CHECK(floor.stepped);
  CHECK(floor.period() == 1);
  CHECK(floor.tracks[0].size() == 46);  // 0..45
  CheckValues(floor, 0, 500, [](long x) { return x / 11; });
  PiecewiseAlgebra endless({0, std::nullopt}, limits);
  endless.Floor(endless.Polynomial(kX * Rational(1, 11)));
  CHECK(endless.exceeded());
}

TEST_CASE("Limits on runs, segments and periods are kept", "[piecewise]") {
  Limits limits;
  limits.period = 10;
  limits.runs = 40;
  PiecewiseAlgebra runs({0, Integer(500)}, limits);
  runs.Floor(runs.Polynomial(kX * Rational(1, 11)));
  CHECK(runs.exceeded());
  PiecewiseAlgebra periods({0, std::nullopt}, limits);
  const Piecewise three = periods.Floor(periods.Polynomial(kX * Rational(1, 3)));
  const Piecewise five = periods.Floor(periods.Polynomial(kX * Rational(1, 5)));
  CHECK_FALSE(periods.exceeded());
  periods.Sum(three, five);
  CHECK(periods.exceeded());
  limits = {};
  limits.segments = 5;
  PiecewiseAlgebra segments({0, std::nullopt}, limits);
  segments.Floor(segments.Polynomial(kX * Rational(1, 6)));
  CHECK(segments.exceeded());
}

TEST_CASE("Hyperbolas fall in runs for ever", "[piecewise]") {
  PiecewiseAlgebra algebra({1, std::nullopt});
  const Piecewise floor = algebra.Floor(algebra.Polynomial(Univariate(-1, {100})));
  CHECK_FALSE(algebra.exceeded());
  CheckValues(floor, 1, 150, [](long x) { return 100 / x; });
  CHECK(floor.Evaluate(pow(Integer(10), 30)) == 0);
}

TEST_CASE("Logarithms are rounded up, and 0 up to 1", "[piecewise]") {
  PiecewiseAlgebra algebra({0, Integer(1) << 128});
  const Piecewise log = algebra.CeilLog2(algebra.Polynomial(kX));
  CHECK(log.tracks[0].size() == 129);  // 0..128
  CheckValues(log, 0, 1100, [](long x) {
    long exponent = 0;
    while ((1L << exponent) < x) ++exponent;
    return exponent;
  });
  CHECK(log.Evaluate(Integer(1) << 100) == 100);
  CHECK(log.Evaluate((Integer(1) << 100) + 1) == 101);
  const Piecewise hill = algebra.CeilLog2(algebra.Polynomial(Univariate(0, {2, 40, -1})));
  CheckValues(hill, 0, 60, [](long x) {
    long exponent = 0;
    while ((1L << exponent) < 2 + 40 * x - x * x) ++exponent;
    return exponent;
  });
}

TEST_CASE("An inverse is a monomial, or a table", "[piecewise]") {
  PiecewiseAlgebra algebra({1, Integer(50)});
  const Piecewise monomial = algebra.Inverse(algebra.Polynomial(Univariate(2, {-3}, 4)));
  CHECK(monomial.Evaluate(5) == Rational(-4, 75));
  const Piecewise table = algebra.Inverse(algebra.Polynomial(Univariate(0, {1, 2})));
  CHECK(table.Evaluate(7) == Rational(1, 15));
  CHECK_THROWS_AS(algebra.Inverse(algebra.Polynomial(Univariate(0, {-9, 1}))), CostError);
  PiecewiseAlgebra endless({1, std::nullopt});
  endless.Inverse(endless.Polynomial(Univariate(0, {1, 2})));
  CHECK(endless.exceeded());
}

}  // namespace costcheck
