#pragma once

#include <string>
#include <string_view>

#include "claims/relation.h"

namespace costcheck {

/// What a predicate is about.
enum class PredicateQuantity {
  kValue,        ///< mean of the arm
  kDifference,   ///< mean of arm - baseline, by pairs
  kRatio,        ///< mean of the arm / mean of the baseline, by pairs
  kDraws,        ///< the arm's values
  kDrawsOfRatio  ///< arm / baseline, a value a pair
};

/// "difference < 0", "ratio < 0.9", "value > 4.2", "draws include 0.042",
/// "draws of ratio include Q4b".
struct ExperimentPredicate {
  PredicateQuantity quantity = PredicateQuantity::kValue;
  RelationKind relation = RelationKind::kLess;  ///< not kEqual; of draws without meaning
  Rational bound;                               ///< of the first three
  std::string included;                         ///< of draws: a number, or an expression in claims
};

/// Whether it compares an arm with a baseline.
bool NeedsBaseline(PredicateQuantity quantity);

/// CostError, without place, for any other text.
ExperimentPredicate ParsePredicate(std::string_view text);

}  // namespace costcheck
