#include "costmodel/algebra/univariate.h"

#include <algorithm>
#include <utility>

#include "costmodel/algebra/error.h"

namespace costcheck {

Univariate::Univariate(const Rational& constant)
    : coefficients_{Numerator(constant)}, denominator_(Denominator(constant)) {
  Normalize();
}

Univariate::Univariate(int low, std::vector<Integer> coefficients, Integer denominator)
    : low_(low), coefficients_(std::move(coefficients)), denominator_(std::move(denominator)) {
  COSTCHECK_CHECK(denominator_ > 0);
  Normalize();
}

void Univariate::Normalize() {
  while (!coefficients_.empty() && coefficients_.back().is_zero()) coefficients_.pop_back();
  const auto first = std::find_if(coefficients_.begin(), coefficients_.end(),
                                  [](const Integer& c) { return !c.is_zero(); });
  low_ += static_cast<int>(first - coefficients_.begin());
  coefficients_.erase(coefficients_.begin(), first);
  if (coefficients_.empty()) {
    low_ = 0;
    denominator_ = 1;
    return;
  }
  Integer common = denominator_;
  for (const Integer& c : coefficients_) {
    if (common == 1) return;
    common = Gcd(common, c);
  }
  if (common == 1) return;
  denominator_ /= common;
  for (Integer& c : coefficients_) c /= common;
}

Rational Univariate::Constant() const {
  COSTCHECK_CHECK(IsConstant());
  return Leading();
}

Rational Univariate::Leading() const {
  return IsZero() ? Rational(0) : Rational(coefficients_.back(), denominator_);
}

void Univariate::Add(const Univariate& other, bool subtract) {
  if (other.IsZero()) return;
  if (IsZero()) low_ = other.low_;
  const int low = std::min(low_, other.low_);
  const int high = std::max(degree(), other.degree());
  coefficients_.insert(coefficients_.begin(), static_cast<std::size_t>(low_ - low), Integer(0));
  coefficients_.resize(static_cast<std::size_t>(high - low + 1));
  low_ = low;
  Integer factor = subtract ? -1 : 1;
  if (denominator_ != other.denominator_) {
    const Integer common = Gcd(denominator_, other.denominator_);
    const Integer own = other.denominator_ / common;
    for (Integer& c : coefficients_) c *= own;
    factor *= denominator_ / common;
    denominator_ *= own;
  }
  const std::size_t shift = static_cast<std::size_t>(other.low_ - low);
  for (std::size_t i = 0; i < other.coefficients_.size(); ++i) {
    coefficients_[i + shift] += other.coefficients_[i] * factor;
  }
  Normalize();
}

Univariate& Univariate::operator+=(const Univariate& other) {
  Add(other, false);
  return *this;
}

Univariate& Univariate::operator-=(const Univariate& other) {
  Add(other, true);
  return *this;
}

Univariate operator*(const Univariate& a, const Univariate& b) {
  if (a.IsZero() || b.IsZero()) return {};
  std::vector<Integer> product(a.coefficients_.size() + b.coefficients_.size() - 1);
  for (std::size_t i = 0; i < a.coefficients_.size(); ++i) {
    for (std::size_t j = 0; j < b.coefficients_.size(); ++j) {
      product[i + j] += a.coefficients_[i] * b.coefficients_[j];
    }
  }
  return Univariate(a.low_ + b.low_, std::move(product), a.denominator_ * b.denominator_);
}

Univariate& Univariate::operator*=(const Univariate& other) { return *this = *this * other; }

Univariate& Univariate::operator*=(const Rational& factor) {
  const Integer numerator = Numerator(factor);
  for (Integer& c : coefficients_) c *= numerator;
  denominator_ *= Denominator(factor);
  Normalize();
  return *this;
}

namespace {

/// c[0] + c[1] x + ..., without the power of x below them.
Integer Horner(const std::vector<Integer>& coefficients, const Integer& x) {
  Integer value = 0;
  for (std::size_t i = coefficients.size(); i-- > 0;) value = value * x + coefficients[i];
  return value;
}

}  // namespace

Rational Univariate::Evaluate(const Integer& x) const {
  if (IsZero()) return 0;
  const Rational power = low_ == 0 ? Rational(1) : Pow(Rational(x), low_);
  return Rational(Horner(coefficients_, x), denominator_) * power;
}

int Univariate::SignAt(const Integer& x) const {
  COSTCHECK_CHECK(x > 0 || (x == 0 && low_ >= 0));
  if (x == 0 && low_ > 0) return 0;
  return Horner(coefficients_, x).sign();
}

Univariate Univariate::Compose(const Integer& slope, const Integer& offset) const {
  COSTCHECK_CHECK(low_ >= 0);
  const Univariate line(0, {offset, slope});
  Univariate value;
  for (std::size_t i = coefficients_.size(); i-- > 0;) {
    value *= line;
    value += Univariate(0, {coefficients_[i]});
  }
  for (int i = 0; i < low_; ++i) value *= line;
  value *= Rational(1, denominator_);
  return value;
}

}  // namespace costcheck
