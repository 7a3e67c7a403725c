#include "costmodel/algebra/roots.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "tests/catch.h"

namespace costcheck {
namespace {

using Coefficients = std::vector<Integer>;
using RationalPolynomial = std::vector<Rational>;

Rational ValueAt(const RationalPolynomial& p, const Rational& x) {
  Rational value = 0;
  for (std::size_t i = p.size(); i-- > 0;) value = value * x + p[i];
  return value;
}

/// p, p', and the negated remainders of Euclid's algorithm (Sturm, 1829).
std::vector<RationalPolynomial> SturmChain(const Coefficients& coefficients) {
  RationalPolynomial p(coefficients.begin(), coefficients.end());
  RationalPolynomial derivative;
  for (std::size_t i = 1; i < p.size(); ++i) derivative.push_back(p[i] * Rational(Integer(i)));
  std::vector<RationalPolynomial> chain{p, derivative};
  while (chain.back().size() > 1) {
    RationalPolynomial rest = chain[chain.size() - 2];
    const RationalPolynomial& divisor = chain.back();
    while (rest.size() >= divisor.size()) {
      const Rational factor = rest.back() / divisor.back();
      for (std::size_t i = 1; i <= divisor.size(); ++i) {
        rest[rest.size() - i] -= factor * divisor[divisor.size() - i];
      }
      while (!rest.empty() && rest.back() == 0) rest.pop_back();
    }
    if (rest.empty()) break;
    for (Rational& c : rest) c = -c;
    chain.push_back(rest);
  }
  return chain;
}

int Variations(const std::vector<RationalPolynomial>& chain, const Rational& x) {
  int changes = 0;
  int last = 0;
  for (const RationalPolynomial& p : chain) {
    const int sign = ValueAt(p, x).sign();
    if (sign != 0 && sign == -last) ++changes;
    if (sign != 0) last = sign;
  }
  return changes;
}

/// Distinct real roots in (lower, upper], by Sturm's theorem.
int SturmCount(const Coefficients& p, const Rational& lower, const Rational& upper) {
  const auto chain = SturmChain(p);
  return Variations(chain, lower) - Variations(chain, upper);
}

Coefficients Product(const std::vector<Coefficients>& factors) {
  Coefficients product{1};
  for (const Coefficients& factor : factors) {
    Coefficients next(product.size() + factor.size() - 1);
    for (std::size_t i = 0; i < product.size(); ++i) {
      for (std::size_t j = 0; j < factor.size(); ++j) next[i + j] += product[i] * factor[j];
    }
    product = next;
  }
  return product;
}

const Rational kFar = Rational(Integer(1) << 200);

/// Every promise of the header about the intervals, against Sturm's count.
void CheckIsolation(const Coefficients& p) {
  const RootIsolation isolation = IsolateRoots(p);
  CHECK(static_cast<int>(isolation.roots.size()) == SturmCount(p, -kFar, kFar));
  for (std::size_t i = 0; i < isolation.roots.size(); ++i) {
    const RealRoot& root = isolation.roots[i];
    if (root.IsExact()) {
      CHECK(SignAt(p, root.lower, root.scale) == 0);
    } else {
      CHECK(root.LowerBound() < root.UpperBound());
      CHECK(SignAt(p, root.lower, root.scale) != 0);
      CHECK(SignAt(p, root.upper, root.scale) != 0);
      CHECK(SturmCount(p, root.LowerBound(), root.UpperBound()) == 1);
    }
    if (i > 0) CHECK(isolation.roots[i - 1].UpperBound() <= root.LowerBound());
  }
}

Integer RandomInteger(std::mt19937_64& random, int bits) {
  const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
  const Integer magnitude = random() & mask;
  return random() % 2 == 0 ? magnitude : Integer(-magnitude);
}

}  // namespace

TEST_CASE("Random polynomials have as many isolated roots as Sturm's theorem counts", "[roots]") {
  const std::uint64_t seed = 20261;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 600; ++round) {
    const int degree = 1 + static_cast<int>(random() % 8);
    const int bits = round % 3 == 0 ? 3 : 31;
    Coefficients p;
    for (int i = 0; i <= degree; ++i) p.push_back(RandomInteger(random, bits));
    if (p.back() == 0) p.back() = 1;
    CAPTURE(round);
    CheckIsolation(p);
  }
}

