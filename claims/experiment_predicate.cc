#include "claims/experiment_predicate.h"

#include <array>
#include <utility>

#include "costmodel/algebra/error.h"
#include "costmodel/query/words.h"

namespace costcheck {
namespace {

constexpr std::string_view kDraws = "draws include ", kDrawsOfRatio = "draws of ratio include ";

constexpr std::array<std::pair<std::string_view, PredicateQuantity>, 3> kQuantities = {{
    {"value", PredicateQuantity::kValue},
    {"difference", PredicateQuantity::kDifference},
    {"ratio", PredicateQuantity::kRatio},
}};

[[noreturn]] void Refuse(std::string_view text, const std::string& why) {
  throw CostError("'" + std::string(text) + "' is no predicate" + why +
                  "; write value, difference or ratio, then <, <=, > or >= and a number; or 'draws "
                  "include X' or 'draws of ratio include X'");
}

ExperimentPredicate Draws(std::string_view text, std::string_view start,
                          PredicateQuantity quantity) {
  ExperimentPredicate predicate;
  predicate.quantity = quantity;
  predicate.included = Trimmed(text.substr(start.size()));
  if (predicate.included.empty()) Refuse(text, "");
  return predicate;
}

PredicateQuantity QuantityOf(std::string_view name, std::string_view text) {
  for (const auto& [known, quantity] : kQuantities) {
    if (known == name) return quantity;
  }
  Refuse(text, DidYouMean(name, {"value", "difference", "ratio"}));
}

}  // namespace

bool NeedsBaseline(PredicateQuantity quantity) {
  return quantity != PredicateQuantity::kValue && quantity != PredicateQuantity::kDraws;
}

ExperimentPredicate ParsePredicate(std::string_view text) {
  text = Trimmed(text);
  if (text.starts_with(kDraws)) return Draws(text, kDraws, PredicateQuantity::kDraws);
  if (text.starts_with(kDrawsOfRatio)) {
    return Draws(text, kDrawsOfRatio, PredicateQuantity::kDrawsOfRatio);
  }
  const Relation relation = ParseRelation(text);
  ExperimentPredicate predicate;
  predicate.quantity = QuantityOf(relation.left, text);
  predicate.relation = relation.kind;
  if (relation.kind == RelationKind::kEqual) Refuse(text, " that runs can decide");
  const std::optional<Rational> bound = ParseNumber(relation.right);
  if (!bound) Refuse(text, ": '" + relation.right + "' is no number");
  predicate.bound = *bound;
  return predicate;
}

}  // namespace costcheck
