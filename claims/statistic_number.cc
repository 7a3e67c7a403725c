#include "claims/statistic_number.h"

#include <algorithm>
#include <utility>

#include "claims/figure_text.h"
#include "claims/fit.h"
#include "claims/statistic_names.h"
#include "claims/statistic_slips.h"
#include "costmodel/algebra/error.h"
#include "costmodel/query/place.h"

namespace costcheck {
namespace {

/// Of the cells in a sentence.
constexpr std::size_t kMostNamed = 4;

/// Every sentence about a recomputed figure that has an interval of its own.
std::string WithinDigits(const RationalInterval& range) {
  if (range.lower == range.upper) return "";
  return " (" + RangeText(range) + " within the digits of its cells)";
}

void Append(const std::vector<std::string>& expressions, ClaimEvaluator& evaluator,
            CountingLayers counting, std::vector<Rational>& value, std::vector<Rational>& lower,
            std::vector<Rational>& upper) {
  for (const std::string& expression : expressions) {
    value.push_back(evaluator.Value(expression, counting));
    const RationalInterval range = evaluator.Range(expression, counting);
    lower.push_back(range.lower);
    upper.push_back(range.upper);
  }
}

std::vector<std::string> NamesUsed(const ClaimStatistic& statistic, ClaimEvaluator& evaluator) {
  std::vector<std::string> names;
  for (const auto* cells : {&statistic.of, &statistic.against}) {
    for (const std::string& cell : *cells) {
      for (const std::string& name : evaluator.NumbersIn(cell)) {
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
      }
    }
  }
  return names;
}

StatisticRequest RequestOf(const ClaimStatistic& statistic) {
  return {statistic.name, statistic.level, statistic.pairs};
}

Recomputed ReadingValue(const ClaimReading& reading, const ClaimStatistic& statistic,
                        ClaimEvaluator& evaluator, CountingLayers counting,
                        RationalInterval& range) {
  const bool other_figure = reading.is.starts_with(kStatisticReading);
  if (!reading.is.empty() && !other_figure) {
    range = evaluator.Range(reading.is, counting);
    return evaluator.Value(reading.is, counting);
  }
  StatisticRequest request = RequestOf(statistic);
  if (other_figure) request.name = reading.is.substr(kStatisticReading.size());
  const EvaluatedCells cells = EvaluateCells(statistic, evaluator, counting);
  range = FigureRange(request, cells);
  return StatisticValue(request, cells.value);
}

ScopeValue DecideReading(const ClaimReading& reading, const Claim& claim, const ClaimNumber& number,
                         ClaimEvaluator& evaluator) {
  const ClaimCounting* const layers[] = {&claim.counting, &reading.counting};
  ScopeValue scope;
  scope.name = reading.name;
  scope.declared = true;
  At(PlaceText(reading.place), [&] {
    RationalInterval range;
    scope.value = ReadingValue(reading, *number.statistic, evaluator, layers, range);
    scope.holds = Fits(number, range);
  });
  return scope;
}

std::string ReasonOf(const ClaimNumber& number, const NumberOutcome& outcome,
                     const RationalInterval& range) {
  const ClaimStatistic& statistic = *number.statistic;
  std::string text = ClaimedText(number) + " is printed; the " + outcome.expression + " is " +
                     FigureText(outcome.recomputed, number.printed.unit) + WithinDigits(range);
  const bool bound = statistic.name.starts_with("smallest_p_");
  if (bound) text += *outcome.holds ? ", so it is within reach" : ", so it is out of reach";
  return text + ".";
}

StatisticOutcome Decide(const Claim& claim, const ClaimNumber& number, ClaimEvaluator& evaluator) {
  const ClaimStatistic& statistic = *number.statistic;
  const ClaimCounting* const layers[] = {&claim.counting};
  const EvaluatedCells cells = EvaluateCells(statistic, evaluator, layers);
  const RationalInterval range = FigureRange(RequestOf(statistic), cells);
  StatisticOutcome outcome;
  NumberOutcome& decided = outcome.number;
  decided.claimed = number.printed;
  decided.expression = StatisticText(statistic);
  decided.recomputed = StatisticValue(RequestOf(statistic), cells.value);
  decided.lower = range.lower;
  decided.upper = range.upper;
  const double real = RealValue(decided.recomputed);
  if (real != 0) decided.difference = ToDouble(number.printed.value) / real - 1;
  decided.holds = Fits(number, range);
  decided.claims_used = NamesUsed(statistic, evaluator);
  decided.reason = ReasonOf(number, decided, range);
  if (*decided.holds) return outcome;
  StatisticSlips slips = FindStatisticSlips(number, cells);
  decided.slips = std::move(slips.fitting);
  decided.slips_tried = slips.tried;
  outcome.left_out = std::move(slips.left_out);
  return outcome;
}

}  // namespace

EvaluatedCells EvaluateCells(const ClaimStatistic& statistic, ClaimEvaluator& evaluator,
                             CountingLayers counting) {
  EvaluatedCells cells;
  Append(statistic.of, evaluator, counting, cells.value.of, cells.lower.of, cells.upper.of);
  Append(statistic.against, evaluator, counting, cells.value.against, cells.lower.against,
         cells.upper.against);
  return cells;
}

RationalInterval FigureRange(const StatisticRequest& request, const EvaluatedCells& cells) {
  const auto exact = [](const Recomputed& value) {
    const auto* rational = std::get_if<Rational>(&value);
    return rational != nullptr ? *rational : Rational(std::get<double>(value));
  };
  const StatisticRange range = RangeOfStatistic(request, cells.lower, cells.upper);
  constexpr std::monostate kNone;
  if (range.lower == Recomputed(kNone) || range.upper == Recomputed(kNone)) {
    const Rational value = exact(StatisticValue(request, cells.value));
    return {value, value};
  }
  return {exact(range.lower), exact(range.upper)};
}

StatisticOutcome DecideStatistic(const Claim& claim, const ClaimNumber& number,
                                 ClaimEvaluator& evaluator) {
  COSTCHECK_CHECK(number.statistic);
  StatisticOutcome outcome =
      At(PlaceText(number.place), [&] { return Decide(claim, number, evaluator); });
  for (const ClaimReading& reading : claim.readings) {
    outcome.number.scopes.push_back(DecideReading(reading, claim, number, evaluator));
  }
  return outcome;
}

std::string StatisticText(const ClaimStatistic& statistic) {
  std::string text(StatisticPhrase(statistic.name));
  if (statistic.name.starts_with("t_")) text += " at " + FigureText(statistic.level * 100) + "%";
  if (statistic.of.empty()) return text + " of " + std::to_string(statistic.pairs) + " pairs";
  std::vector<std::string> cells = statistic.of;
  for (std::size_t i = 0; i < std::min(cells.size(), statistic.against.size()); ++i) {
    cells[i] += " against " + statistic.against[i];
  }
  const std::string count = std::to_string(cells.size());
  const std::string kind = statistic.against.empty() ? " cells " : " pairs ";
  if (cells.size() <= kMostNamed) return text + " of " + ListText(cells);
  return text + " of the " + count + kind + cells[0] + ", " + cells[1] + ", ..., " + cells.back();
}

}  // namespace costcheck