TEST_CASE("Products of small linear factors give their roots with multiplicities", "[roots]") {
  const std::uint64_t seed = 20262;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 300; ++round) {
    std::vector<Rational> expected;
    std::vector<Coefficients> factors{{1, 0, 1}};  // x^2 + 1 adds no real root
    for (std::size_t i = 0; i < 1 + random() % 6; ++i) {
      const Integer numerator = RandomInteger(random, 3);
      const Integer denominator = 1 + static_cast<int>(random() % 5);
      expected.emplace_back(numerator, denominator);
      factors.push_back({-numerator, denominator});
    }
    std::sort(expected.begin(), expected.end());
    const RootIsolation isolation = IsolateRoots(Product(factors));
    std::vector<Rational> found;
    for (const RealRoot& root : isolation.roots) {
      const auto value = RationalRoot(isolation, root);
      REQUIRE(value.has_value());
      found.insert(found.end(), static_cast<std::size_t>(root.multiplicity), *value);
    }
    CHECK(found == expected);
  }
}

TEST_CASE("Degenerate polynomials have the roots that they should", "[roots]") {
  CHECK(IsolateRoots({}).roots.empty());
  CHECK(IsolateRoots({}).square_free.empty());
  CHECK(IsolateRoots({0, 0, 0}).square_free.empty());
  CHECK(IsolateRoots({7}).roots.empty());
  CHECK(IsolateRoots({-7, 0, 0}).roots.empty());
  const RootIsolation linear = IsolateRoots({640, -3});  // 640 - 3x
  REQUIRE(linear.roots.size() == 1);
  CHECK(linear.roots[0].IsExact());
  CHECK(linear.roots[0].LowerBound() == Rational(640, 3));
  const RootIsolation power = IsolateRoots({0, 0, 0, 5});  // 5x^3
  REQUIRE(power.roots.size() == 1);
  CHECK(power.roots[0].LowerBound() == 0);
  CHECK(power.roots[0].multiplicity == 3);
  CHECK(IsolateRoots({1, 0, 1}).roots.empty());
}

TEST_CASE("A tangent has an even multiplicity and changes no sign", "[roots]") {
  const RootIsolation tangent = IsolateRoots({-12, 16, -7, 1});  // (x - 2)^2 (x - 3)
  REQUIRE(tangent.roots.size() == 2);
  CHECK(tangent.roots[0].multiplicity == 2);
  CHECK_FALSE(tangent.roots[0].ChangesSign());
  CHECK(tangent.roots[1].multiplicity == 1);
  const RootIsolation irrational = IsolateRoots({4, 0, -4, 0, 1});  // (x^2 - 2)^2
  REQUIRE(irrational.roots.size() == 2);
  CHECK(irrational.roots[1].multiplicity == 2);
  CHECK(RootDecimal(irrational, irrational.roots[1], 10) == "1.4142135624");
}

TEST_CASE("A rational discriminant gives exact roots, an irrational one an interval", "[roots]") {
  const RootIsolation exact = IsolateRoots({-20480, -32, 1});  // (T - 160)(T + 128)
  REQUIRE(exact.roots.size() == 2);
  CHECK(exact.roots[0].LowerBound() == -128);
  CHECK(exact.roots[1].LowerBound() == 160);
  const RootIsolation isolation = IsolateRoots({256, -33, 1});  // (33 + sqrt(65)) / 2 = 20.5311...
  REQUIRE(isolation.roots.size() == 2);
  const RealRoot& root = isolation.roots[1];
  CHECK_FALSE(root.IsExact());
  CHECK_FALSE(RationalRoot(isolation, root).has_value());
  CHECK(FloorOfRoot(isolation, root) == 20);
  CHECK(RootDecimal(isolation, root, 6) == "20.531129");
  CHECK(CompareRoot(isolation, root, Rational(41, 2)) == 1);
  CHECK(CompareRoot(isolation, root, Rational(21)) == -1);
}

TEST_CASE("Refining encloses the same root ever more narrowly", "[roots]") {
  const Coefficients p{-5, 0, 0, 0, 0, 1};  // fifth root of 5, 1.3797296614612...
  const RootIsolation isolation = IsolateRoots(p);
  REQUIRE(isolation.roots.size() == 1);
  const Rational width = Rational(1, pow(Integer(10), 30));
  const RealRoot fine = RefineRoot(isolation, isolation.roots[0], width);
  CHECK(fine.UpperBound() - fine.LowerBound() <= width);
  CHECK(SturmCount(p, fine.LowerBound(), fine.UpperBound()) == 1);
  CHECK(RootDecimal(isolation, fine, 12) == "1.379729661461");
}

