#pragma once

#include <span>
#include <string>
#include <vector>

#include "claims/outcome.h"
#include "cli/claims_words.h"
#include "cli/document.h"

// Decided claims as tables.

namespace costcheck {

/// Every verdict, from what holds to what is gravest.
std::span<const ClaimVerdict> AllVerdicts();

/// How many of the claims have this verdict.
std::size_t CountOf(std::span<const DecidedClaim> claims, ClaimVerdict verdict);

/// "127 claims: 45 reproduced, 17 convention-dependent, 2 open."; verdicts that none has left out.
std::string SummaryText(std::span<const DecidedClaim> claims);

struct ClaimsView {
  std::string title;
  std::vector<DecidedClaim> judged;  ///< counted in the summary
  std::vector<DecidedClaim> shown;   ///< those of them that rows are made of
  std::vector<std::string> notes;
  bool details = false;  ///< the further sections `numbers`, `details` and `checks`
  bool narrow =
      false;  ///< for a terminal: a line a number, and the notes below in a table of theirs
};

/// What `costcheck claims` prints. As data a row a claim, and the key `summary`.
Document MakeClaimsDocument(const ClaimsView& view);

}  // namespace costcheck
