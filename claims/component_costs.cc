#include "claims/component_costs.h"

#include <algorithm>
#include <optional>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/rational_order.h"
#include "costmodel/query/names.h"
#include "costmodel/query/subject.h"

namespace costcheck {
namespace {

/// Families that are kept: far more than a file of claims has patterns.
constexpr std::size_t kMostFamilies = 20'000;

using FreeNames = SetValues::FreeNames;

/// Names whose numbers decide nothing but by being 0, 1 or equal to another.
const FreeNames& FreeNamesOf(const Component& component) {
  static const FreeNames attention = {
      {"T", "S", "B", "L", "d", "H", "H_kv", "w", "f", "V", "p", "K", "h"},
      {"T", "S", "B", "L", "d", "H", "H_kv", "w", "f", "V", "p", "K", "h", "sparse_heads",
       "exact_heads", "topk_heads"}};
  // Widths and vocabularies of embeddings are compared with those of their bands.
  static const FreeNames embedding = {{"T", "S", "B", "L", "p"}, {"T", "S", "B", "L", "p"}};
  return component.family == Family::kAttention ? attention : embedding;
}

std::string MissingIn(const Expr& cost, const Values& values) {
  std::string names;
  int count = 0;
  for (const Symbol& symbol : SymbolsOf(cost)) {
    if (values.find(symbol.name()) != values.end()) continue;
    names += (count++ == 0 ? "" : ", ") + symbol.name();
  }
  return count == 0 ? "" : names + (count == 1 ? " is" : " are") + " not set";
}

/// Half of all pairs, unless the pattern leaves some out: whether it does is asked of numbers.
bool CountsHalf(const Counting& counting) {
  const Convention& convention = counting.convention;
  return counting.causal && convention.causal_rule == CausalRule::kHalf &&
         convention.count == PairCount::kUseful;
}

/// Whether a component that compares numbers sees the same.
bool Alike(const Rational& a, const Rational& b, const std::vector<Rational>& bound) {
  if (IsSame(a, b)) return true;
  const auto is_special = [&bound](const Rational& value) {
    const auto is_value = [&value](const Rational& other) { return IsSame(other, value); };
    return is_value(0) || is_value(1) || std::any_of(bound.begin(), bound.end(), is_value);
  };
  return !is_special(a) && !is_special(b);
}

/// Whether the value is computed from symbols that are set: no number, no symbol alone, not open.
bool IsDerived(const Expr& value, const Values& values) {
  if (value.IsConstant() || !MissingIn(value, values).empty()) return false;
  const std::set<Symbol> symbols = SymbolsOf(value);
  return symbols.size() != 1 || !(value == Expr(*symbols.begin()));
}

bool HasAtoms(const Expr& expr) {
  const std::vector<Variable>& variables = expr.numerator().variables();
  return std::any_of(variables.begin(), variables.end(),
                     [](const Variable& v) { return v->kind != AtomKind::kSymbol; });
}

/// For the values in the order of names; nothing where a min or floor is in the expression.
std::optional<ExactProgram> Compiled(const Expr& expr, const Values& values) {
  if (HasAtoms(expr)) return std::nullopt;
  std::vector<Symbol> symbols;
  for (const auto& [name, value] : values) symbols.push_back(SymbolNamed(name));
  return ExactProgram(expr, std::move(symbols));
}

/// All of the values, in the order of names; empty where one is no integer of 64 bits.
std::vector<std::int64_t> IntegersOf(const Values& values) {
  std::vector<std::int64_t> integers;
  for (const auto& [name, value] : values) {
    const auto integer = IsInteger(value) ? ToInt64(Numerator(value)) : std::nullopt;
    if (!integer) return {};
    integers.push_back(*integer);
  }
  return integers;
}

}  // namespace

Expr CostFormula(const Component& component, const Settings& settings, const Counting& counting,
                 Metric metric) {
  Subject subject{std::string(component.name), &component, settings, Expr()};
  subject.settings.causal = counting.causal;
  subject.settings.phase = counting.phase;
  return CostOf(subject, counting, metric);
}

Rational DirectCost(const Component& component, const SetValues& values, const Counting& counting,
                    Metric metric) {
  const Expr cost = CostFormula(component, values.settings(), counting, metric);
  const std::string missing = MissingIn(cost, {});
  if (!missing.empty()) throw CostError(missing);
  return Evaluate(cost, {});
}

Rational ComponentCosts::Cost(const Component& component, const KnownValues& values,
                              const KnownCounting& counting, Metric metric) {
  if (!CountsHalf(counting.counting)) {
    const Seen& seen = Look(component, values);
    if (seen.family != nullptr) {
      const Formula& formula = FormulaOf(component, seen, values, counting, metric);
      if (!formula.missing.empty()) throw CostError(formula.missing);
      if (formula.usable) return ValueOf(formula.cost, formula.program, seen);
    }
  }
  ++direct_;
  return DirectCost(component, values.values, counting.counting, metric);
}

const ComponentCosts::Seen& ComponentCosts::Look(const Component& component,
                                                 const KnownValues& values) {
  if (families_.size() > kMostFamilies) {
    families_.clear();
    seen_.clear();
  }
  Seen& seen = seen_[&component];
  if (seen.values_id == values.id) return seen;
  seen = {values.id, values.values.PatternOf(FreeNamesOf(component)), nullptr, {}};
  const auto [at, is_new] =
      families_.try_emplace(std::string(component.name) + ":" + seen.pattern.key);
  if (is_new) at->second = FindFamily(component, seen.pattern);
  seen.integers = IntegersOf(seen.pattern.values);
  if (at->second.usable && Fits(at->second, seen)) seen.family = &at->second;
  return seen;
}

Rational ComponentCosts::ValueOf(const Expr& value, const std::optional<ExactProgram>& program,
                                 const Seen& seen) {
  const bool compiled = program && seen.integers.size() == seen.pattern.values.size();
  return compiled ? program->Evaluate(seen.integers) : Evaluate(value, seen.pattern.values);
}

ComponentCosts::Family ComponentCosts::FindFamily(const Component& component,
                                                  const SetValues::Pattern& pattern) {
  Family family;
  try {
    AddConditions(component, pattern, family);
    family.usable = true;
  } catch (const CostError&) {
    family.usable = false;  // DirectCost says what is wrong
  }
  return family;
}

void ComponentCosts::AddConditions(const Component& component, const SetValues::Pattern& pattern,
                                   Family& family) {
  family.settings = Assignments().With(pattern.assignments, "set").Resolve();
  const Settings seen = family.settings.For(component.parameters);
  const auto add = [&](const Expr& value, Domain domain) {
    const auto same = [&](const Condition& c) { return c.value == value && c.domain == domain; };
    const bool known = std::any_of(family.conditions.begin(), family.conditions.end(), same);
    if (!known && IsDerived(value, pattern.values)) {
      family.conditions.push_back(
          {value, domain, Evaluate(value, pattern.values), Compiled(value, pattern.values)});
    }
  };
  for (const Parameter& parameter : component.parameters)
    add(seen.Get(parameter.name), parameter.domain);
  for (const Parameter& parameter : CommonParameters())
    add(seen.Get(parameter.name), parameter.domain);
  if (seen.Has("d") && seen.Has("H") && seen.Has("w")) {
    add(seen.Get("d") - seen.Get("H") * seen.Get("w"), Domain::kNonNegativeInteger);
  }
  add(seen.Get("H") / seen.Get("H_kv"), Domain::kPositiveInteger);
}

bool ComponentCosts::Fits(const Family& family, const Seen& seen) {
  return std::all_of(family.conditions.begin(), family.conditions.end(), [&](const Condition& c) {
    const Rational value = ValueOf(c.value, c.program, seen);
    return IsIn(c.domain, value) && Alike(value, c.at_first, seen.pattern.bound);
  });
}

const ComponentCosts::Formula& ComponentCosts::FormulaOf(const Component& component,
                                                         const Seen& seen,
                                                         const KnownValues& values,
                                                         const KnownCounting& counting,
                                                         Metric metric) {
  const int key = counting.id * static_cast<int>(Metrics().size()) + static_cast<int>(metric);
  const auto [at, is_new] = seen.family->formulas.try_emplace(key);
  Formula& formula = at->second;
  if (!is_new) return formula;
  try {
    formula.cost = CostFormula(component, seen.family->settings, counting.counting, metric);
    formula.missing = MissingIn(formula.cost, seen.pattern.values);
    if (!formula.missing.empty()) return formula;
    formula.usable = Evaluate(formula.cost, seen.pattern.values) ==
                     DirectCost(component, values.values, counting.counting, metric);
  } catch (const CostError&) {
    formula.usable = false;  // DirectCost says what is wrong, if anything is
  }
  if (!formula.usable) return formula;
  ++formulas_;
  formula.program = Compiled(formula.cost, seen.pattern.values);
  return formula;
}

}  // namespace costcheck
