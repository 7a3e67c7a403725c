#include "costmodel/model/formula_values.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace costcheck {
namespace {

/// The symbols of a polynomial's variables; nothing if one is another atom.
std::optional<std::vector<const Symbol*>> SymbolsIn(const Polynomial& polynomial) {
  std::vector<const Symbol*> symbols;
  for (const Variable& variable : polynomial.variables()) {
    if (variable->kind != AtomKind::kSymbol) return std::nullopt;
    symbols.push_back(&*variable->symbol);
  }
  return symbols;
}

/// Integers that take the place of variables, and the variables that stay.
struct Split {
  std::vector<std::optional<Integer>> numbers;  ///< by variable
  std::vector<std::size_t> staying;
};

/// Nothing where a value is no integer, or not a symbol's own name.
std::optional<Split> SplitBy(const std::vector<const Symbol*>& symbols, const Bindings& bindings) {
  Split split;
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    const auto at = bindings.find(symbols[i]->name());
    if (at == bindings.end()) {
      split.staying.push_back(i);
      split.numbers.emplace_back();
      continue;
    }
    const std::optional<Rational> value = at->second.AsRational();
    if (!value || !IsInteger(*value)) return std::nullopt;
    split.numbers.emplace_back(Numerator(*value));
  }
  return split;
}

/// Nothing where it divides by a symbol that is bound.
std::optional<Polynomial> Bound(const Polynomial& polynomial, const Split& split) {
  std::vector<Variable> variables;
  for (const std::size_t i : split.staying) variables.push_back(polynomial.variables()[i]);
  std::vector<Polynomial::Exponent> exponents;
  std::vector<Integer> coefficients;
  for (std::size_t term = 0; term < polynomial.size(); ++term) {
    Integer coefficient = polynomial.coefficient(term);
    for (std::size_t i = 0; i < split.numbers.size(); ++i) {
      const Polynomial::Exponent exponent = polynomial.exponent(term, i);
      if (!split.numbers[i]) continue;
      if (exponent < 0) return std::nullopt;
      for (int n = 0; n < exponent; ++n) coefficient *= *split.numbers[i];
    }
    coefficients.push_back(std::move(coefficient));
    for (const std::size_t i : split.staying) exponents.push_back(polynomial.exponent(term, i));
  }
  return Polynomial::FromTerms(std::move(variables), std::move(exponents), std::move(coefficients));
}

}  // namespace

Expr Bind(const Expr& formula, const Bindings& bindings) {
  const auto symbols = SymbolsIn(formula.numerator());
  if (!symbols) return Substitute(formula, bindings);
  const auto split = SplitBy(*symbols, bindings);
  const auto bound = split ? Bound(formula.numerator(), *split) : std::nullopt;
  return bound ? Expr(*bound, formula.denominator()) : Substitute(formula, bindings);
}

std::vector<Rational> ValuesAt(const Expr& formula, std::span<const Integer> lengths) {
  const Polynomial& polynomial = formula.numerator();
  const auto symbols = SymbolsIn(polynomial);
  const bool univariate =
      symbols && (symbols->empty() || (symbols->size() == 1 && symbols->front()->name() == "T"));
  std::vector<Rational> values;
  for (const Integer& length : lengths) {
    const bool simple =
        univariate && (symbols->empty() || polynomial.exponent(polynomial.size() - 1, 0) >= 0);
    if (!simple) {
      values.push_back(Evaluate(formula, {{"T", Rational(length)}}));
      continue;
    }
    // Terms are in descending order of exponents.
    Integer value = 0;
    int exponent = 0;
    for (std::size_t term = 0; term < polynomial.size(); ++term) {
      const int own = symbols->empty() ? 0 : polynomial.exponent(term, 0);
      for (; term > 0 && exponent > own; --exponent) value *= length;
      exponent = own;
      value += polynomial.coefficient(term);
    }
    for (; exponent > 0; --exponent) value *= length;
    values.push_back(formula.denominator() == 1
                         ? Rational(value)
                         : Rational(value) / Rational(formula.denominator()));
  }
  return values;
}

}  // namespace costcheck
