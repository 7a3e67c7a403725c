#pragma once

#include <span>
#include <string>

#include "claims/check_context.h"
#include "tests/claims/claims_text.h"

namespace costcheck {

using CheckFunction = CheckOutcome (*)(const ClaimCheck&, const CheckContext&);

/// What a check of the file's last claim, its only one, finds.
inline CheckOutcome OutcomeOf(CheckFunction check, const std::string& text,
                              std::span<const RunRecord> records = {}) {
  const ClaimFile file = FileOf(text);
  const NamedNumbers names(file);
  ClaimEvaluator evaluator(file);
  const Claim& claim = file.claims.back();
  return check(claim.checks.front(), {file, claim, names, evaluator, records});
}

}  // namespace costcheck
