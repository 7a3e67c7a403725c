#include "claims/evaluator.h"

#include <unordered_map>
#include <utility>

#include "claims/claim_names.h"
#include "claims/component_costs.h"
#include "claims/digit_range.h"
#include "claims/expression_calls.h"
#include "claims/expression_plan.h"
#include "claims/expression_reader.h"
#include "claims/model_calls.h"
#include "costmodel/algebra/error.h"
#include "costmodel/query/names.h"
#include "costmodel/query/place.h"

namespace costcheck {
namespace {

/// What an expression is evaluated with.
struct Context {
  const KnownValues& values;
  const KnownCounting& counting;
};

/// What costs are found with, and what is remembered of them.
struct Costs {
  CountingTable table;
  ComponentCosts components;
  ModelCalls models;

  Rational Of(const Component& component, const CostCall& call, const Context& context) {
    return components.Cost(component, table.Set(context.values, call.own),
                           table.Counted(context.counting, call.counting), call.metric);
  }
};

Expr Closed(const Expr& value) {
  if (!value.IsConstant()) throw CostError(NotSet(value));
  return value;
}

/// Everything becomes a number.
class ValueReader : public ExpressionReader {
 public:
  ValueReader(const ClaimNames& names, Costs& costs, const Context& context)
      : ExpressionReader(names), costs_(costs), context_(context) {}

 protected:
  Expr OfSymbol(std::string_view name) override {
    if (const auto value = context_.values.values.ValueOf(name)) return *value;
    throw CostError(NotSet(context_.values.values.settings().Get(name)));
  }

  Expr OfComponent(const Component& component, const std::vector<Argument>& arguments) override {
    return costs_.Of(component, ReadCostCall(arguments), context_);
  }

  Expr OfModel(const std::vector<Argument>& arguments) override {
    return Closed(
        costs_.models.Formula(arguments, context_.values, context_.counting, costs_.table));
  }

 private:
  Costs& costs_;
  Context context_;
};

/// A claimed number becomes lower + (upper - lower) u, with a symbol u from 0 to 1.
class RangeReader : public ValueReader {
 public:
  using ValueReader::ValueReader;
  const std::vector<Symbol>& symbols() const { return symbols_; }

 protected:
  Expr OfNumber(std::string_view name, const PrintedNumber& number) override {
    const auto known = numbers_.find(name);
    if (known != numbers_.end()) return known->second;
    symbols_.emplace_back("digits_" + std::to_string(symbols_.size()), Domain::kPositiveRational);
    const RationalInterval digits = number.Rounded();
    const Expr width = Rational(digits.upper - digits.lower);
    return numbers_.emplace(name, digits.lower + width * symbols_.back()).first->second;
  }

 private:
  std::vector<Symbol> symbols_;
  std::map<std::string, Expr, std::less<>> numbers_;
};

/// Symbols stay what they are set to.
class FormulaReader : public ExpressionReader {
 public:
  FormulaReader(const ClaimNames& names, Costs& costs, const Context& context)
      : ExpressionReader(names), costs_(costs), context_(context) {}

 protected:
  Expr OfSymbol(std::string_view name) override {
    return context_.values.values.settings().Get(name);
  }

  Expr OfComponent(const Component& component, const std::vector<Argument>& arguments) override {
    const CostCall call = ReadCostCall(arguments);
    return CostFormula(component, costs_.table.Set(context_.values, call.own).values.settings(),
                       costs_.table.Counted(context_.counting, call.counting).counting,
                       call.metric);
  }

  Expr OfModel(const std::vector<Argument>& arguments) override {
    return costs_.models.Formula(arguments, context_.values, context_.counting, costs_.table);
  }

 private:
  Costs& costs_;
  Context context_;
};

}  // namespace

class ClaimEvaluator::Impl {
 public:
  explicit Impl(const ClaimFile& file) : names(file) {}

  Context ContextOf(CountingLayers layers) {
    return {costs.table.Set(layers), costs.table.Counted(layers)};
  }

  const ExpressionCalls& CallsOf(const std::string& expression) {
    const auto [at, is_new] = calls_.try_emplace(expression);
    if (is_new) at->second = FindCalls(names, expression);
    return at->second;
  }

