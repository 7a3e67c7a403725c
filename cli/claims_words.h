#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "claims/claim.h"
#include "claims/outcome.h"

// What is known of a claim, as people read it: tables and the audit share these.

namespace costcheck {

/// A claim beside what was found of it. Both outlive it.
struct DecidedClaim {
  const Claim* claim;
  const ClaimOutcome* outcome;
};

/// The checks that alone make the claim's verdict.
std::vector<const CheckOutcome*> DecisiveChecks(const ClaimOutcome& outcome);

/// The claimed numbers as printed: "2,147.5 MFLOP", "< 0.001"; of a claim without any what its
/// decisive checks say is claimed.
std::vector<std::string> ClaimedTexts(const DecidedClaim& decided);

/// What each of them is when recomputed, in its unit and in the same order, "" where it is not;
/// what decisive checks found where no number is.
std::vector<std::string> RecomputedTexts(const ClaimOutcome& outcome);

/// Those that are not "": "500x, 496.485x".
std::string Joined(const std::vector<std::string>& texts);

/// The ids of the sources that say it.
std::vector<std::string> SourcesOf(const Claim& claim);

/// "1 claim", "2 claims".
std::string Counted(std::size_t count, const std::string& noun);

}  // namespace costcheck
