#include "claims/decide_number.h"

#include <algorithm>
#include <utility>

#include "claims/figure_text.h"
#include "claims/fit.h"
#include "claims/scopes.h"
#include "claims/slips.h"
#include "costmodel/algebra/error.h"
#include "costmodel/query/place.h"

namespace costcheck {
namespace {

/// Of a table; more would make a match by chance likely.
constexpr std::size_t kMostSettings = 200;

void AddOnce(std::vector<Argument>& settings, Argument&& setting) {
  const bool known = std::any_of(settings.begin(), settings.end(), [&](const Argument& other) {
    return other.name == setting.name && other.text == setting.text;
  });
  if (!known && settings.size() < kMostSettings) settings.push_back(std::move(setting));
}

/// "0.18x is printed; full()/topk_mlp() is 0.181818x."
std::string ReasonOf(const ClaimNumber& number, const Recount& recount, bool has_range) {
  const std::string printed = ClaimedText(number) + " is printed; ";
  if (!recount.value) return printed + recount.why_not + ".";
  const std::string& unit = number.printed.unit;
  std::string text = printed + recount.expression + " is " + FigureText(*recount.value, unit);
  const RationalInterval& range = recount.ranges.front();
  if (has_range && range.lower != range.upper) {
    text += ", from " + FigureText(Recomputed(range.lower), unit) + " to " +
            FigureText(Recomputed(range.upper), unit) + " within the digits that it is made of";
  }
  return text + ".";
}

}  // namespace

NumberDecider::NumberDecider(const ClaimFile& file, ClaimEvaluator& evaluator)
    : evaluator_(evaluator) {
  for (const Claim& claim : file.claims) {
    if (claim.table.empty()) continue;
    std::vector<Argument>& settings = settings_[claim.table];
    const auto split = [&] { return SplitArguments(claim.counting.set); };
    for (Argument& setting : At(PlaceText(claim.place), split)) {
      AddOnce(settings, std::move(setting));
    }
  }
}

NumberOutcome NumberDecider::Decide(const Claim& claim, std::size_t index) {
  const ClaimNumber& number = claim.numbers[index];
  COSTCHECK_CHECK(!number.is.empty() || number.crossover);
  const RecountSource source = SourceOf(number);
  const ClaimCounting* const layers[] = {&claim.counting};
  const std::string place = PlaceText(number.place);
  const Recount recount = At(place, [&] { return RecountOf(source, layers, evaluator_); });
  NumberOutcome outcome = OutcomeOf(source, recount);
  for (const ClaimReading& reading : claim.readings) {
    outcome.scopes.push_back(InReading(reading, claim, number));
  }
  for (const BuiltInScope& scope : BuiltInScopes(source.expressions, layers, evaluator_)) {
    outcome.scopes.push_back(ValueInScope(source, scope, layers, evaluator_));
  }
  if (recount.fits) return outcome;
  FoundSlips slips = FindSlips({source, layers, recount, OtherRows(claim)}, evaluator_);
  outcome.slips = std::move(slips.fitting);
  outcome.slips_tried = slips.tried;
  return outcome;
}

NumberOutcome NumberDecider::OutcomeOf(const RecountSource& source, const Recount& recount) const {
  NumberOutcome outcome;
  outcome.claimed = source.number.printed;
  outcome.expression = recount.expression;
  outcome.holds = recount.fits;
  for (const std::string& expression : source.expressions) {
    for (std::string& name : evaluator_.NumbersIn(expression)) {
      std::vector<std::string>& used = outcome.claims_used;
      if (std::find(used.begin(), used.end(), name) == used.end()) used.push_back(std::move(name));
    }
  }
  const bool has_range = !outcome.claims_used.empty() && !source.number.crossover;
  outcome.reason = ReasonOf(source.number, recount, has_range);
  if (!recount.value) return outcome;
  outcome.recomputed = *recount.value;
  if (has_range) {
    outcome.lower = recount.ranges.front().lower;
    outcome.upper = recount.ranges.front().upper;
  }
  if (*recount.value != 0) {
    outcome.difference = ToDouble(Rational(source.number.printed.value / *recount.value - 1));
  }
  return outcome;
}

ScopeValue NumberDecider::InReading(const ClaimReading& reading, const Claim& claim,
                                    const ClaimNumber& number) {
  RecountSource source = SourceOf(number);
  if (!reading.is.empty()) source.expressions = {reading.is};
  const ClaimCounting* const layers[] = {&claim.counting, &reading.counting};
  const Recount recount =
      At(PlaceText(reading.place), [&] { return RecountOf(source, layers, evaluator_); });
  ScopeValue value;
  value.name = reading.name;
  value.declared = true;
  if (recount.value) value.value = *recount.value;
  value.holds = recount.fits;
  value.why_not = recount.why_not;
  return value;
}

const std::vector<Argument>& NumberDecider::OtherRows(const Claim& claim) const {
  static const std::vector<Argument> kNone;
  const auto at = settings_.find(claim.table);
  return at == settings_.end() ? kNone : at->second;
}

}  // namespace costcheck
