#pragma once

#include <optional>
#include <string>
#include <vector>

#include "claims/claim.h"
#include "claims/evaluator.h"

namespace costcheck {

/// What a number is recomputed from.
struct RecountSource {
  const ClaimNumber& number;
  std::vector<std::string> expressions;  ///< the number must be each; of a crossover A, then B
};

/// Its own; a reading may have another expression in place of all of them.
RecountSource SourceOf(const ClaimNumber& number);

/// A number recomputed, counted in one way.
struct Recount {
  std::string expression;  ///< the first that the number does not fit, else the first
  std::optional<Rational> value;
  /// What it can be; a number fits that fits one of them. Of an expression one, over the digits of
  /// the claims in it; of a crossover the first integer, and an interval that holds the root.
  std::vector<RationalInterval> ranges;
  std::string why_not;  ///< where there is no value, in words without a full stop
  bool fits = false;    ///< every expression (fit.h)
};

/// Where B first becomes cheaper than A, a crossover is counted from 1 up. Its value is the first
/// integer, or, for a number with digits behind the point, the middle of an interval that encloses
/// the root and is a thousandth of the last digit wide at most. None where B is cheaper everywhere,
/// nowhere, or only at the beginning. CostError as ClaimEvaluator and FindCrossovers.
Recount RecountOf(const RecountSource& source, CountingLayers counting, ClaimEvaluator& evaluator);

}  // namespace costcheck
