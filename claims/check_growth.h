#pragma once

#include <optional>

#include "claims/check_context.h"

namespace costcheck {

/// How a cost grows with a symbol: as x^power, times powers of log x where `logarithm`.
struct Growth {
  int power = 0;
  bool logarithm = false;
  /// The limit of cost / x^power; missing with a logarithm, or where it depends on x for ever.
  std::optional<Rational> coefficient;
};

/// By the limits of cost / x^k, k = 0, 1, ... (costmodel/crossover/limit.h), so that a cost that
/// tends to 0 has power 0 and coefficient 0. Nothing where a limit is not decided, or above x^64.
std::optional<Growth> GrowthOf(const Expr& cost, const Symbol& symbol);

/// kGrowth: the cost is claimed to grow at most as symbol^power, power a number >= 0. Where it
/// grows faster, the claim is inconsistent with its own cost.
CheckOutcome CheckGrowth(const ClaimCheck& check, const CheckContext& context);

}  // namespace costcheck
