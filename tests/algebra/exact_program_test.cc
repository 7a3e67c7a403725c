#include "costmodel/algebra/exact_program.h"

#include <array>
#include <limits>
#include <random>

#include "costmodel/algebra/error.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

const Symbol kX("x"), kY("y"), kZ("z");

TEST_CASE("a compiled polynomial has the value worked by hand", "[exact_program]") {
  const ExactProgram program(3 * Pow(Expr(kX), 2) * kY - 5 * Expr(kX) + 7, {kX, kY});
  const std::array<std::int64_t, 2> point{11, -13};
  CHECK(program.EvaluateNumerator(point) == 3 * 121 * -13 - 55 + 7);
}

TEST_CASE("constants, zero and a missing symbol", "[exact_program]") {
  const std::array<std::int64_t, 1> point{5};
  CHECK(ExactProgram(Expr(0), {kX}).Evaluate(point) == 0);
  CHECK(ExactProgram(Expr(Rational(7, 3)), {kX}).Evaluate(point) == Rational(7, 3));
  CHECK_THROWS_AS(ExactProgram(Expr(kY), {kX}), CostError);
  CHECK_THROWS_AS(ExactProgram(Min(Expr(kX), Expr(kY)), {kX, kY}), CostError);
}

TEST_CASE("128-bit and unbounded evaluation agree with plain evaluation", "[exact_program]") {
  std::mt19937_64 random(11);
  std::uniform_int_distribution<std::int64_t> coefficient(-2147483647, 2147483647);
  std::uniform_int_distribution<int> exponent(-2, 5);
  for (int trial = 0; trial < 50; ++trial) {
    Expr expr = 0;
    for (int term = 0; term < 9; ++term) {
      expr += Expr(coefficient(random)) * Pow(Expr(kX), exponent(random)) *
              Pow(Expr(kY), exponent(random)) * Pow(Expr(kZ), exponent(random)) / 6;
    }
    const ExactProgram program(expr, {kZ, kX, kY});
    // Small values stay within 126 bits, the largest do not.
    for (const std::int64_t scale : {7LL, 131LL, 1000003LL, 9000000000000000007LL}) {
      const std::array<std::int64_t, 3> point{scale, scale / 2 + 1, -(scale / 3) - 1};
      const Values values{{"z", point[0]}, {"x", point[1]}, {"y", point[2]}};
      CHECK(program.Evaluate(point) == Evaluate(expr, values));
    }
  }
}

TEST_CASE("the least 64-bit integer is a value like any other", "[exact_program]") {
  const std::array<std::int64_t, 1> point{std::numeric_limits<std::int64_t>::min()};
  CHECK(ExactProgram(Pow(Expr(kX), 3), {kX}).EvaluateNumerator(point) == -(Integer(1) << 189));
}

}  // namespace
}  // namespace costcheck
