#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "claims/claim.h"
#include "claims/outcome.h"
#include "evidence/record.h"

namespace costcheck {

struct DecideOptions {
  /// All records at hand; empty: experiments stay open.
  std::span<const RunRecord> records{};
  /// Called after every claim with how many are done, by one thread at a time; may be empty.
  std::function<void(std::size_t done, std::size_t all)> progress{};
  /// 0: one for every 1,000 claims, at most one a core. Outcomes and errors do not depend on it.
  std::size_t threads = 0;
};

/// Every claim of the file, in its order. The verdict is the gravest that a number or a check
/// gives: impossible, inconsistent, arithmetic error, refuted, convention-dependent, inconclusive,
/// open (a check without its runs), supported, reproduced; open, too, where nothing decides.
/// CostError, with file:line, for what cannot be evaluated: an unknown symbol, a missing condition,
/// a division by zero, claims that are recomputed from each other in a circle; for the first of
/// several in the file.
std::vector<ClaimOutcome> DecideClaims(const ClaimFile& file, const DecideOptions& options);

}  // namespace costcheck
