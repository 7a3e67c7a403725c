#include "costmodel/algebra/sweep.h"

#include <cmath>
#include <random>

#include "tests/algebra/error_text.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

const Symbol kT("T"), kW("W");

/// The worst relative error of a sweep over T and W against exact evaluation.
double WorstError(const Expr& expr, const std::vector<double>& t, const std::vector<double>& w) {
  std::vector<double> out(t.size());
  Sweep(expr, {kT, kW}).Run(std::vector<std::span<const double>>{t, w}, out);
  Rational worst = 0;
  for (std::size_t i = 0; i < t.size(); ++i) {
    const Rational exact = Evaluate(expr, {{"T", Rational(t[i])}, {"W", Rational(w[i])}});
    if (exact == 0) {
      CHECK(out[i] == 0);
      continue;
    }
    const Rational error = abs((Rational(out[i]) - exact) / exact);
    if (error > worst) worst = error;
  }
  return ToDouble(worst);
}

std::vector<double> Column(std::size_t size, double from, double to, unsigned seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> log_value(std::log(from), std::log(to));
  std::vector<double> column(size);
  for (double& value : column) value = std::floor(std::exp(log_value(random)));
  return column;
}

TEST_CASE("a positive polynomial needs no exact row and has the value worked by hand", "[sweep]") {
  const Sweep sweep(2 * Pow(Expr(kT), 2) * Expr(Symbol("d")) + 3 * Expr(kT), {kT}, {{"d", 5}});
  const std::vector<double> t{1, 2, 7};
  std::vector<double> out(3);
  CHECK(sweep.Run(std::vector<std::span<const double>>{t}, out) == 0);
  CHECK(out == std::vector<double>{13, 46, 511});
}

TEST_CASE("no row, one row and blocks that do not divide", "[sweep]") {
  const Expr expr = Expr(kT) * (Expr(kT) + 1) / 2 + 1 / Expr(kW);
  for (const std::size_t rows : {0, 1, 511, 512, 513, 1031}) {
    CHECK(WorstError(expr, Column(rows, 1, 1e6, 3), Column(rows, 1, 1e4, 5)) <= 1e-12);
  }
}

TEST_CASE("windows, blocks and logarithms keep the promise", "[sweep]") {
  const Expr m = Min(Expr(kT), Expr(kW));
  const std::vector<Expr> exprs{
      m * (m + 1) / 2 + (Expr(kT) - m) * Expr(kW),
      CeilDiv(Expr(kT), 64) * 64 * 64 - Pow(FloorDiv(Expr(kT), Expr(kW)), 2) * 3,
      Expr(kT) * CeilLog2(Expr(kT)) - 4 * Expr(kT) + Pow(Expr(kT), 2) / Expr(kW),
      Min(Pow(Expr(kT), 2), 7 * Expr(kT) * Expr(kW)) * 11 - Pow(Expr(kT), 2),
  };
  for (const Expr& expr : exprs) {
    CHECK(WorstError(expr, Column(3000, 1, 1e7, 7), Column(3000, 1, 1e5, 9)) <= 1e-12);
  }
}

TEST_CASE("cancellation is caught and computed exactly", "[sweep]") {
  // (T - W)^3 expanded, near T = W: the terms are 10^27, the value is 1.
  const Expr cube = Pow(Expr(kT) - Expr(kW), 3);
  const std::vector<double> t = Column(700, 1e8, 1e9, 13);
  std::vector<double> w = t;
  for (double& value : w) value -= 1;
  CHECK(WorstError(cube, t, w) == 0);
  CHECK(WorstError(cube, t, t) == 0);
}

TEST_CASE("floors past 2^53 and of fractions are computed exactly", "[sweep]") {
  const Expr third = FloorDiv(Pow(Expr(kT), 2) + 1, 3);
  CHECK(WorstError(third, {9007199254740993.0, 4.0e15, 1.0e9 + 7}, {1, 1, 1}) <= 1e-12);
  // Ten times the double below 3/10 rounds to 3; its floor is 2.
  const Expr tenth = FloorDiv(10 * Expr(kT), Expr(kW));
  CHECK(WorstError(tenth, {std::nextafter(0.3, 0.0), 2.5}, {1, 1}) == 0);
}

TEST_CASE("a symbol that is neither column nor scalar is named", "[sweep]") {
  CHECK(ErrorTextOf([] { Sweep(Expr(kT) * kW, {kT}); }) == "no value for 'W'");
}

}  // namespace
}  // namespace costcheck
