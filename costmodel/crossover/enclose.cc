#include "costmodel/crossover/enclose.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "costmodel/algebra/error.h"

namespace costcheck {

namespace {

bool IsSymbol(const Variable& variable, const Symbol& x) {
  return variable->kind == AtomKind::kSymbol && *variable->symbol == x;
}

bool IsIntegerValued(const Expr& expr);

bool IsIntegerValued(const Atom& atom) {
  if (atom.kind == AtomKind::kSymbol) return atom.symbol->domain() != Domain::kPositiveRational;
  if (atom.kind != AtomKind::kMin) return true;
  return IsIntegerValued(atom.first) && IsIntegerValued(atom.second);
}

/// True where integer coefficients, powers and variables show it.
bool IsIntegerValued(const Expr& expr) {
  const Polynomial& p = expr.numerator();
  if (expr.denominator() != 1) return false;
  for (std::size_t v = 0; v < p.variables().size(); ++v) {
    if (!IsIntegerValued(*p.variables()[v])) return false;
    for (std::size_t term = 0; term < p.size(); ++term) {
      if (p.exponent(term, v) < 0) return false;
    }
  }
  return true;
}

}  // namespace

Encloser::Encloser(Symbol x, Range range, Precision precision, Limits limits)
    : x_(std::move(x)), precision_(precision), algebra_(std::move(range), limits) {}

std::optional<Enclosure> Encloser::Enclose(const Expr& expr) {
  Enclosure result = Of(expr);
  if (algebra_.exceeded()) return std::nullopt;
  return result;
}

Piecewise Encloser::Constant(const Rational& value) const {
  return algebra_.Polynomial(Univariate(value));
}

Piecewise Encloser::Max(const Piecewise& a, const Piecewise& b) {
  return algebra_.Difference(algebra_.Sum(a, b), algebra_.Min(a, b));
}

Enclosure Encloser::Sum(const Enclosure& a, const Enclosure& b) {
  Enclosure result{algebra_.Sum(a.lower, b.lower), std::nullopt};
  if (a.upper || b.upper) result.upper = algebra_.Sum(a.Upper(), b.Upper());
  return result;
}

Enclosure Encloser::Product(const Enclosure& a, const Enclosure& b) {
  Piecewise first = algebra_.Product(a.lower, b.lower);
  if (!a.upper && !b.upper) return {std::move(first), std::nullopt};
  // A product of intervals ends at products of their ends.
  Enclosure result{first, first};
  const auto include = [&](const Piecewise& p, const Piecewise& q) {
    const Piecewise product = algebra_.Product(p, q);
    result.lower = algebra_.Min(result.lower, product);
    result.upper = Max(*result.upper, product);
  };
  if (a.upper) include(*a.upper, b.lower);
  if (b.upper) include(a.lower, *b.upper);
  if (a.upper && b.upper) include(*a.upper, *b.upper);
  return result;
}

Enclosure Encloser::Inverse(const Enclosure& a) {
  if (!a.upper) return {algebra_.Inverse(a.lower), std::nullopt};
  // Right for a positive lower bound only; bounded divisors are left to shorter ranges.
  algebra_.SetExceeded();
  return a;
}

Enclosure Encloser::Power(const Variable& variable, int exponent) {
  const Enclosure& value = OfVariable(variable);
  const Enclosure base = exponent < 0 ? Inverse(value) : value;
  Enclosure power = base;
  for (int i = 1; i < std::abs(exponent); ++i) power = Product(power, base);
  return power;
}

/// expr = sum over groups of (product of the other variables' powers) * polynomial in x.
Encloser::Groups Encloser::GroupByAtoms(const Expr& expr, const Symbol& x) {
  const Polynomial& numerator = expr.numerator();
  Groups groups;
  for (std::size_t term = 0; term < numerator.size(); ++term) {
    std::vector<Polynomial::Exponent> others;
    int power = 0;
    for (std::size_t v = 0; v < numerator.variables().size(); ++v) {
      const bool is_x = IsSymbol(numerator.variables()[v], x);
      if (is_x) power = numerator.exponent(term, v);
      others.push_back(is_x ? Polynomial::Exponent{0} : numerator.exponent(term, v));
    }
    groups[others] += Univariate(power, {numerator.coefficient(term)}, expr.denominator());
  }
  return groups;
}

Enclosure Encloser::Leaf(const Univariate& polynomial) const {
  if (polynomial.low() < 0 && algebra_.range().first == 0) {
    throw CostError(
        fmt::format("A cost is divided by {0}, so it has no value at {0} = 0.", x_.name()));
  }
  return {algebra_.Polynomial(polynomial), std::nullopt};
}

/// Groups from first to last, which agree in the variables before v: those with the same power of
/// v are added up before they are multiplied with it.
Enclosure Encloser::SumOfGroups(const std::vector<Variable>& variables, std::size_t v,
                                Groups::const_iterator first, Groups::const_iterator last) {
  if (v == variables.size()) return Leaf(first->second);
  std::optional<Enclosure> sum;
  while (first != last) {
    const int power = first->first[v];
    const auto next =
        std::find_if(first, last, [&](const auto& group) { return group.first[v] != power; });
    Enclosure part = SumOfGroups(variables, v + 1, first, next);
    if (power == 1) {
      part = Product(part, OfVariable(variables[v]));
    } else if (power != 0) {
      part = Product(part, Power(variables[v], power));
    }
    sum = sum ? Sum(*sum, part) : std::move(part);
    first = next;
  }
  return *sum;
}

Enclosure Encloser::Of(const Expr& expr) {
  const Groups groups = GroupByAtoms(expr, x_);
  if (groups.empty()) return {Constant(0), std::nullopt};
  return SumOfGroups(expr.numerator().variables(), 0, groups.begin(), groups.end());
}

const Enclosure& Encloser::OfVariable(const Variable& variable) {
  const auto known = std::find_if(known_.begin(), known_.end(), [&](const auto& entry) {
    return Compare(entry.first, variable) == 0;
  });
  if (known != known_.end()) return known->second;
  Enclosure result = OfAtom(*variable);
  return known_.emplace_back(variable, std::move(result)).second;
}

Enclosure Encloser::OfAtom(const Atom& atom) {
  if (atom.kind == AtomKind::kSymbol) {
    throw CostError(fmt::format("{} has no value: set it, or free it in place of {}.",
                                atom.symbol->name(), x_.name()));
  }
  if (atom.kind == AtomKind::kFloorDiv) return Floor(atom);
  const Enclosure a = Of(atom.first);
  const bool log = atom.kind == AtomKind::kCeilLog2;
  const Enclosure b = log ? a : Of(atom.second);
  const auto apply = [&](const Piecewise& p, const Piecewise& q) {
    return log ? algebra_.CeilLog2(p) : algebra_.Min(p, q);
  };
  Enclosure result{apply(a.lower, b.lower), std::nullopt};
  if (a.upper || b.upper) result.upper = apply(a.Upper(), b.Upper());
  return result;
}

Enclosure Encloser::Floor(const Atom& atom) {
  Enclosure quotient = Product(Of(atom.first), Inverse(Of(atom.second)));
  if (algebra_.exceeded()) return quotient;
  if (!quotient.upper) {
    Enclosure exact{algebra_.Floor(quotient.lower), std::nullopt};
    if (!algebra_.exceeded() || precision_ == Precision::kExact) return exact;
    algebra_.ClearExceeded();
  }
  const std::optional<Rational> divisor = atom.second.AsRational();
  const bool integers = divisor && IsInteger(*divisor) && IsIntegerValued(atom.first);
  const Rational gap =
      integers ? Rational(Numerator(*divisor) - 1, Numerator(*divisor)) : Rational(1);
  Piecewise upper = quotient.Upper();
  return {algebra_.Difference(quotient.lower, Constant(gap)), std::move(upper)};
}

std::optional<Enclosure> EncloseByBounds(const Expr& expr, const Symbol& x, const Range& range,
                                         const Limits& limits) {
  auto bounds = Encloser(x, range, Precision::kBounds, limits).Enclose(expr);
  if (bounds) return bounds;
  Limits aperiodic = limits;
  aperiodic.period = 1;
  return Encloser(x, range, Precision::kBounds, aperiodic).Enclose(expr);
}

Expr PositiveDenominator(const Expr& expr) {
  const Polynomial& p = expr.numerator();
  Expr denominator = 1;
  for (std::size_t v = 0; v < p.variables().size(); ++v) {
    const Variable& variable = p.variables()[v];
    if (variable->kind == AtomKind::kSymbol) continue;
    int lowest = 0;
    for (std::size_t term = 0; term < p.size(); ++term) {
      lowest = std::min<int>(lowest, p.exponent(term, v));
    }
    const Expr atom(Polynomial::Of(variable), 1);
    if (lowest < 0 && SignOf(atom) == Sign::kPositive) denominator *= Pow(atom, -lowest);
  }
  return denominator;
}

bool HasAtom(const Expr& expr, AtomKind kind, const Symbol& x) {
  for (const Variable& variable : expr.numerator().variables()) {
    if (variable->kind == AtomKind::kSymbol) continue;
    if (variable->kind == kind && DependsOn(variable->first, x)) return true;
    if (HasAtom(variable->first, kind, x) || HasAtom(variable->second, kind, x)) return true;
  }
  return false;
}

}  // namespace costcheck
