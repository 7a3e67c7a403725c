#include "costmodel/algebra/square_free.h"

#include <map>
#include <vector>

#include "tests/catch.h"

namespace costcheck {
namespace {

using Coefficients = std::vector<Integer>;

/// Multiplicity -> factor.
std::map<int, Coefficients> FactorsOf(const Coefficients& p) {
  std::map<int, Coefficients> factors;
  for (const SquareFreeFactor& factor : SquareFreeFactors(p)) {
    CHECK(factors.emplace(factor.multiplicity, factor.coefficients).second);
  }
  return factors;
}

Coefficients PowerOf(const Coefficients& p, int exponent) {
  Coefficients power{1};
  for (int i = 0; i < exponent; ++i) power = Multiply(power, p);
  return power;
}

}  // namespace

TEST_CASE("Factors come with the powers that they were multiplied with", "[square_free]") {
  const Coefficients a{-3, 2}, b{5, 0, 1}, c{1, 1};
  const Coefficients p = Multiply(Multiply(PowerOf(a, 3), PowerOf(b, 2)), Multiply(c, {6}));
  const std::map<int, Coefficients> factors = FactorsOf(p);
  REQUIRE(factors.size() == 3);
  const auto same = [](Coefficients x, const Coefficients& y) {
    if (x.back().sign() != y.back().sign()) x = Multiply(x, {-1});
    return x == y;
  };
  CHECK(same(factors.at(1), c));
  CHECK(same(factors.at(2), b));
  CHECK(same(factors.at(3), a));
}

TEST_CASE("Constants have no factors", "[square_free]") { CHECK(SquareFreeFactors({7}).empty()); }

TEST_CASE("Square-free polynomials are proved so, others never", "[square_free]") {
  CHECK(ProvenSquareFree({-1, 0, 1}));
  CHECK(ProvenSquareFree({3, 1}));
  CHECK(ProvenSquareFree({5}));
  CHECK_FALSE(ProvenSquareFree({1, 2, 1}));
  CHECK_FALSE(ProvenSquareFree(PowerOf({4, 0, -7, 1}, 2)));
  // The prime divides the leading coefficient: nothing is proved.
  CHECK_FALSE(ProvenSquareFree({1, (Integer(1) << 61) - 1}));
  CHECK(ProvenSquareFree({-(Integer(1) << 200), 1, Integer(3) << 90}));
}

}  // namespace costcheck
