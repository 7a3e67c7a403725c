#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "costmodel/algebra/number.h"
#include "costmodel/algebra/polynomial.h"
#include "costmodel/algebra/symbol.h"

// Exact symbolic costs.
//
//   const Expr T = Symbol("T"), W = Symbol("W");
//   const Expr pairs = T * (T + 1) / 2;              // a polynomial over one denominator
//   const Expr window = Min(T, W);                   // an atom inside a polynomial
//   Evaluate(pairs, {{"T", 131072}});                // Rational, exact
//   Substitute(pairs, {{"T", 2 * W}});               // Expr
//
// Normal form: an integer Laurent polynomial in variables, over one positive
// denominator that shares no factor with all of its coefficients. A variable is
// a symbol or an atom (min, floor of a quotient, ceil of a logarithm).
// Identity (operator==) implies equality. The converse holds for expressions
// without atoms; Decide (costmodel/crossover) settles the others.

namespace costcheck {

class Expr {
 public:
  Expr();                       ///< 0
  Expr(int value);              // NOLINT: numbers and symbols are expressions
  Expr(std::int64_t value);     // NOLINT
  Expr(const Integer& value);   // NOLINT
  Expr(const Rational& value);  // NOLINT
  Expr(const Symbol& symbol);   // NOLINT
  /// numerator / denominator, brought to normal form. Requires denominator > 0.
  Expr(Polynomial numerator, Integer denominator);

  const Polynomial& numerator() const { return numerator_; }
  const Integer& denominator() const { return denominator_; }

  bool IsZero() const;
  bool IsConstant() const;
  std::optional<Rational> AsRational() const;  ///< the value of a constant

  Expr& operator+=(const Expr& other);
  Expr& operator-=(const Expr& other);
  Expr& operator*=(const Expr& other);
  /// Division by a constant or a monomial always works; by a polynomial only
  /// where it leaves no remainder. CostError otherwise, and for a zero divisor.
  Expr& operator/=(const Expr& other);

  friend Expr operator+(Expr a, const Expr& b) { return a += b; }
  friend Expr operator-(Expr a, const Expr& b) { return a -= b; }
  friend Expr operator*(Expr a, const Expr& b) { return a *= b; }
  friend Expr operator/(Expr a, const Expr& b) { return a /= b; }
  friend Expr operator-(const Expr& a) { return Expr(0) - a; }
  friend bool operator==(const Expr& a, const Expr& b);  ///< identity of normal forms

 private:
  void Normalize();

  Polynomial numerator_;
  Integer denominator_;
};

/// A total order by structure (never by address), for canonical sorting.
int Compare(const Expr& a, const Expr& b);

/// What a variable of a polynomial is.
enum class AtomKind { kSymbol, kMin, kFloorDiv, kCeilLog2 };

/// A symbol, or an operation on expressions that no polynomial expresses.
/// kMin: min(first, second), where both have positive coefficients only and
/// share no term, and first - second is primitive with positive leading
/// coefficient. kFloorDiv: floor(first / second). kCeilLog2: ceil(log2(first)).
struct Atom {
  AtomKind kind;
  std::optional<Symbol> symbol;
  Expr first;
  Expr second;
};

Expr Min(const Expr& a, const Expr& b);
Expr Max(const Expr& a, const Expr& b);  ///< a + b - min(a, b)
/// floor(a / b), for integer-valued a and positive b; whole multiples of b move out.
Expr FloorDiv(const Expr& a, const Expr& b);
Expr CeilDiv(const Expr& a, const Expr& b);  ///< floor((a + b - 1) / b), integer a and b
Expr CeilLog2(const Expr& a);                ///< 0 where a <= 1
Expr Pow(const Expr& base, int exponent);    ///< a negative exponent needs a monomial

enum class Sign { kNegative, kNonPositive, kZero, kNonNegative, kPositive, kUnknown };
/// What the signs of the coefficients and the domains of the symbols prove.
Sign SignOf(const Expr& expr);

/// The symbols inside, atoms' arguments included, ordered by name.
std::set<Symbol> SymbolsOf(const Expr& expr);
bool DependsOn(const Expr& expr, const Symbol& symbol);

/// Simultaneous substitution by name; names that do not occur are ignored.
using Bindings = std::map<std::string, Expr, std::less<>>;
Expr Substitute(const Expr& expr, const Bindings& bindings);

/// The exact value. CostError naming the symbol if one is unbound.
using Values = std::map<std::string, Rational, std::less<>>;
Rational Evaluate(const Expr& expr, const Values& values);

/// d expr / d symbol, symbol taken as real. CostError where an atom depends on
/// the symbol: min, floor and log have corners.
Expr Differentiate(const Expr& expr, const Symbol& symbol);

/// The coefficients c[e] of expr as a Laurent polynomial in `symbol`; nothing
/// if an atom depends on it.
std::optional<std::map<int, Expr>> CoefficientsIn(const Expr& expr, const Symbol& symbol);

/// A quotient, for speedups and closed forms. Only content and monomials cancel.
struct Ratio {
  Expr numerator;
  Expr denominator;  ///< never the zero expression
};
Ratio MakeRatio(const Expr& numerator, const Expr& denominator);
/// Nothing where the denominator's value is 0.
std::optional<Rational> Evaluate(const Ratio& ratio, const Values& values);

}  // namespace costcheck
