#include "costmodel/algebra/bounded_ratio.h"

#include <algorithm>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

/// A power or product of more terms than any cost has is a slip or an attack.
constexpr double kMostTerms = 5e4;
constexpr double kMostTermProducts = 4e6;
constexpr double kMostBits = 1e6;
/// Exponents of a sum, one a term and variable: each + copies them.
constexpr std::size_t kMostExponents = 250000;

void CheckSum(const Polynomial& a, const Polynomial& b) {
  const std::size_t variables = a.variables().size() + b.variables().size();
  if ((a.size() + b.size()) * variables > kMostExponents) {
    throw CostError("a sum of too many terms");
  }
}

void CheckProduct(const Expr& a, const Expr& b) {
  const double products =
      static_cast<double>(a.numerator().size()) * static_cast<double>(b.numerator().size());
  if (products > kMostTermProducts) throw CostError("a product of too many terms");
}

double BitsOf(const Integer& value) {
  return value == 0 ? 0.0 : static_cast<double>(msb(abs(value)) + 1);
}

/// Terms that the powers of a polynomial are made of: its own, and the arguments
/// of a min, whose squares expand.
std::size_t Generators(const Polynomial& base) {
  std::size_t terms = base.size();
  for (const Variable& variable : base.variables()) {
    if (variable->kind != AtomKind::kMin) continue;
    terms += variable->first.numerator().size() + variable->second.numerator().size();
  }
  return terms;
}

/// t terms to the power n: at most (n + t - 1 choose n) terms, n times the bits.
void CheckPower(const Polynomial& base, int exponent) {
  double terms = 1, bits = 0;
  const std::size_t generators = Generators(base);
  for (std::size_t i = 1; i < generators && terms <= kMostTerms; ++i) {
    terms *= (static_cast<double>(i) + exponent) / static_cast<double>(i);
  }
  for (std::size_t i = 0; i < base.size(); ++i) {
    bits = std::max(bits, BitsOf(base.coefficient(i)) * exponent);
  }
  if (terms > kMostTerms || bits > kMostBits) {
    throw CostError("a power of too many terms or digits");
  }
}

}  // namespace

Ratio BoundedSum(const Ratio& a, const Ratio& b) {
  CheckSum(a.numerator.numerator(), b.numerator.numerator());
  if (a.denominator == b.denominator) return MakeRatio(a.numerator + b.numerator, a.denominator);
  CheckProduct(a.numerator, b.denominator);
  CheckProduct(b.numerator, a.denominator);
  CheckProduct(a.denominator, b.denominator);
  return MakeRatio(a.numerator * b.denominator + b.numerator * a.denominator,
                   a.denominator * b.denominator);
}

Ratio Negated(const Ratio& a) { return {-a.numerator, a.denominator}; }

Ratio Inverted(const Ratio& a) { return MakeRatio(a.denominator, a.numerator); }

Ratio BoundedProduct(const Ratio& a, const Ratio& b) {
  CheckProduct(a.numerator, b.numerator);
  CheckProduct(a.denominator, b.denominator);
  return MakeRatio(a.numerator * b.numerator, a.denominator * b.denominator);
}

Ratio BoundedPower(const Ratio& base, int exponent) {
  if (exponent < 0) return BoundedPower(Inverted(base), -exponent);
  CheckPower(base.numerator.numerator(), exponent);
  CheckPower(base.denominator.numerator(), exponent);
  return MakeRatio(Pow(base.numerator, exponent), Pow(base.denominator, exponent));
}

Expr ExprOf(const Ratio& ratio) { return ratio.numerator / ratio.denominator; }

}  // namespace costcheck
