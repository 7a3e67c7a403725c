#include <algorithm>
#include <utility>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/normal_form.h"

namespace costcheck {
namespace {

using Exponent = Polynomial::Exponent;

Expr Whole(Polynomial polynomial) { return Expr(std::move(polynomial), 1); }

Expr AtomOf(AtomKind kind, Expr first, Expr second) {
  const auto atom =
      std::make_shared<const Atom>(Atom{kind, std::nullopt, std::move(first), std::move(second)});
  return Whole(Polynomial::Of(atom));
}

/// The terms with positive coefficients.
Polynomial PositivePart(const Polynomial& polynomial) {
  std::vector<Exponent> exponents;
  std::vector<Integer> coefficients;
  for (std::size_t term = 0; term < polynomial.size(); ++term) {
    if (polynomial.coefficient(term) < 0) continue;
    const std::span<const Exponent> row = polynomial.exponents(term);
    exponents.insert(exponents.end(), row.begin(), row.end());
    coefficients.push_back(polynomial.coefficient(term));
  }
  return Polynomial::FromSortedTerms(polynomial.variables(), std::move(exponents),
                                     std::move(coefficients));
}

/// min(a, b) where neither is always the lesser. Content and powers of symbols
/// come out: none of them is negative. With a - b = +-scale * (p - q):
/// min(a, b) = b + scale * (min(p, q) - q), or b + scale * (min(p, q) - p).
Expr UnresolvedMin(const Expr& b, const Expr& difference) {
  const Polynomial& numerator = difference.numerator();
  const Integer content = numerator.Content();
  const Polynomial monomial = CommonMonomial(numerator, numerator, IsSymbol);
  Polynomial primitive = numerator * Inverse(monomial);
  const bool flipped = primitive.coefficient(0) < 0;
  primitive.DivideExactly(flipped ? Integer(-content) : content);
  const Expr first = Whole(PositivePart(primitive));
  const Expr second = Whole(PositivePart(primitive * Integer(-1)));
  const Expr scale(monomial * content, difference.denominator());
  return b + scale * (AtomOf(AtomKind::kMin, first, second) - (flipped ? first : second));
}

/// numerator / denominator inside a floor, and what has moved out of it. Each
/// step keeps the value; together they lead to one form.
class FloorOfQuotient {
 public:
  FloorOfQuotient(const Expr& a, const Expr& b)
      : numerator_(a.numerator() * b.denominator()),
        denominator_(b.numerator() * a.denominator()) {}

  Expr Reduced();

 private:
  void Cancel();
  void MoveWholeMultiplesOut();
  void FloorConstant();
  void Unnest();
  bool IsZero() const;

  bool DenominatorIsNatural() const {
    return IsIntegerValued(denominator_) && ProvesNonNegative(SignOf(Whole(denominator_)));
  }

