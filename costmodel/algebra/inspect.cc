#include <algorithm>
#include <utility>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/normal_form.h"

namespace costcheck {
namespace {

void Collect(const Expr& expr, std::set<Symbol>& symbols) {
  for (const Variable& variable : expr.numerator().variables()) {
    if (variable->kind == AtomKind::kSymbol) {
      symbols.insert(*variable->symbol);
    } else {
      Collect(variable->first, symbols);
      Collect(variable->second, symbols);
    }
  }
}

bool AtomDependsOn(const Expr& expr, const Symbol& symbol) {
  const std::vector<Variable>& variables = expr.numerator().variables();
  return std::any_of(variables.begin(), variables.end(), [&](const Variable& variable) {
    return variable->kind != AtomKind::kSymbol &&
           (DependsOn(variable->first, symbol) || DependsOn(variable->second, symbol));
  });
}

/// The variable that stands for the symbol, if the polynomial has it.
Variable FindSymbol(const Polynomial& polynomial, const Symbol& symbol) {
  for (const Variable& variable : polynomial.variables()) {
    if (IsSymbol(variable) && *variable->symbol == symbol) return variable;
  }
  return nullptr;
}

}  // namespace

std::set<Symbol> SymbolsOf(const Expr& expr) {
  std::set<Symbol> symbols;
  Collect(expr, symbols);
  return symbols;
}

bool DependsOn(const Expr& expr, const Symbol& symbol) {
  return FindSymbol(expr.numerator(), symbol) != nullptr || AtomDependsOn(expr, symbol);
}

Expr Differentiate(const Expr& expr, const Symbol& symbol) {
  const std::optional<std::map<int, Expr>> coefficients = CoefficientsIn(expr, symbol);
  if (!coefficients) {
    throw CostError("a min, floor or logarithm of '" + symbol.name() +
                    "' has corners and no derivative");
  }
  Expr sum;
  for (const auto& [exponent, coefficient] : *coefficients) {
    if (exponent != 0) sum += coefficient * exponent * Pow(Expr(symbol), exponent - 1);
  }
  return sum;
}

std::optional<std::map<int, Expr>> CoefficientsIn(const Expr& expr, const Symbol& symbol) {
  if (AtomDependsOn(expr, symbol)) return std::nullopt;
  std::map<int, Expr> coefficients;
  if (expr.IsZero()) return coefficients;
  const Variable variable = FindSymbol(expr.numerator(), symbol);
  if (variable == nullptr) return {{{0, expr}}};
  for (auto& [exponent, part] : PartsBy(expr.numerator(), variable)) {
    coefficients.emplace(exponent, Expr(std::move(part), expr.denominator()));
  }
  return coefficients;
}

Ratio MakeRatio(const Expr& numerator, const Expr& denominator) {
  if (denominator.IsZero()) throw CostError("division by zero");
  if (numerator.IsZero()) return {0, 1};
  Polynomial top = numerator.numerator() * denominator.denominator();
  Polynomial bottom = denominator.numerator() * numerator.denominator();
  const Polynomial inverse = Inverse(CommonMonomial(top, bottom, IsSymbol));
  Integer content = Gcd(top.Content(), bottom.Content());
  if (bottom.coefficient(0) < 0) content = -content;
  top = top * inverse;
  bottom = bottom * inverse;
  top.DivideExactly(content);
  bottom.DivideExactly(content);
  return {Expr(std::move(top), 1), Expr(std::move(bottom), 1)};
}

}  // namespace costcheck
