#pragma once

#include "costmodel/algebra/number.h"

// Comparisons by lowest terms, for inner loops: the library's own divide.

namespace costcheck {

/// a == b.
inline bool IsSame(const Rational& a, const Rational& b) {
  return Numerator(a) == Numerator(b) && Denominator(a) == Denominator(b);
}

/// a < b.
inline bool IsLess(const Rational& a, const Rational& b) {
  return Numerator(a) * Denominator(b) < Numerator(b) * Denominator(a);
}

}  // namespace costcheck
