#pragma once

#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "costmodel/algebra/expr.h"
#include "costmodel/algebra/univariate.h"
#include "costmodel/crossover/piecewise.h"

// From an expression in one free symbol to its piecewise quasi-polynomial, or,
// where the period of its floors is past the limit, to bounds:
//
//   (p - q + 1) / q <= floor(p / q) <= p / q      for integers p and q > 0.

namespace costcheck {

/// lower <= function <= upper at every integer of the range; exact where upper
/// is missing.
struct Enclosure {
  Piecewise lower;
  std::optional<Piecewise> upper;

  const Piecewise& Upper() const { return upper ? *upper : lower; }
};

enum class Precision {
  kExact,  ///< give up where an exact form would pass the limits
  kBounds  ///< bound the floors whose exact form would
};

/// Turns expressions in `x` into functions on one range; atoms are kept, so a
/// second expression with the same ones costs less. Where any value is divided
/// by something that is 0 there: CostError. A symbol other than x: CostError.
class Encloser {
 public:
  Encloser(Symbol x, Range range, Precision precision, Limits limits = {});

  /// Nothing where the limits do not suffice.
  std::optional<Enclosure> Enclose(const Expr& expr);

  PiecewiseAlgebra& algebra() { return algebra_; }

 private:
  /// The exponents of every variable but x, and the polynomial in x beside them.
  using Groups = std::map<std::vector<Polynomial::Exponent>, Univariate>;

  static Groups GroupByAtoms(const Expr& expr, const Symbol& x);
  Enclosure Of(const Expr& expr);
  Enclosure SumOfGroups(const std::vector<Variable>& variables, std::size_t v,
                        Groups::const_iterator first, Groups::const_iterator last);
  Enclosure Leaf(const Univariate& polynomial) const;
  const Enclosure& OfVariable(const Variable& variable);
  Enclosure OfAtom(const Atom& atom);
  Enclosure Floor(const Atom& atom);
  Enclosure Power(const Variable& variable, int exponent);
  Enclosure Inverse(const Enclosure& a);
  Enclosure Sum(const Enclosure& a, const Enclosure& b);
  Enclosure Product(const Enclosure& a, const Enclosure& b);
  Piecewise Constant(const Rational& value) const;
  Piecewise Max(const Piecewise& a, const Piecewise& b);

  Symbol x_;
  Precision precision_;
  PiecewiseAlgebra algebra_;
  std::deque<std::pair<Variable, Enclosure>> known_;  ///< no element ever moves
};

/// Bounds with as many floors exact as the limits allow; all of them bounded
/// where that is not enough. Nothing where not even that is.
std::optional<Enclosure> EncloseByBounds(const Expr& expr, const Symbol& x, const Range& range,
                                         const Limits& limits);

/// A product of atoms that are above 0 everywhere, such that expr times it
/// divides by no such atom: it has the sign of expr.
Expr PositiveDenominator(const Expr& expr);

/// True if an atom of the kind depends on x anywhere inside.
bool HasAtom(const Expr& expr, AtomKind kind, const Symbol& x);

}  // namespace costcheck
