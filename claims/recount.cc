#include "claims/recount.h"

#include <algorithm>
#include <utility>

#include "claims/figure_text.h"
#include "claims/fit.h"
#include "costmodel/algebra/error.h"
#include "costmodel/crossover/crossover.h"
#include "costmodel/query/names.h"

namespace costcheck {
namespace {

constexpr int kFewestDigits = 6, kMostDigits = 60;

/// Behind the point: three more than the number has.
int DigitsFor(const PrintedNumber& claimed) {
  int digits = 3;
  for (Rational step = claimed.step; step < 1 && digits < kMostDigits; step *= 10) ++digits;
  return std::max(digits, kFewestDigits);
}

/// Why B does not become cheaper at any integer.
std::string WhyNot(const ClaimCrossover& crossover, const Crossovers& found) {
  if (found.identical) return "both cost the same at every " + crossover.in;
  if (found.verdict == Verdict::kAlways) {
    return crossover.b + " is never dearer than " + crossover.a;
  }
  const std::optional<std::string> limit = LimitText(found.limit);
  const std::string tends = limit ? "; A / B tends to " + *limit : "";
  if (found.verdict == Verdict::kNever) {
    return crossover.b + " is cheaper than " + crossover.a + " at no " + crossover.in + tends;
  }
  return crossover.b + " is cheaper than " + crossover.a + " only below " + crossover.in + " = " +
         FigureText(Rational(found.changes.front().first_integer)) + tends;
}

const Change* FirstCheaper(const Crossovers& found) {
  if (found.verdict == Verdict::kAlways) return nullptr;
  const auto change = std::find_if(found.changes.begin(), found.changes.end(),
                                   [](const Change& c) { return c.b_cheaper_after; });
  return change == found.changes.end() ? nullptr : &*change;
}

Recount RecountExpression(const ClaimNumber& number, const std::string& expression,
                          CountingLayers counting, ClaimEvaluator& evaluator) {
  const Rational value = evaluator.Value(expression, counting);
  RationalInterval range = {value, value};
  if (!evaluator.NumbersIn(expression).empty()) range = evaluator.Range(expression, counting);
  const bool fits = Fits(number, range);
  return {expression, value, {std::move(range)}, "", fits};
}

Recount RecountCrossover(const RecountSource& source, CountingLayers counting,
                         ClaimEvaluator& evaluator) {
  const ClaimCrossover crossover = {source.expressions[0], source.expressions[1],
                                    source.number.crossover->in};
  const Expr a = evaluator.Formula(crossover.a, crossover.in, counting);
  const Expr b = evaluator.Formula(crossover.b, crossover.in, counting);
  CrossoverOptions options;
  options.digits = DigitsFor(source.number.printed);
  const Crossovers found = FindCrossovers(a, b, SymbolNamed(crossover.in), options);
  const std::string expression =
      crossover.in + " from which " + crossover.b + " is cheaper than " + crossover.a;
  const Change* change = FirstCheaper(found);
  if (change == nullptr) return {expression, std::nullopt, {}, WhyNot(crossover, found), false};
  const Rational first(change->first_integer);
  Recount recount = {expression, first, {{first, first}}, "", false};
  if (change->lower) recount.ranges.push_back({*change->lower, *change->upper});
  if (change->lower && source.number.printed.step < 1) {
    recount.value = (*change->lower + *change->upper) / 2;
  }
  recount.fits = std::any_of(recount.ranges.begin(), recount.ranges.end(),
                             [&](const auto& range) { return Fits(source.number, range); });
  return recount;
}

}  // namespace

RecountSource SourceOf(const ClaimNumber& number) {
  if (!number.crossover) return {number, number.is};
  return {number, {number.crossover->a, number.crossover->b}};
}

Recount RecountOf(const RecountSource& source, CountingLayers counting, ClaimEvaluator& evaluator) {
  if (source.number.crossover && source.expressions.size() == 2) {
    return RecountCrossover(source, counting, evaluator);
  }
  std::optional<Recount> first;
  for (const std::string& expression : source.expressions) {
    Recount recount = RecountExpression(source.number, expression, counting, evaluator);
    if (!recount.fits) return recount;
    if (!first) first = std::move(recount);
  }
  COSTCHECK_CHECK(first);
  return *first;
}

}  // namespace costcheck
