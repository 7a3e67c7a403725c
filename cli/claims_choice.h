#pragma once

#include <span>
#include <string>
#include <vector>

#include "claims/claim.h"
#include "cli/claims_tables.h"

// What a command line says of which claims are meant. Options may be given more than once, each
// with a list of words with commas between.

namespace costcheck {

/// --only: true for each claim of the file that is named, for all where none is. CostError for an
/// id that no claim has, with the nearest.
std::vector<bool> ChosenClaims(const ClaimFile& file, const std::vector<std::string>& only);

/// --verdict: names as printed; "arithmetic-error" too. CostError for others, with the nearest.
std::vector<ClaimVerdict> ParseVerdicts(const std::vector<std::string>& names);

/// Those with one of the verdicts; all where none is named.
std::vector<DecidedClaim> WithVerdicts(std::span<const DecidedClaim> claims,
                                       std::span<const ClaimVerdict> verdicts);

/// --fail-on: which claims make the exit status 1.
struct FailOn {
  bool inconsistent = true;  ///< whatever does not hold
  bool inconclusive = false;
  bool open = false;
};

/// Exactly what is named; where nothing is, what does not hold. CostError for other words, with the
/// nearest.
FailOn ParseFailOn(const std::vector<std::string>& words);

/// Whether one of the claims fails.
bool Fails(std::span<const DecidedClaim> claims, const FailOn& fail_on);

}  // namespace costcheck