TEST_CASE("Decimals are rounded to nearest and trimmed", "[roots]") {
  const auto decimal = [](const Coefficients& p, int digits) {
    const RootIsolation isolation = IsolateRoots(p);
    return RootDecimal(isolation, isolation.roots.back(), digits);
  };
  CHECK(decimal({-640, 3}, 6) == "213.333333");
  CHECK(decimal({-2, 3}, 3) == "0.667");
  CHECK(decimal({-160, 1}, 6) == "160");
  CHECK(decimal({1, 2}, 6) == "-0.5");
  CHECK(decimal({-1, 200}, 2) == "0.01");  // 0.005, half upwards
  CHECK(decimal({-5, 2}, 0) == "3");
  CHECK(decimal({-1, 3000}, 2) == "0");
}

TEST_CASE("Coefficients past 64 bits stay exact", "[roots]") {
  // (x - 10^40)(x - 10^40 - 1)(x^2 + x + 10^30): two roots one apart, far out.
  const Integer far = pow(Integer(10), 40);
  const Coefficients p = Product({{-far, 1}, {-far - 1, 1}, {pow(Integer(10), 30), 1, 1}});
  const RootIsolation isolation = IsolateRoots(p);
  REQUIRE(isolation.roots.size() == 2);
  CHECK(RationalRoot(isolation, isolation.roots[0]) == Rational(far));
  CHECK(RationalRoot(isolation, isolation.roots[1]) == Rational(Integer(far + 1)));
  CheckIsolation(p);
}

TEST_CASE("Positive roots are all roots above 0 and no others", "[roots]") {
  const Coefficients p = Product({{0, 1}, {0, 1}, {3, 1}, {-1, 2}, {-2, 0, 1}});
  const RootIsolation positive = IsolatePositiveRoots(p);
  REQUIRE(positive.roots.size() == 2);  // 1/2 and sqrt(2); not 0, -3, -sqrt(2)
  CHECK(RationalRoot(positive, positive.roots[0]) == Rational(1, 2));
  CHECK(RootDecimal(positive, positive.roots[1], 4) == "1.4142");
}

TEST_CASE("An interval that is said to have no root has none by Sturm's theorem", "[roots]") {
  constexpr std::uint64_t seed = 20260;
  std::mt19937_64 random(seed);
  int without = 0;
  for (int i = 0; i < 400; ++i) {
    Coefficients p(2 + random() % 5);
    for (Integer& c : p) c = RandomInteger(random, 12);
    if (p.back() == 0) p.back() = 1;
    const Integer low = random() % 20, high = low + 1 + random() % 30;
    const Integer beyond = pow(Integer(10), 9);  // every root is below
    INFO("seed " << seed << ", case " << i);
    const bool ends_in_root = SignAt(p, high, 1) == 0;
    if (!MayHaveRootBetween(p, low, high)) {
      CHECK(SturmCount(p, Rational(low), Rational(high)) == (ends_in_root ? 1 : 0));
      ++without;
    }
    if (!MayHaveRootBetween(p, low, {})) {
      CHECK(SturmCount(p, Rational(low), Rational(beyond)) == 0);
    }
  }
  CHECK(without > 200);
}

TEST_CASE("The ends of an interval are not in it", "[roots]") {
  const Coefficients p = Product({{-3, 1}, {-7, 1}, {5, 0, 1}});
  CHECK(!MayHaveRootBetween(p, 3, Integer(7)));
  CHECK(!MayHaveRootBetween(p, 7, {}));
  CHECK(MayHaveRootBetween(p, 2, Integer(4)));
  CHECK(MayHaveRootBetween(p, 6, {}));
  CHECK(!MayHaveRootBetween({0, 0, 5}, 0, {}));
}

TEST_CASE("The roots of a clustered polynomial are told apart", "[roots]") {
  CheckIsolation({-1, 200, -10000, 0, 0, 0, 0, 1});  // Mignotte: x^7 - (100 x - 1)^2
  CheckIsolation(Product({{-1, 1}, {-1000001, 1000000}, {-999999, 1000000}}));
  CheckIsolation(Product({{-1, 2}, {-1, 4}, {-3, 4}, {-3, 8}, {1, 2}, {0, 1}}));  // dyadic
}

}  // namespace costcheck
