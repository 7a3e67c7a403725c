#include "costmodel/algebra/expr.h"

#include <utility>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/normal_form.h"

namespace costcheck {
namespace {

Variable VariableOf(const Symbol& symbol) {
  return std::make_shared<const Atom>(Atom{AtomKind::kSymbol, symbol, Expr(), Expr()});
}

Integer PowerOf(const Integer& base, int exponent) {
  return pow(base, static_cast<unsigned>(exponent));
}

}  // namespace

Expr::Expr() : denominator_(1) {}

Expr::Expr(int value) : Expr(Integer(value)) {}

Expr::Expr(std::int64_t value) : Expr(Integer(value)) {}

Expr::Expr(const Integer& value) : numerator_(value), denominator_(1) {}

Expr::Expr(const Rational& value)
    : numerator_(Numerator(value)), denominator_(Denominator(value)) {}

Expr::Expr(const Symbol& symbol)
    : numerator_(Polynomial::Of(VariableOf(symbol))), denominator_(1) {}

Expr::Expr(Polynomial numerator, Integer denominator)
    : numerator_(std::move(numerator)), denominator_(std::move(denominator)) {
  COSTCHECK_CHECK(denominator_ > 0);
  Normalize();
}

void Expr::Normalize() {
  numerator_ = WithoutMinSquares(std::move(numerator_));
  if (denominator_ == 1) return;
  const Integer common = Gcd(numerator_.Content(), denominator_);
  numerator_.DivideExactly(common);
  denominator_ /= common;
}

bool Expr::IsZero() const { return numerator_.IsZero(); }

bool Expr::IsConstant() const { return numerator_.IsConstant(); }

std::optional<Rational> Expr::AsRational() const {
  if (!IsConstant()) return std::nullopt;
  return IsZero() ? Rational(0) : Rational(numerator_.coefficient(0), denominator_);
}

Expr& Expr::operator+=(const Expr& other) {
  if (denominator_ == other.denominator_) {
    numerator_ = numerator_ + other.numerator_;
  } else {
    const Integer common = Lcm(denominator_, other.denominator_);
    numerator_ = numerator_ * Integer(common / denominator_) +
                 other.numerator_ * Integer(common / other.denominator_);
    denominator_ = common;
  }
  Normalize();
  return *this;
}

Expr& Expr::operator-=(const Expr& other) {
  Expr negated = other;
  negated.numerator_ = negated.numerator_ * Integer(-1);
  return *this += negated;
}

Expr& Expr::operator*=(const Expr& other) {
  numerator_ = numerator_ * other.numerator_;
  denominator_ *= other.denominator_;
  Normalize();
  return *this;
}

Expr& Expr::operator/=(const Expr& other) {
  std::optional<Expr> quotient = ExactQuotient(*this, other);
  if (!quotient) throw CostError("division by a sum of several terms leaves a remainder");
  return *this = std::move(*quotient);
}

bool operator==(const Expr& a, const Expr& b) {
  return a.denominator_ == b.denominator_ && a.numerator_ == b.numerator_;
}

int Compare(const Expr& a, const Expr& b) {
  if (const int order = Compare(a.numerator(), b.numerator()); order != 0) return order;
  const int order = a.denominator().compare(b.denominator());
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

int Compare(const Variable& a, const Variable& b) {
  if (a == b) return 0;
  if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
  if (a->kind == AtomKind::kSymbol) {
    const int order = a->symbol->name().compare(b->symbol->name());
    COSTCHECK_CHECK(order != 0 || a->symbol->domain() == b->symbol->domain());
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  }
  if (const int order = Compare(a->first, b->first); order != 0) return order;
  return Compare(a->second, b->second);
}

Expr Pow(const Expr& base, int exponent) {
  if (exponent < 0) {
    if (base.numerator().size() > 1) {
      throw CostError("a negative power of a sum of several terms is no polynomial");
    }
    return Expr(1) / Pow(base, -exponent);
  }
  if (!HasMin(base.numerator())) {
    return Expr(Pow(base.numerator(), exponent), PowerOf(base.denominator(), exponent));
  }
  Expr power = 1;
  for (int i = 0; i < exponent; ++i) power *= base;
  return power;
}

}  // namespace costcheck
