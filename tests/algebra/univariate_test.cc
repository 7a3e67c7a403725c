#include "costmodel/algebra/univariate.h"

#include <cstdint>
#include <random>

#include "tests/catch.h"

namespace costcheck {
namespace {

/// A random Laurent polynomial, its coefficients often 0.
Univariate RandomUnivariate(std::mt19937_64& random, bool laurent) {
  std::vector<Integer> coefficients;
  for (std::size_t i = 0; i < random() % 5; ++i) {
    coefficients.emplace_back(static_cast<std::int64_t>(random() % 13) - 6);
  }
  const int low = laurent ? static_cast<int>(random() % 4) - 2 : 0;
  return Univariate(low, coefficients, 1 + static_cast<int>(random() % 12));
}

}  // namespace

TEST_CASE("Values of sums and products are sums and products of values", "[univariate]") {
  const std::uint64_t seed = 20263;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 500; ++round) {
    const Univariate a = RandomUnivariate(random, true);
    const Univariate b = RandomUnivariate(random, true);
    for (const int x : {1, 2, 7, 31}) {
      const Rational va = a.Evaluate(x), vb = b.Evaluate(x);
      CHECK((a + b).Evaluate(x) == va + vb);
      CHECK((a - b).Evaluate(x) == va - vb);
      CHECK((a * b).Evaluate(x) == va * vb);
      CHECK((a * Rational(-5, 3)).Evaluate(x) == va * Rational(-5, 3));
      CHECK(a.SignAt(x) == va.sign());
    }
    CHECK((a + b) - b == a);
    CHECK((a - a).IsZero());
  }
}

TEST_CASE("Equal polynomials are identical however they are written", "[univariate]") {
  CHECK(Univariate(0, {0, 2, 4, 0}, 6) == Univariate(1, {1, 2}, 3));
  CHECK(Univariate(-3, {0, 0, 0, 5}) == Univariate(Rational(5)));
  CHECK(Univariate(4, {0, 0}, 9) == Univariate());
  CHECK(Univariate(Rational(0)) == Univariate());
  CHECK(Univariate() * Rational(3) == Univariate());
  CHECK(Univariate(1, {3}) * Rational(0) == Univariate());
}

TEST_CASE("Degree, leading coefficient and constants are read off", "[univariate]") {
  const Univariate p(-1, {5, 0, 4}, 6);  // (5/x + 4x) / 6
  CHECK(p.low() == -1);
  CHECK(p.degree() == 1);
  CHECK(p.Leading() == Rational(2, 3));
  CHECK(p.Evaluate(5) == Rational(7, 2));  // (1 + 20) / 6
  CHECK_FALSE(p.IsConstant());
  CHECK(Univariate(Rational(7, 2)).Constant() == Rational(7, 2));
  CHECK(Univariate().Constant() == 0);
  CHECK_FALSE(Univariate(1, {1}).IsConstant());
}

TEST_CASE("Zero is a legal argument where nothing is divided by it", "[univariate]") {
  CHECK(Univariate(0, {-3, 1}).SignAt(0) == -1);
  CHECK(Univariate(2, {-3}).SignAt(0) == 0);
  CHECK(Univariate(2, {-3}).Evaluate(0) == 0);
}

TEST_CASE("Composition with a line evaluates at the line's values", "[univariate]") {
  const std::uint64_t seed = 20264;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; ++round) {
    const Univariate p = RandomUnivariate(random, false);
    const int slope = 1 + static_cast<int>(random() % 64);
    const int offset = static_cast<int>(random() % 64);
    const Univariate composed = p.Compose(slope, offset);
    for (const int t : {0, 1, 2, 5, 11}) {
      CHECK(composed.Evaluate(t) == p.Evaluate(slope * t + offset));
    }
  }
  CHECK(Univariate(2, {1}).Compose(3, 1) == Univariate(0, {1, 6, 9}));
}

}  // namespace costcheck
