#include "costmodel/algebra/normal_form.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

using Exponent = Polynomial::Exponent;

Polynomial MonomialOf(const std::vector<Variable>& variables, std::vector<Exponent> row) {
  return Polynomial::FromSortedTerms(variables, std::move(row), {Integer(1)});
}

void LowerTo(std::vector<Exponent>& least, const std::vector<Exponent>& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    least[i % least.size()] = std::min(least[i % least.size()], rows[i]);
  }
}

/// Long division of polynomials without negative exponents, by leading terms.
class LongDivision {
 public:
  LongDivision(const Polynomial& dividend, const Polynomial& divisor)
      : variables_(UnitedVariables(dividend, divisor)),
        divisor_(divisor),
        divisor_rows_(ExponentsOver(divisor, variables_)),
        room_(variables_.size(), 0) {
    const std::vector<Exponent> rows = ExponentsOver(dividend, variables_);
    const std::size_t width = variables_.size();
    for (std::size_t term = 0; term < dividend.size(); ++term) {
      const auto row = rows.begin() + static_cast<std::ptrdiff_t>(term * width);
      remainder_[Row(row, row + static_cast<std::ptrdiff_t>(width))] = dividend.coefficient(term);
    }
    SetRoom(rows);
  }

  /// Nothing if a remainder is left.
  std::optional<Polynomial> Quotient() {
    while (!remainder_.empty()) {
      if (!DivideLeadingTerm()) return std::nullopt;
    }
    return Polynomial::FromTerms(variables_, std::move(exponents_), std::move(coefficients_));
  }

 private:
  using Row = std::vector<Exponent>;

  /// A quotient's degrees are the differences of the degrees: nothing above them
  /// is tried, so the division ends early where it cannot come out.
  void SetRoom(const std::vector<Exponent>& dividend_rows) {
    const std::size_t width = variables_.size();
    for (std::size_t v = 0; v < width; ++v) {
      int dividend_degree = 0, divisor_degree = 0;
      for (std::size_t i = v; i < dividend_rows.size(); i += width) {
        dividend_degree = std::max<int>(dividend_degree, dividend_rows[i]);
      }
      for (std::size_t i = v; i < divisor_rows_.size(); i += width) {
        divisor_degree = std::max<int>(divisor_degree, divisor_rows_[i]);
      }
      room_[v] = dividend_degree - divisor_degree;
    }
  }

  bool DivideLeadingTerm() {
    const auto& [row, coefficient] = *remainder_.begin();
    Row step(row.size());
    for (std::size_t v = 0; v < row.size(); ++v) {
      const int exponent = row[v] - divisor_rows_[v];
      if (exponent < 0 || exponent > room_[v]) return false;
      step[v] = static_cast<Exponent>(exponent);
    }
    Integer factor, rest;
    boost::multiprecision::divide_qr(coefficient, divisor_.coefficient(0), factor, rest);
    if (rest != 0) return false;
    Subtract(step, factor);
    exponents_.insert(exponents_.end(), step.begin(), step.end());
    coefficients_.push_back(std::move(factor));
    return true;
  }

  void Subtract(const Row& step, const Integer& factor) {
    const std::size_t width = step.size();
    Row row(width);
    for (std::size_t term = 0; term < divisor_.size(); ++term) {
      for (std::size_t v = 0; v < width; ++v) {
        row[v] = static_cast<Exponent>(step[v] + divisor_rows_[term * width + v]);
      }
      const auto place = remainder_.try_emplace(row, 0).first;
      place->second -= factor * divisor_.coefficient(term);
      if (place->second == 0) remainder_.erase(place);
    }
  }

  std::vector<Variable> variables_;
  const Polynomial& divisor_;
  std::vector<Exponent> divisor_rows_;
  std::vector<int> room_;
  std::map<Row, Integer, std::greater<>> remainder_;
  std::vector<Exponent> exponents_;  // of the quotient
  std::vector<Integer> coefficients_;
};

/// polynomial / (content * monomial): primitive, and no variable in every term.
struct Primitive {
  explicit Primitive(Polynomial whole)
      : content(whole.Content()),
        monomial(CommonMonomial(whole, whole, [](const Variable&) { return true; })),
        rest(std::move(whole) * Inverse(monomial)) {
    rest.DivideExactly(content);
  }

  Integer content;
  Polynomial monomial;
  Polynomial rest;
};

bool IsMin(const Variable& variable) { return variable->kind == AtomKind::kMin; }

