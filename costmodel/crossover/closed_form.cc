#include "costmodel/crossover/closed_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/print.h"

namespace costcheck {

namespace {

/// Squares of larger numbers are not looked for in a discriminant.
constexpr int kLargestSquareTried = 4096;

bool IsPositive(Sign sign) { return sign == Sign::kPositive; }
bool IsNegative(Sign sign) { return sign == Sign::kNegative; }
bool IsNeverPositive(Sign sign) {
  return sign == Sign::kNegative || sign == Sign::kNonPositive || sign == Sign::kZero;
}

bool IsNeverNegative(Sign sign) {
  return sign == Sign::kPositive || sign == Sign::kNonNegative || sign == Sign::kZero;
}

/// value = outside^2 * inside, for value > 0.
struct Surd {
  Integer outside;
  Integer inside;
};

Surd TakeSquaresOut(Integer value) {
  Surd surd{1, std::move(value)};
  for (Integer factor = 2; factor <= kLargestSquareTried; ++factor) {
    const Integer square = factor * factor;
    if (square > surd.inside) return surd;
    while (Integer(surd.inside % square).is_zero()) {
      surd.inside /= square;
      surd.outside *= factor;
    }
  }
  return surd;
}

/// (offset + factor * sqrt(inside)) / divisor in lowest terms, divisor > 0,
/// factor not 0.
std::string SurdText(Integer offset, Integer factor, const Integer& inside, Integer divisor) {
  const Integer common = Gcd(Gcd(offset, factor), divisor);
  offset /= common;
  factor /= common;
  divisor /= common;
  const Integer size = abs(factor);
  const std::string root =
      (size == 1 ? "" : ToString(size) + "*") + "sqrt(" + ToString(inside) + ")";
  std::string text = (factor < 0 ? "-" : "") + root;
  if (offset != 0) {
    text = ToString(offset) + (factor < 0 ? " - " : " + ") + root;
    if (divisor != 1) text = "(" + text + ")";
  }
  return divisor == 1 ? text : text + "/" + ToString(divisor);
}

/// The larger (or smaller) root of c[2] x^2 + c[1] x + c[0], irrational.
std::string QuadraticText(const std::vector<Integer>& c, bool larger) {
  const Surd surd = TakeSquaresOut(c[1] * c[1] - 4 * c[0] * c[2]);
  const Integer divisor = 2 * abs(c[2]);
  const Integer offset = c[2] > 0 ? Integer(-c[1]) : c[1];
  return SurdText(offset, larger ? surd.outside : Integer(-surd.outside), surd.inside, divisor);
}

/// "H > 1" for 64*H - 64, and so on for lines in one symbol; else "... > 0".
std::string PositiveText(const Expr& expr) {
  const std::set<Symbol> symbols = SymbolsOf(expr);
  if (symbols.size() == 1) {
    const Symbol& symbol = *symbols.begin();
    const auto line = CoefficientsIn(expr, symbol);
    if (line && line->size() == 2 && line->begin()->first == 0 && line->rbegin()->first == 1) {
      const Rational slope = *line->at(1).AsRational();
      return fmt::format("{} {} {}", symbol.name(), slope > 0 ? ">" : "<",
                         ToString(Rational(-*line->at(0).AsRational() / slope)));
    }
  }
  return Print(expr) + " > 0";
}

/// The condition under which both factors have the same sign and neither is 0,
/// where that of one is known; nothing if it never holds.
std::optional<std::string> SameSignCondition(const Expr& known, const Expr& other) {
  const Expr directed = IsNegative(SignOf(known)) ? -other : other;
  const Sign sign = SignOf(directed);
  if (IsNeverPositive(sign)) return std::nullopt;
  return IsPositive(sign) ? "" : PositiveText(directed);
}

std::optional<ClosedForm> LinearForm(const Expr& c0, const Expr& c1) {
  Ratio ratio = MakeRatio(-c0, c1);
  const auto is_known = [](const Expr& expr) {
    return IsPositive(SignOf(expr)) || IsNegative(SignOf(expr));
  };
  std::optional<std::string> condition = Print(ratio) + " > 0";
  if (is_known(ratio.numerator)) {
    condition = SameSignCondition(ratio.numerator, ratio.denominator);
  } else if (is_known(ratio.denominator)) {
    condition = SameSignCondition(ratio.denominator, ratio.numerator);
  }
  if (!condition) return std::nullopt;
  return ClosedForm{Print(ratio), *condition, std::move(ratio)};
}

using Coefficients = std::array<Expr, 3>;

/// The lowest exponent of the variable in any term of any of them.
int LowestExponent(const Coefficients& coefficients, const Variable& variable) {
  std::optional<int> lowest;
  for (const Expr& c : coefficients) {
    const Polynomial& p = c.numerator();
    const auto found =
        std::find_if(p.variables().begin(), p.variables().end(),
                     [&](const Variable& other) { return Compare(other, variable) == 0; });
    const auto index = static_cast<std::size_t>(found - p.variables().begin());
    for (std::size_t term = 0; term < p.size(); ++term) {
      const int exponent = found == p.variables().end() ? 0 : p.exponent(term, index);
      lowest = std::min(lowest.value_or(exponent), exponent);
    }
  }
  return lowest.value_or(0);
}

/// The greatest monomial, with its rational factor, that divides all of them.
Expr CommonFactor(const Coefficients& coefficients) {
  Integer content = 0;
  Integer denominator = 1;
  std::vector<Variable> variables;
  for (const Expr& c : coefficients) {
    content = Gcd(content, c.numerator().Content());
    denominator = Lcm(denominator, c.denominator());
    for (const Variable& v : c.numerator().variables()) variables.push_back(v);
  }
  Expr factor(Polynomial(content), denominator);
  std::sort(variables.begin(), variables.end(),
            [](const Variable& a, const Variable& b) { return Compare(a, b) < 0; });
  variables.erase(
      std::unique(variables.begin(), variables.end(),
                  [](const Variable& a, const Variable& b) { return Compare(a, b) == 0; }),
      variables.end());
  for (const Variable& variable : variables) {
    const int exponent = LowestExponent(coefficients, variable);
    if (exponent != 0) factor *= Expr(Polynomial::Of(variable, exponent), 1);
  }
  return factor;
}

std::optional<ClosedForm> NumericQuadratic(const Coefficients& coefficients) {
  std::vector<Integer> integers;
  for (const Expr& c : coefficients) integers.push_back(Numerator(*c.AsRational()));
  const RootIsolation isolation = IsolatePositiveRoots(integers);
  if (isolation.roots.size() != 1) return std::nullopt;
  return ClosedForm{*RootText(isolation, isolation.roots.front()), "", std::nullopt};
}

/// The roots of c[2] x^2 + c[1] x + c[0]; the larger one alone where it is the
/// only one above 0.
struct QuadraticRoots {
  std::string text;
  Expr inside;  ///< of the square root
};

QuadraticRoots WriteRoots(const Coefficients& c, bool larger_only) {
  // With c[1] = 2 h the factors 2 cancel: (-h + sqrt(h^2 - c2 c0)) / c2.
  const bool even = Integer(c[1].numerator().Content() % 2).is_zero();
  const Expr offset = even ? -c[1] / 2 : -c[1];
  const Expr inside = offset * offset - (even ? 1 : 4) * c[2] * c[0];
  const Expr divisor = even ? c[2] : 2 * c[2];
  std::string text = larger_only ? "+ " : "+- ";
  text += "sqrt(" + Print(inside) + ")";
  text = offset.IsZero() ? text.substr(larger_only ? 2 : 0) : Print(offset) + " " + text;
  if (divisor == Expr(1)) return {std::move(text), inside};
  if (!offset.IsZero()) text = "(" + text + ")";
  const bool plain = divisor.IsConstant();
  return {text + "/" + (plain ? Print(divisor) : "(" + Print(divisor) + ")"), inside};
}

std::optional<ClosedForm> QuadraticForm(Coefficients c) {
  const Expr common = CommonFactor(c);
  const bool flip = IsNegative(SignOf(c[2]));
  for (Expr& coefficient : c) coefficient /= flip ? -common : common;
  if (c[0].IsConstant() && c[1].IsConstant() && c[2].IsConstant()) return NumericQuadratic(c);
  const Sign top = SignOf(c[2]);
  const Sign bottom = SignOf(c[0]);
  const bool one_root = IsPositive(top) && IsNegative(bottom);
  if (IsPositive(top) && IsNeverNegative(SignOf(c[1])) && IsNeverNegative(bottom)) {
    return std::nullopt;
  }
  const QuadraticRoots roots = WriteRoots(c, one_root);
  const bool real = one_root || IsNeverNegative(SignOf(roots.inside));
  return ClosedForm{roots.text, real ? "" : PositiveText(roots.inside), std::nullopt};
}

}  // namespace

std::optional<std::string> RootText(const RootIsolation& isolation, const RealRoot& root) {
  if (const auto rational = RationalRoot(isolation, root)) return ToString(*rational);
  const std::vector<Integer>& c = isolation.square_free;
  if (c.size() != 3) return std::nullopt;
  const Rational middle(c[2] > 0 ? Integer(-c[1]) : c[1], 2 * abs(c[2]));
  return QuadraticText(c, CompareRoot(isolation, root, middle) > 0);
}

std::optional<ClosedForm> SymbolicClosedForm(const Expr& a, const Expr& b, const Symbol& x) {
  const auto coefficients = CoefficientsIn(a - b, x);
  if (!coefficients || coefficients->empty()) return std::nullopt;
  const int low = coefficients->begin()->first;
  const int degree = coefficients->rbegin()->first - low;
  const auto at = [&](int power) {
    const auto found = coefficients->find(low + power);
    return found == coefficients->end() ? Expr(0) : found->second;
  };
  if (degree == 1) return LinearForm(at(0), at(1));
  if (degree == 2) return QuadraticForm({at(0), at(1), at(2)});
  return std::nullopt;
}

}  // namespace costcheck
