#include "costmodel/algebra/polynomial.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>

#include "costmodel/algebra/expr.h"
#include "tests/algebra/error_text.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

using Exponent = Polynomial::Exponent;
/// Coefficients by exponents by name: the plainest polynomial there is.
using Plain = std::map<std::map<std::string, int>, Integer>;

Variable NamedVariable(const std::string& name) {
  return Expr(Symbol(name)).numerator().variables()[0];
}

Plain ToPlain(const Polynomial& polynomial) {
  Plain plain;
  for (std::size_t term = 0; term < polynomial.size(); ++term) {
    std::map<std::string, int> exponents;
    for (std::size_t v = 0; v < polynomial.variables().size(); ++v) {
      const int exponent = polynomial.exponent(term, v);
      if (exponent != 0) exponents[polynomial.variables()[v]->symbol->name()] = exponent;
    }
    REQUIRE(plain.emplace(exponents, polynomial.coefficient(term)).second);
  }
  return plain;
}

Plain WithoutZeros(Plain plain) {
  std::erase_if(plain, [](const auto& term) { return term.second == 0; });
  return plain;
}

Plain PlainProduct(const Plain& a, const Plain& b) {
  Plain product;
  for (const auto& [exponents_a, coefficient_a] : a) {
    for (const auto& [exponents_b, coefficient_b] : b) {
      std::map<std::string, int> sum = exponents_a;
      for (const auto& [name, exponent] : exponents_b) {
        if ((sum[name] += exponent) == 0) sum.erase(name);
      }
      product[sum] += coefficient_a * coefficient_b;
    }
  }
  return WithoutZeros(product);
}

Plain PlainSum(Plain a, const Plain& b) {
  for (const auto& [exponents, coefficient] : b) a[exponents] += coefficient;
  return WithoutZeros(a);
}

/// True if the form is the one that the header promises.
bool IsCanonical(const Polynomial& p) {
  for (std::size_t v = 0; v < p.variables().size(); ++v) {
    if (v > 0 && Compare(p.variables()[v - 1], p.variables()[v]) >= 0) return false;
    bool used = false;
    for (std::size_t term = 0; term < p.size(); ++term) used = used || p.exponent(term, v) != 0;
    if (!used) return false;
  }
  for (std::size_t term = 0; term < p.size(); ++term) {
    if (p.coefficient(term) == 0) return false;
    const auto row = p.exponents(term);
    if (term == 0) continue;
    const auto last = p.exponents(term - 1);
    if (!std::lexicographical_compare(row.begin(), row.end(), last.begin(), last.end()))
      return false;
  }
  return true;
}

struct Shape {
  int terms, variables, low, high;
  unsigned bits;  ///< of the coefficients
};

Polynomial RandomPolynomial(std::mt19937_64& random, const Shape& shape) {
  std::vector<Variable> variables;
  for (int v = 0; v < shape.variables; ++v) {
    // A random choice of names, so that the factors share some and not others.
    variables.push_back(NamedVariable(std::string(1, static_cast<char>('a' + (random() % 10)))));
  }
  std::vector<Exponent> exponents;
  std::vector<Integer> coefficients;
  std::uniform_int_distribution<int> exponent(shape.low, shape.high);
  for (int term = 0; term < shape.terms; ++term) {
    for (int v = 0; v < shape.variables; ++v) {
      exponents.push_back(static_cast<Exponent>(exponent(random)));
    }
    Integer coefficient = random();
    while (coefficient != 0 && msb(coefficient) + 1 < shape.bits) {
      coefficient = (coefficient << 60) + (random() >> 4);
    }
    coefficient >>= msb(coefficient + 1) > shape.bits ? msb(coefficient + 1) - shape.bits : 0;
    coefficients.push_back(random() % 2 == 0 ? coefficient : Integer(-coefficient));
  }
  return Polynomial::FromTerms(variables, exponents, coefficients);
}

void CheckRing(const Shape& shape, int rounds, unsigned seed) {
  std::mt19937_64 random(seed);
  for (int round = 0; round < rounds; ++round) {
    INFO("seed " << seed << ", round " << round);
    const Polynomial a = RandomPolynomial(random, shape), b = RandomPolynomial(random, shape);
    const Polynomial product = a * b, sum = a + b, difference = a - b;
    CHECK(ToPlain(product) == PlainProduct(ToPlain(a), ToPlain(b)));
    CHECK(ToPlain(sum) == PlainSum(ToPlain(a), ToPlain(b)));
    CHECK(difference + b == a);
    CHECK(b * a == product);
    CHECK((IsCanonical(a) && IsCanonical(product) && IsCanonical(sum) && IsCanonical(difference)));
  }
}

}  // namespace

TEST_CASE("sums and products agree with maps of exponents", "[polynomial]") {
  CheckRing({6, 3, 0, 4, 8}, 200, 1);
  CheckRing({1, 2, 0, 4, 8}, 50, 2);
  CheckRing({40, 2, 0, 3, 3}, 20, 3);  // many like terms meet and some cancel
}

TEST_CASE("negative exponents multiply as positive ones do", "[polynomial]") {
  CheckRing({8, 3, -5, 3, 8}, 100, 4);
}

TEST_CASE("coefficients past 128 bits stay exact", "[polynomial]") {
  CheckRing({10, 3, 0, 3, 63}, 30, 5);   // just past what 126 bits hold
  CheckRing({10, 3, 0, 3, 60}, 30, 6);   // just below
  CheckRing({10, 3, 0, 3, 100}, 30, 7);  // wide factors of products that do not fit
  CheckRing({10, 3, 0, 3, 300}, 30, 8);
}