/// The sum of p[e] * variable^e with every e >= 2 rewritten.
Polynomial WithoutSquaresOf(const Polynomial& polynomial, const Variable& min) {
  std::map<int, Polynomial> parts = PartsBy(polynomial, min);
  const Polynomial& a = min->first.numerator();
  const Polynomial& b = min->second.numerator();
  const Polynomial sum = a + b, product = a * b;
  while (!parts.empty() && parts.rbegin()->first >= 2) {
    const auto [exponent, part] = *parts.rbegin();
    parts.erase(exponent);
    parts[exponent - 1] = parts[exponent - 1] + part * sum;
    parts[exponent - 2] = parts[exponent - 2] - part * product;
  }
  Polynomial reduced;
  for (const auto& [exponent, part] : parts) {
    reduced = reduced + (exponent == 0 ? part : part * Polynomial::Of(min, exponent));
  }
  return reduced;
}

/// The last variable that is a min and occurs squared; the greatest are the
/// outermost more often than not, and their rewriting may square inner ones.
const Variable* SquaredMin(const Polynomial& polynomial) {
  for (std::size_t v = polynomial.variables().size(); v-- > 0;) {
    if (!IsMin(polynomial.variables()[v])) continue;
    for (std::size_t term = 0; term < polynomial.size(); ++term) {
      if (polynomial.exponent(term, v) >= 2) return &polynomial.variables()[v];
    }
  }
  return nullptr;
}

bool IsIntegerValued(const Variable& variable) {
  switch (variable->kind) {
    case AtomKind::kSymbol:
      return variable->symbol->domain() != Domain::kPositiveRational;
    case AtomKind::kMin:
      return IsIntegerValued(variable->first.numerator()) &&
             IsIntegerValued(variable->second.numerator());
    case AtomKind::kFloorDiv:
    case AtomKind::kCeilLog2:
      return true;
  }
  return false;
}

}  // namespace

bool IsSymbol(const Variable& variable) { return variable->kind == AtomKind::kSymbol; }

Polynomial CommonMonomial(const Polynomial& a, const Polynomial& b,
                          const VariablePredicate& chosen) {
  const std::vector<Variable> variables = UnitedVariables(a, b);
  if (variables.empty()) return Polynomial(Integer(1));
  std::vector<Exponent> least(variables.size(), std::numeric_limits<Exponent>::max());
  LowerTo(least, ExponentsOver(a, variables));
  LowerTo(least, ExponentsOver(b, variables));
  for (std::size_t v = 0; v < variables.size(); ++v) {
    if (!chosen(variables[v])) least[v] = 0;
  }
  return MonomialOf(variables, std::move(least));
}

Polynomial Inverse(const Polynomial& monomial) {
  COSTCHECK_CHECK(monomial.IsMonomial() && monomial.coefficient(0) == 1);
  std::vector<Exponent> row;
  for (const Exponent exponent : monomial.exponents(0)) row.push_back(CheckedExponent(-exponent));
  return MonomialOf(monomial.variables(), std::move(row));
}

Polynomial WithoutCoefficient(const Polynomial& monomial) {
  COSTCHECK_CHECK(monomial.IsMonomial());
  const std::span<const Exponent> row = monomial.exponents(0);
  return MonomialOf(monomial.variables(), {row.begin(), row.end()});
}

std::optional<Expr> ExactQuotient(const Expr& a, const Expr& b) {
  if (b.IsZero()) throw CostError("division by zero");
  if (a.IsZero()) return a;
  const Primitive dividend(a.numerator()), divisor(b.numerator());
  std::optional<Polynomial> quotient = LongDivision(dividend.rest, divisor.rest).Quotient();
  if (!quotient) return std::nullopt;
  const Polynomial monomial = dividend.monomial * Inverse(divisor.monomial);
  return Expr(*quotient * monomial * Integer(dividend.content * b.denominator()),
              a.denominator() * divisor.content);
}

Polynomial WithoutMinSquares(Polynomial polynomial) {
  while (const Variable* squared = SquaredMin(polynomial)) {
    polynomial = WithoutSquaresOf(polynomial, Variable(*squared));
  }
  return polynomial;
}

bool HasMin(const Polynomial& polynomial) {
  return std::any_of(polynomial.variables().begin(), polynomial.variables().end(), IsMin);
}

bool IsIntegerValued(const Polynomial& polynomial) {
  for (std::size_t term = 0; term < polynomial.size(); ++term) {
    const std::span<const Exponent> row = polynomial.exponents(term);
    if (std::any_of(row.begin(), row.end(), [](Exponent e) { return e < 0; })) return false;
  }
  return std::all_of(polynomial.variables().begin(), polynomial.variables().end(),
                     [](const Variable& variable) { return IsIntegerValued(variable); });
}

bool ProvesNonNegative(Sign sign) {
  return sign == Sign::kPositive || sign == Sign::kNonNegative || sign == Sign::kZero;
}

bool ProvesNonPositive(Sign sign) {
  return sign == Sign::kNegative || sign == Sign::kNonPositive || sign == Sign::kZero;
}

}  // namespace costcheck
