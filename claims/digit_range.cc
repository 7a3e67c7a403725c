#include "claims/digit_range.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

constexpr std::size_t kMostCorners = 12;
constexpr std::size_t kFewSymbols = 6;  // so few corners are quicker than signs of derivatives
constexpr int kMostHalvings = 10;
constexpr int kMostBranches = 12;

RationalInterval Hull(const RationalInterval& a, const RationalInterval& b) {
  return {std::min(a.lower, b.lower), std::max(a.upper, b.upper)};
}

bool HoldsZero(const RationalInterval& a) { return a.lower <= 0 && a.upper >= 0; }

CostError MayVanish() {
  return CostError("division by a number that may be 0 within its printed digits");
}

RationalInterval Bounds(const Expr& expr);

RationalInterval BoundsOf(const Atom& atom) {
  if (atom.kind == AtomKind::kSymbol) return {0, 1};
  if (atom.kind != AtomKind::kMin) {
    throw CostError("a floor or a logarithm of a claimed number has no range");
  }
  const RationalInterval a = Bounds(atom.first), b = Bounds(atom.second);
  return {std::min(a.lower, b.lower), std::min(a.upper, b.upper)};
}

RationalInterval Times(const RationalInterval& a, const RationalInterval& b) {
  const auto [least, most] =
      std::minmax({Rational(a.lower * b.lower), Rational(a.lower * b.upper),
                   Rational(a.upper * b.lower), Rational(a.upper * b.upper)});
  return {least, most};
}

/// An enclosure: the sum of those of its terms.
RationalInterval Bounds(const Expr& expr) {
  const Polynomial& polynomial = expr.numerator();
  std::vector<RationalInterval> variables;
  for (const Variable& variable : polynomial.variables()) variables.push_back(BoundsOf(*variable));
  RationalInterval sum = {0, 0};
  for (std::size_t term = 0; term < polynomial.size(); ++term) {
    const Rational coefficient(polynomial.coefficient(term), expr.denominator());
    RationalInterval product = {coefficient, coefficient};
    for (std::size_t v = 0; v < variables.size(); ++v) {
      const int exponent = polynomial.exponent(term, v);
      if (exponent < 0) throw MayVanish();
      for (int i = 0; i < exponent; ++i) product = Times(product, variables[v]);
    }
    sum = {sum.lower + product.lower, sum.upper + product.upper};
  }
  return sum;
}

/// expr with `variable` replaced; no symbol, so that Substitute does not know it.
Expr Replaced(const Expr& expr, const Variable& variable, const Expr& value) {
  Expr result;
  for (const auto& [exponent, part] : PartsBy(expr.numerator(), variable)) {
    result += Expr(part, expr.denominator()) * Pow(value, exponent);
  }
  return result;
}

bool IsLinear(const Expr& expr, const Symbol& symbol) {
  const Polynomial& polynomial = expr.numerator();
  for (std::size_t v = 0; v < polynomial.variables().size(); ++v) {
    if (!(*polynomial.variables()[v]->symbol == symbol)) continue;
    for (std::size_t term = 0; term < polynomial.size(); ++term) {
      if (polynomial.exponent(term, v) > 1) return false;
    }
  }
  return true;
}

/// Values of an expression at all corners of these symbols, the others bound.
RationalInterval AtCorners(const Expr& expr, const std::vector<std::string>& corners, Values values,
                           const Expr& divisor = 1) {
  std::optional<RationalInterval> range;
  for (std::size_t corner = 0; corner >> corners.size() == 0; ++corner) {
    for (std::size_t i = 0; i < corners.size(); ++i) values[corners[i]] = corner >> i & 1U;
    const Rational value = Evaluate(expr, values) / Evaluate(divisor, values);
    range = range ? Hull(*range, {value, value}) : RationalInterval{value, value};
  }
  return *range;
}

/// By its coefficients; if they leave it open, where it is linear in every symbol, by its corners.
void CheckDivisor(const Expr& divisor, const std::vector<Symbol>& symbols) {
  if (!HoldsZero(Bounds(divisor))) return;
  std::vector<std::string> names;
  for (const Symbol& symbol : symbols) {
    if (!IsLinear(divisor, symbol)) throw MayVanish();
    if (DependsOn(divisor, symbol)) names.push_back(symbol.name());
  }
  if (names.size() > kMostCorners || HoldsZero(AtCorners(divisor, names, {}))) throw MayVanish();
}

