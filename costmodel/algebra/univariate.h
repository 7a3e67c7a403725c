#pragma once

#include <vector>

#include "costmodel/algebra/number.h"

namespace costcheck {

/// A Laurent polynomial in one variable x, dense, over one denominator:
/// (c[0] x^low + c[1] x^(low+1) + ...) / denominator. Canonical, so equal ones
/// are identical: no zero at either end, denominator positive and without a
/// factor that divides every c. Zero is no coefficient, low 0, denominator 1.
class Univariate {
 public:
  Univariate() = default;  ///< 0
  explicit Univariate(const Rational& constant);
  /// Any coefficients; requires denominator > 0.
  Univariate(int low, std::vector<Integer> coefficients, Integer denominator = 1);

  bool IsZero() const { return coefficients_.empty(); }
  bool IsConstant() const { return IsZero() || (low_ == 0 && coefficients_.size() == 1); }
  /// The value of a constant polynomial. Requires IsConstant().
  Rational Constant() const;
  /// Exponents of the lowest and highest term; 0 and 0 for the zero polynomial.
  int low() const { return low_; }
  int degree() const { return IsZero() ? 0 : low_ + static_cast<int>(coefficients_.size()) - 1; }
  /// coefficients()[i] belongs to x^(low + i); the value is their sum over denominator().
  const std::vector<Integer>& coefficients() const { return coefficients_; }
  const Integer& denominator() const { return denominator_; }
  /// The coefficient of x^degree(); 0 for the zero polynomial.
  Rational Leading() const;

  Univariate& operator+=(const Univariate& other);
  Univariate& operator-=(const Univariate& other);
  Univariate& operator*=(const Univariate& other);
  Univariate& operator*=(const Rational& factor);
  friend Univariate operator+(Univariate a, const Univariate& b) { return a += b; }
  friend Univariate operator-(Univariate a, const Univariate& b) { return a -= b; }
  friend Univariate operator*(const Univariate& a, const Univariate& b);
  friend Univariate operator*(Univariate a, const Rational& factor) { return a *= factor; }
  friend bool operator==(const Univariate& a, const Univariate& b) = default;

  /// Exact value at x. Requires x != 0 where low() < 0.
  Rational Evaluate(const Integer& x) const;
  /// The sign (-1, 0, 1) at x > 0, or at x = 0 where low() >= 0.
  int SignAt(const Integer& x) const;
  /// p(slope * x + offset). Requires low() >= 0.
  Univariate Compose(const Integer& slope, const Integer& offset) const;

 private:
  void Add(const Univariate& other, bool subtract);
  void Normalize();

  int low_ = 0;
  std::vector<Integer> coefficients_;
  Integer denominator_ = 1;
};

}  // namespace costcheck
