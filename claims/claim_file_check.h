#pragma once

#include "claims/claim.h"
#include "claims/claim_table.h"

// For claim_file.cc: a check of a claim.

namespace costcheck {

/// CostError, with file:line, for whatever is missing, unknown or of another kind of check.
ClaimCheck ReadClaimCheck(const ClaimTable& table);

}  // namespace costcheck