TEST_CASE("a wide coefficient times a narrow one is summed in 128 bits without loss",
          "[polynomial]") {
  const Variable x = NamedVariable("x");
  const Polynomial one(Integer(1)), X = Polynomial::Of(x);
  for (const unsigned bits : {61u, 62u, 63u, 64u, 65u, 123u, 124u, 125u, 126u, 127u, 128u, 129u}) {
    const Integer wide = (Integer(1) << bits) - 1;
    const Polynomial product = (X * wide + one * wide) * (X + one);
    INFO(bits);
    REQUIRE(product.size() == 3);
    CHECK(product.coefficient(0) == wide);
    CHECK(product.coefficient(1) == 2 * wide);
    CHECK(product.coefficient(2) == wide);
  }
}

TEST_CASE("exponents too wide for one key fall back to a map", "[polynomial]") {
  CheckRing({6, 7, -4000, 4000, 8}, 40, 9);  // seven fields of 14 bits
  CheckRing({6, 5, 0, 2047, 8}, 40, 10);     // about 60 bits: the last that fit
}

TEST_CASE("like terms are gathered and zeros fall out", "[polynomial]") {
  const Variable x = NamedVariable("x"), y = NamedVariable("y");
  // 3 y + 2 x y - 3 y, with the columns in the wrong order and one of them twice.
  const Polynomial sum = Polynomial::FromTerms({y, x, y}, {1, 0, 0, 0, 1, 1, 0, 0, 1}, {3, 2, -3});
  CHECK(sum == Polynomial::Of(x) * Polynomial::Of(y) * Integer(2));
  CHECK(Polynomial::FromTerms({x}, {1, 1}, {4, -4}).IsZero());
  CHECK(Polynomial::FromTerms({x}, {1, 1}, {4, -4}).variables().empty());
  CHECK(Polynomial(Integer(0)).IsZero());
}

TEST_CASE("powers are the binomial ones", "[polynomial]") {
  const Polynomial a = Polynomial::Of(NamedVariable("a")), b = Polynomial::Of(NamedVariable("b"));
  const Polynomial power = Pow(a + b, 5);
  REQUIRE(power.size() == 6);
  const int binomials[] = {1, 5, 10, 10, 5, 1};
  for (std::size_t term = 0; term < 6; ++term) {
    CHECK(power.coefficient(term) == binomials[term]);
    CHECK(power.exponent(term, 0) == 5 - static_cast<int>(term));
  }
  CHECK(Pow(a + b, 0) == Polynomial(Integer(1)));
  CHECK(Pow(Polynomial(), 3).IsZero());
  CHECK(Pow(a * Integer(-2), 3) == a * a * a * Integer(-8));
  CHECK(Pow(a - b, 2) * Pow(a - b, 3) == Pow(a - b, 5));
  CHECK(Pow(a + b, 60).coefficient(30) == Integer("118264581564861424"));  // 60 choose 30
}

TEST_CASE("content is the common divisor of all coefficients", "[polynomial]") {
  const Polynomial x = Polynomial::Of(NamedVariable("x"));
  Polynomial sum = x * Integer(-12) + Polynomial(Integer(18));
  CHECK(sum.Content() == 6);
  sum.DivideExactly(6);
  CHECK(sum == x * Integer(-2) + Polynomial(Integer(3)));
  CHECK(Polynomial().Content() == 0);
}

TEST_CASE("a term stands alone with its own variables", "[polynomial]") {
  const Polynomial x = Polynomial::Of(NamedVariable("x")), y = Polynomial::Of(NamedVariable("y"));
  const Polynomial sum = x * x * Integer(7) - y;
  CHECK(sum.Term(0) == x * x * Integer(7));
  CHECK(sum.Term(1) == y * Integer(-1));
  CHECK(sum.Term(1).variables().size() == 1);
}

TEST_CASE("parts by a variable add up to the whole", "[polynomial]") {
  std::mt19937_64 random(11);
  for (int round = 0; round < 50; ++round) {
    const Polynomial whole = RandomPolynomial(random, {8, 3, -3, 3, 8});
    const Variable variable = NamedVariable(std::string(1, static_cast<char>('a' + (round % 10))));
    Polynomial sum;
    for (const auto& [exponent, part] : PartsBy(whole, variable)) {
      for (const Variable& v : part.variables()) CHECK(Compare(v, variable) != 0);
      sum = sum + (exponent == 0 ? part : part * Polynomial::Of(variable, exponent));
    }
    CHECK(sum == whole);
  }
}

TEST_CASE("an exponent that leaves 16 bits is an error", "[polynomial]") {
  const Polynomial x = Polynomial::Of(NamedVariable("x"), 20000);
  CHECK(ErrorTextOf([&] { x* x; }) == "an exponent of 40000 is out of range (16 bits)");
  CHECK_FALSE(ErrorTextOf([&] { Pow(x, 1000000); }).empty());
  CHECK_FALSE(
      ErrorTextOf([&] { (x + Polynomial(Integer(1))) * (x + Polynomial(Integer(2))); }).empty());
  const Polynomial inverse = Polynomial::Of(NamedVariable("x"), -20000);
  CHECK((x * inverse) == Polynomial(Integer(1)));
}

TEST_CASE("the order of polynomials is total", "[polynomial]") {
  std::mt19937_64 random(12);
  std::vector<Polynomial> list;
  for (int i = 0; i < 30; ++i) list.push_back(RandomPolynomial(random, {2, 2, -1, 1, 2}));
  for (const Polynomial& a : list) {
    for (const Polynomial& b : list) {
      CHECK(Compare(a, b) == -Compare(b, a));
      CHECK((Compare(a, b) == 0) == (a == b));
      for (const Polynomial& c : list) {
        if (Compare(a, b) < 0 && Compare(b, c) < 0) CHECK(Compare(a, c) < 0);
      }
    }
  }
}

}  // namespace costcheck