  /// By the expression's plan, which leaves everything uncommon, and what goes wrong, to reading it
  /// again: nothing then.
  std::optional<Rational> PlannedValue(const std::string& expression, const Context& context) {
    const auto [at, is_new] = plans_.try_emplace(expression);
    if (is_new) at->second = PlanOf(names, expression);
    const ExpressionPlan& plan = at->second;
    if (!plan.usable) return std::nullopt;
    Values values;
    for (std::size_t i = 0; i < plan.leaves.size(); ++i) {
      std::optional<Rational> value = LeafValue(plan.leaves[i], context);
      if (!value || Numerator(*value).sign() <= 0) return std::nullopt;  // symbols are positive
      values.emplace(LeafSymbol(i).name(), std::move(*value));
    }
    return Evaluate(plan.ratio, values);
  }

  ClaimNames names;
  Costs costs;

 private:
  std::optional<Rational> LeafValue(const PlanLeaf& leaf, const Context& context) {
    if (leaf.component == nullptr) return context.values.values.ValueOf(leaf.symbol);
    try {
      return costs.Of(*leaf.component, leaf.call, context);
    } catch (const CostError&) {
      return std::nullopt;
    }
  }

  std::unordered_map<std::string, ExpressionCalls> calls_;
  std::unordered_map<std::string, ExpressionPlan> plans_;
};

ClaimEvaluator::ClaimEvaluator(const ClaimFile& file) : impl_(std::make_unique<Impl>(file)) {}
ClaimEvaluator::~ClaimEvaluator() = default;

Rational ClaimEvaluator::Value(const std::string& expression, CountingLayers counting) {
  if (const auto value = impl_->PlannedValue(expression, impl_->ContextOf(counting))) return *value;
  ValueReader reader(impl_->names, impl_->costs, impl_->ContextOf(counting));
  const std::optional<Rational> value = Evaluate(reader.Read(expression), {});
  COSTCHECK_CHECK(value);  // a ratio's divisor is not 0, and here it is a number
  return *value;
}

RationalInterval ClaimEvaluator::Range(const std::string& expression, CountingLayers counting) {
  RangeReader reader(impl_->names, impl_->costs, impl_->ContextOf(counting));
  const Ratio ratio = reader.Read(expression);
  return At("'" + expression + "'", [&] { return RangeInUnitBox(ratio, reader.symbols()); });
}

Expr ClaimEvaluator::Formula(const std::string& expression, std::string_view symbol,
                             CountingLayers counting) {
  const Symbol free = SymbolNamed(symbol);
  const Context context = impl_->ContextOf(counting);
  const std::string name(symbol);
  const KnownValues& values = impl_->costs.table.Set(context.values, {{name, name}});
  FormulaReader reader(impl_->names, impl_->costs, {values, context.counting});
  const Ratio ratio = reader.Read(expression);
  return At("'" + expression + "'", [&] {
    const Expr formula = ratio.numerator / ratio.denominator;
    const Expr closed = Substitute(formula, {{name, Expr(1)}});
    if (!closed.IsConstant()) throw CostError(NotSet(closed));
    return formula;
  });
}

std::vector<std::string> ClaimEvaluator::NumbersIn(const std::string& expression) {
  return impl_->names.NumbersIn(expression);
}

bool ClaimEvaluator::CallsCosts(const std::string& expression) {
  return !impl_->CallsOf(expression).calls.empty();
}

bool ClaimEvaluator::CallsAttention(const std::string& expression) {
  return impl_->CallsOf(expression).CallsAttention();
}

bool ClaimEvaluator::Takes(const std::string& expression, std::string_view name) {
  return impl_->CallsOf(expression).Takes(name);
}

std::optional<Rational> ClaimEvaluator::SetValue(std::string_view name, CountingLayers counting) {
  return impl_->costs.table.Set(counting).values.ValueOf(name);
}

bool ClaimEvaluator::Sets(std::string_view name, CountingLayers counting) {
  return impl_->costs.table.Set(counting).values.Has(name);
}

const Counting& ClaimEvaluator::Counted(CountingLayers counting) {
  return impl_->costs.table.Counted(counting).counting;
}

}  // namespace costcheck
