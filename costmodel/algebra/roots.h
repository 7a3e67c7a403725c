#pragma once

#include <optional>
#include <string>
#include <vector>

#include "costmodel/algebra/number.h"

// Real roots of integer polynomials, isolated in rationals.
//
// A polynomial is its coefficients in ascending order, c[0] + c[1] x + ...; zeros
// at the high end are allowed. Roots are found by Descartes' rule of signs on
// halved intervals (Vincent, Collins, Akritas; SYMSAC 1976), exactly, never by
// stepping. Cost: about (degree)^2 additions for each interval looked at, of
// which there are O(degree * log(root separation)).

namespace costcheck {

/// One real root: exactly lower/scale where lower == upper, else the only root
/// in the open interval (lower/scale, upper/scale), whose ends are no roots.
struct RealRoot {
  Integer lower;
  Integer upper;
  Integer scale;  ///< positive
  int multiplicity = 1;

  bool IsExact() const { return lower == upper; }
  /// A polynomial changes sign at its roots of odd multiplicity only.
  bool ChangesSign() const { return multiplicity % 2 != 0; }
  Rational LowerBound() const { return Rational(lower, scale); }
  Rational UpperBound() const { return Rational(upper, scale); }
};

/// The distinct real roots in ascending order; their intervals are disjoint.
struct RootIsolation {
  std::vector<RealRoot> roots;
  /// The square-free part of the polynomial, which has the same roots; empty
  /// for the zero polynomial, of which every number is a root and none is listed.
  std::vector<Integer> square_free;
};

/// Roots of polynomials of degree 1 are exact, and so are those of degree 2 with
/// a square discriminant, a root at 0, and any root met while halving.
RootIsolation IsolateRoots(std::vector<Integer> coefficients);
/// The roots above 0 only; for costs, whose symbols are positive.
RootIsolation IsolatePositiveRoots(std::vector<Integer> coefficients);

/// False only where Descartes' rule shows that there is no root in the open interval, which has no
/// upper end where `high` is missing. Cheap beside isolating roots. Requires 0 <= low < high.
bool MayHaveRootBetween(std::vector<Integer> coefficients, const Integer& low,
                        const std::optional<Integer>& high);

/// The sign (-1, 0, 1) of the polynomial at numerator/denominator, denominator > 0.
int SignAt(const std::vector<Integer>& coefficients, const Integer& numerator,
           const Integer& denominator);

/// The sign of root - value. Requires that `root` is one of the isolation's.
int CompareRoot(const RootIsolation& isolation, const RealRoot& root, const Rational& value);
/// The root with upper - lower <= width. Requires width > 0.
RealRoot RefineRoot(const RootIsolation& isolation, RealRoot root, const Rational& width);
/// The largest integer that is not above the root.
Integer FloorOfRoot(const RootIsolation& isolation, const RealRoot& root);
/// The root where it is rational, nothing where it is irrational.
std::optional<Rational> RationalRoot(const RootIsolation& isolation, const RealRoot& root);

/// The root rounded to the nearest decimal with at most `digits` (>= 0) digits
/// after the point, halves upwards, zeros at the end left out: "213.333333".
std::string RootDecimal(const RootIsolation& isolation, const RealRoot& root, int digits);

}  // namespace costcheck
