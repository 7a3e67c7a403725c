#include <algorithm>
#include <utility>

#include "costmodel/algebra/expr.h"

namespace costcheck {
namespace {

bool IsAffected(const Expr& expr, const Bindings& bindings);

bool IsAffected(const Variable& variable, const Bindings& bindings) {
  if (variable->kind == AtomKind::kSymbol) return bindings.contains(variable->symbol->name());
  return IsAffected(variable->first, bindings) || IsAffected(variable->second, bindings);
}

bool IsAffected(const Expr& expr, const Bindings& bindings) {
  const std::vector<Variable>& variables = expr.numerator().variables();
  return std::any_of(variables.begin(), variables.end(),
                     [&](const Variable& variable) { return IsAffected(variable, bindings); });
}

Expr ValueOf(const Atom& atom, const Bindings& bindings) {
  if (atom.kind == AtomKind::kSymbol) return bindings.find(atom.symbol->name())->second;
  const Expr first = Substitute(atom.first, bindings), second = Substitute(atom.second, bindings);
  switch (atom.kind) {
    case AtomKind::kMin:
      return Min(first, second);
    case AtomKind::kFloorDiv:
      return FloorDiv(first, second);
    default:
      return CeilLog2(first);
  }
}

/// By halves, so that long sums are merged a few times and not once a term.
Expr Sum(const std::vector<Expr>& terms, std::size_t begin, std::size_t end) {
  if (end - begin == 1) return terms[begin];
  const std::size_t middle = begin + (end - begin) / 2;
  return Sum(terms, begin, middle) + Sum(terms, middle, end);
}

/// One variable that gives way to a value. Negative exponents are taken out of
/// the sum first: the value may be a sum that divides the whole but no term.
struct Replacement {
  std::size_t variable;
  Expr value;
  int low = 0;  ///< the least exponent, at most 0
  std::map<int, Expr> powers;

  const Expr& Power(int exponent) {
    const auto [place, added] = powers.try_emplace(exponent);
    if (added) place->second = Pow(value, exponent - low);
    return place->second;
  }
};

std::vector<Replacement> ReplacementsIn(const Polynomial& polynomial, const Bindings& bindings) {
  std::vector<Replacement> replacements;
  for (std::size_t v = 0; v < polynomial.variables().size(); ++v) {
    const Variable& variable = polynomial.variables()[v];
    if (!IsAffected(variable, bindings)) continue;
    Replacement replacement{v, ValueOf(*variable, bindings), 0, {}};
    for (std::size_t term = 0; term < polynomial.size(); ++term) {
      replacement.low = std::min<int>(replacement.low, polynomial.exponent(term, v));
    }
    replacements.push_back(std::move(replacement));
  }
  return replacements;
}

Expr ReplacedTerm(const Polynomial& polynomial, std::size_t term,
                  std::vector<Replacement>& replacements) {
  const std::span<const Polynomial::Exponent> row = polynomial.exponents(term);
  std::vector<Polynomial::Exponent> kept(row.begin(), row.end());
  for (const Replacement& replacement : replacements) kept[replacement.variable] = 0;
  Expr product(Polynomial::FromSortedTerms(polynomial.variables(), std::move(kept),
                                           {polynomial.coefficient(term)}),
               1);
  for (Replacement& replacement : replacements) {
    product *= replacement.Power(row[replacement.variable]);
  }
  return product;
}

}  // namespace

Expr Substitute(const Expr& expr, const Bindings& bindings) {
  if (!IsAffected(expr, bindings)) return expr;
  const Polynomial& polynomial = expr.numerator();
  std::vector<Replacement> replacements = ReplacementsIn(polynomial, bindings);
  std::vector<Expr> terms;
  for (std::size_t term = 0; term < polynomial.size(); ++term) {
    terms.push_back(ReplacedTerm(polynomial, term, replacements));
  }
  Expr sum = Sum(terms, 0, terms.size()) / Expr(expr.denominator());
  for (const Replacement& replacement : replacements) {
    if (replacement.low < 0) sum /= Pow(replacement.value, -replacement.low);
  }
  return sum;
}

}  // namespace costcheck