/// A quotient without a min, its divisor nowhere 0.
class Quotient {
 public:
  Quotient(Expr numerator, Expr divisor, const std::vector<Symbol>& symbols, int halvings)
      : numerator_(std::move(numerator)),
        divisor_(std::move(divisor)),
        symbols_(symbols),
        halvings_(halvings) {}

  RationalInterval Range() const {
    Values least, most;                // of symbols that move it one way
    std::vector<std::string> corners;  // the others
    for (const Symbol& symbol : symbols_) {
      if (!DependsOn(numerator_, symbol) && !DependsOn(divisor_, symbol)) continue;
      const bool linear = IsLinear(numerator_, symbol) && IsLinear(divisor_, symbol);
      const int direction = linear && symbols_.size() <= kFewSymbols ? 0 : Direction(symbol);
      if (direction == 0 && (!linear || corners.size() == kMostCorners)) return Halved();
      if (direction == 0) corners.push_back(symbol.name());
      least[symbol.name()] = direction < 0 ? 1 : 0;
      most[symbol.name()] = direction < 0 ? 0 : 1;
    }
    const RationalInterval low = AtCorners(numerator_, corners, least, divisor_);
    if (corners.size() == symbols_.size()) return low;
    return {low.lower, AtCorners(numerator_, corners, most, divisor_).upper};
  }

 private:
  /// The sign of the derivative where it is one: 1, -1, or 0.
  int Direction(const Symbol& symbol) const {
    const RationalInterval slope = Bounds(Differentiate(numerator_, symbol) * divisor_ -
                                          numerator_ * Differentiate(divisor_, symbol));
    if (slope.lower >= 0) return 1;
    return slope.upper <= 0 ? -1 : 0;
  }

  /// One symbol after the other.
  RationalInterval Halved() const {
    if (halvings_ == 0) return Enclosed();
    const Symbol& symbol = symbols_[static_cast<std::size_t>(halvings_) % symbols_.size()];
    const auto half = [&](int which) {
      const Bindings inner = {{symbol.name(), (Expr(symbol) + which) / 2}};
      return Quotient(Substitute(numerator_, inner), Substitute(divisor_, inner), symbols_,
                      halvings_ - 1)
          .Range();
    };
    return Hull(half(0), half(1));
  }

  RationalInterval Enclosed() const {
    const RationalInterval below = Bounds(divisor_);
    if (HoldsZero(below)) throw MayVanish();
    return Times(Bounds(numerator_), {Rational(1 / below.upper), Rational(1 / below.lower)});
  }

  Expr numerator_, divisor_;
  const std::vector<Symbol>& symbols_;
  int halvings_;
};

/// A variable of either that is no symbol.
std::optional<Variable> FindAtom(const Ratio& ratio) {
  for (const Expr* expr : {&ratio.numerator, &ratio.denominator}) {
    for (const Variable& variable : expr->numerator().variables()) {
      if (variable->kind != AtomKind::kSymbol) return variable;
    }
  }
  return std::nullopt;
}

RationalInterval RangeOf(const Ratio& ratio, const std::vector<Symbol>& symbols, int branches) {
  const std::optional<Variable> atom = FindAtom(ratio);
  if (!atom) {
    CheckDivisor(ratio.denominator, symbols);
    return Quotient(ratio.numerator, ratio.denominator, symbols, kMostHalvings).Range();
  }
  const Atom& min = **atom;
  BoundsOf(min);  // an error unless it is one
  const RationalInterval order = Bounds(min.first - min.second);
  const auto with = [&](const Expr& value, int left) {
    const Expr divisor = Replaced(ratio.denominator, *atom, value);
    if (divisor.IsZero()) throw MayVanish();
    return RangeOf(MakeRatio(Replaced(ratio.numerator, *atom, value), divisor), symbols, left);
  };
  if (order.upper <= 0) return with(min.first, branches);
  if (order.lower >= 0) return with(min.second, branches);
  if (branches == 0) throw CostError("too many least of numbers whose printed digits overlap");
  return Hull(with(min.first, branches - 1), with(min.second, branches - 1));
}

}  // namespace

RationalInterval RangeInUnitBox(const Ratio& ratio, const std::vector<Symbol>& symbols) {
  return RangeOf(ratio, symbols, kMostBranches);
}

}  // namespace costcheck