  Polynomial numerator_;
  Polynomial denominator_;
  Polynomial outside_;
};

/// Content and powers of symbols that both share, negative powers among them.
/// Only symbols: a denominator is not 0, so none of them is.
void FloorOfQuotient::Cancel() {
  const Polynomial inverse = Inverse(CommonMonomial(numerator_, denominator_, IsSymbol));
  Integer content = Gcd(numerator_.Content(), denominator_.Content());
  if (denominator_.coefficient(0) < 0) content = -content;
  numerator_ = numerator_ * inverse;
  denominator_ = denominator_ * inverse;
  numerator_.DivideExactly(content);
  denominator_.DivideExactly(content);
}

/// floor((k d + r) / d) = k + floor(r / d) for integer-valued k. By a monomial d
/// each coefficient is divided with remainder; a sum d divides all or nothing.
void FloorOfQuotient::MoveWholeMultiplesOut() {
  Polynomial multiple;
  if (denominator_.IsMonomial()) {
    const Polynomial inverse = Inverse(WithoutCoefficient(denominator_));
    for (std::size_t term = 0; term < numerator_.size(); ++term) {
      const Polynomial quotient = WithoutCoefficient(numerator_.Term(term)) * inverse;
      if (!IsIntegerValued(quotient)) continue;
      const Integer count = FloorDivide(numerator_.coefficient(term), denominator_.coefficient(0));
      multiple = multiple + quotient * count;
    }
  } else {
    const std::optional<Expr> quotient = ExactQuotient(Whole(numerator_), Whole(denominator_));
    if (!quotient || quotient->denominator() != 1) return;
    if (!IsIntegerValued(quotient->numerator())) return;
    multiple = quotient->numerator();
  }
  outside_ = outside_ + multiple;
  numerator_ = WithoutMinSquares(numerator_ - multiple * denominator_);
}

/// floor((g x + c) / (g d)) = floor((x + floor(c / g)) / d) for integers x and d.
void FloorOfQuotient::FloorConstant() {
  if (numerator_.IsZero() || numerator_.IsConstant()) return;
  Polynomial constant;
  for (std::size_t term = 0; term < numerator_.size(); ++term) {
    const Polynomial single = numerator_.Term(term);
    if (single.IsConstant()) constant = single;
  }
  if (constant.IsZero()) return;
  Polynomial rest = numerator_ - constant;
  const Integer common = Gcd(rest.Content(), denominator_.Content());
  if (common == 1 || !IsIntegerValued(rest) || !DenominatorIsNatural()) return;
  rest.DivideExactly(common);
  denominator_.DivideExactly(common);
  numerator_ = rest + Polynomial(FloorDivide(constant.coefficient(0), common));
}

/// floor((floor(p / q) + r) / d) = floor((p + r q) / (d q)) for integers r and d.
void FloorOfQuotient::Unnest() {
  const auto is_floor = [](const Variable& v) { return v->kind == AtomKind::kFloorDiv; };
  const std::vector<Variable>& variables = numerator_.variables();
  if (std::count_if(variables.begin(), variables.end(), is_floor) != 1) return;
  const Variable inner = *std::find_if(variables.begin(), variables.end(), is_floor);
  const Polynomial rest = numerator_ - Polynomial::Of(inner);
  const bool alone = std::none_of(rest.variables().begin(), rest.variables().end(), is_floor);
  if (!alone || !IsIntegerValued(rest) || !DenominatorIsNatural()) return;
  numerator_ = WithoutMinSquares(inner->first.numerator() + rest * inner->second.numerator());
  denominator_ = WithoutMinSquares(denominator_ * inner->second.numerator());
}

/// True if 0 <= numerator < denominator is proved.
bool FloorOfQuotient::IsZero() const {
  return numerator_.IsZero() || (ProvesNonNegative(SignOf(Whole(numerator_))) &&
                                 SignOf(Whole(denominator_ - numerator_)) == Sign::kPositive);
}

Expr FloorOfQuotient::Reduced() {
  Polynomial before;
  while (!numerator_.IsZero() && !(before == numerator_)) {
    before = numerator_;
    Cancel();
    MoveWholeMultiplesOut();
    FloorConstant();
    Unnest();
  }
  if (IsZero()) return Whole(outside_);
  return Whole(outside_) + AtomOf(AtomKind::kFloorDiv, Whole(numerator_), Whole(denominator_));
}

}  // namespace

Expr Min(const Expr& a, const Expr& b) {
  const Expr difference = a - b;
  const Sign sign = SignOf(difference);
  if (ProvesNonNegative(sign)) return b;
  if (ProvesNonPositive(sign)) return a;
  return UnresolvedMin(b, difference);
}

Expr Max(const Expr& a, const Expr& b) { return a + b - Min(a, b); }

Expr FloorDiv(const Expr& a, const Expr& b) {
  if (b.IsZero()) throw CostError("division by zero inside a floor");
  return FloorOfQuotient(a, b).Reduced();
}

// Without a proof that both are integers and b is positive: -floor(-a / b).
Expr CeilDiv(const Expr& a, const Expr& b) {
  const Ratio quotient = MakeRatio(a, b);
  const Expr& top = quotient.numerator;
  const Expr& bottom = quotient.denominator;
  const bool natural = IsIntegerValued(top.numerator()) && IsIntegerValued(bottom.numerator()) &&
                       ProvesNonNegative(SignOf(bottom));
  return natural ? FloorDiv(top + bottom - 1, bottom) : -FloorDiv(-top, bottom);
}

Expr CeilLog2(const Expr& a) {
  if (ProvesNonPositive(SignOf(a - 1))) return 0;
  if (const std::optional<Rational> value = a.AsRational()) return CeilLog2(Ceil(*value));
  return AtomOf(AtomKind::kCeilLog2, a, Expr());
}

}  // namespace costcheck
