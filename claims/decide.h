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
  std::span<const RunRecord> records;
  /// Called after every claim with how many are done; may be empty.
  std::function<void(std::size_t done, std::size_t all)> progress;
};

/// Every claim of the file, in its order. The verdict is the gravest that a number or a check
/// gives: impossible, inconsistent, arithmetic error, refuted, convention-dependent, inconclusive,
/// open (a check without its runs), supported, reproduced; open, too, where nothing decides.
/// CostError, with file:line, for what cannot be evaluated: an unknown symbol, a missing condition,
/// a division by zero, claims that are recomputed from each other in a circle.
std::vector<ClaimOutcome> DecideClaims(const ClaimFile& file, const DecideOptions& options);

}  // namespace costcheck
