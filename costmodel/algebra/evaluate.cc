#include <algorithm>
#include <cstdlib>
#include <utility>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/expr.h"

namespace costcheck {
namespace {

Rational ValueOf(const Variable& variable, const Values& values) {
  const Atom& atom = *variable;
  switch (atom.kind) {
    case AtomKind::kSymbol: {
      const auto bound = values.find(atom.symbol->name());
      if (bound == values.end()) throw CostError("no value for '" + atom.symbol->name() + "'");
      return bound->second;
    }
    case AtomKind::kMin:
      return std::min(Evaluate(atom.first, values), Evaluate(atom.second, values));
    case AtomKind::kFloorDiv: {
      const Rational divisor = Evaluate(atom.second, values);
      if (divisor == 0) throw CostError("division by zero inside a floor");
      return Rational(Floor(Evaluate(atom.first, values) / divisor));
    }
    case AtomKind::kCeilLog2: {
      const Integer value = Ceil(Evaluate(atom.first, values));
      return value <= 1 ? Rational(0) : Rational(CeilLog2(value));
    }
  }
  std::abort();
}

/// The powers of one variable's value n/d over a common denominator: with
/// exponents from low <= 0 to high >= 0, value^e = n^(e - low) d^(high - e) / divisor.
class PowerTable {
 public:
  PowerTable(const Polynomial& polynomial, std::size_t variable, const Rational& value) {
    int high = polynomial.exponent(0, variable);
    low_ = high;
    for (std::size_t term = 1; term < polynomial.size(); ++term) {
      low_ = std::min<int>(low_, polynomial.exponent(term, variable));
      high = std::max<int>(high, polynomial.exponent(term, variable));
    }
    if (low_ < 0 && value == 0) throw CostError(DivisionByZero(*polynomial.variables()[variable]));
    low_ = std::min(low_, 0);
    high = std::max(high, 0);
    const Integer n = Numerator(value), d = Denominator(value);
    FillPowers(n, d, static_cast<std::size_t>(high - low_));
    divisor_ = pow(n, static_cast<unsigned>(-low_)) * pow(d, static_cast<unsigned>(high));
  }

  const Integer& At(int exponent) const {
    return powers_[static_cast<std::size_t>(exponent - low_)];
  }
  /// n^-low d^high; below 0 where n is and low is odd.
  const Integer& divisor() const { return divisor_; }

 private:
  static std::string DivisionByZero(const Atom& atom) {
    if (atom.kind != AtomKind::kSymbol) return "division by zero";
    return "division by zero: '" + atom.symbol->name() + "' is 0";
  }

  /// powers_[i] = n^i d^(range - i).
  void FillPowers(const Integer& n, const Integer& d, std::size_t range) {
    powers_.assign(range + 1, 1);
    for (std::size_t i = 1; i <= range; ++i) powers_[i] = powers_[i - 1] * n;
    if (d == 1) return;
    Integer power = 1;
    for (std::size_t i = range; i-- > 0;) powers_[i] *= (power *= d);
  }

  int low_;
  std::vector<Integer> powers_;
  Integer divisor_;
};

}  // namespace

// In integers over one common denominator: a rational is brought to lowest terms once.
Rational Evaluate(const Expr& expr, const Values& values) {
  const Polynomial& polynomial = expr.numerator();
  std::vector<PowerTable> powers;
  Integer divisor = expr.denominator();
  for (std::size_t v = 0; v < polynomial.variables().size(); ++v) {
    powers.emplace_back(polynomial, v, ValueOf(polynomial.variables()[v], values));
    divisor *= powers.back().divisor();
  }
  Integer sum = 0, product;
  for (std::size_t term = 0; term < polynomial.size(); ++term) {
    product = polynomial.coefficient(term);
    const std::span<const Polynomial::Exponent> row = polynomial.exponents(term);
    for (std::size_t v = 0; v < row.size(); ++v) product *= powers[v].At(row[v]);
    sum += product;
  }
  if (divisor == 1) return Rational(sum);
  return divisor < 0 ? Rational(-sum, -divisor) : Rational(sum, divisor);
}

std::optional<Rational> Evaluate(const Ratio& ratio, const Values& values) {
  const Rational denominator = Evaluate(ratio.denominator, values);
  if (denominator == 0) return std::nullopt;
  return Evaluate(ratio.numerator, values) / denominator;
}

}  // namespace costcheck
