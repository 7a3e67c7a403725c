#pragma once

#include <optional>

#include "costmodel/algebra/expr.h"
#include "costmodel/crossover/crossover.h"

namespace costcheck {

/// The largest integer x with A / B >= ratio, exactly.
struct LargestAnswer {
  bool forever = false;                 ///< it holds for arbitrarily large x: there is no largest
  std::optional<Integer> largest;       ///< missing if forever, or if it holds nowhere in the range
  std::optional<Rational> ratio_there;  ///< A / B at `largest`
  std::optional<Rational> ratio_after;  ///< A / B at `largest` + 1
  /// The answer covers x up to here; missing: the whole range.
  std::optional<Integer> complete_to;
};

/// By the signs of A - ratio * B on the range of the options. CostError where B is
/// not above 0 on all of it, and as FindCrossovers.
LargestAnswer LargestWithRatio(const Expr& a, const Expr& b, const Symbol& x, const Rational& ratio,
                               const CrossoverOptions& options = {});

}  // namespace costcheck
