#pragma once

#include "claims/claim.h"
#include "claims/claim_table.h"

// For claim_file.cc: a claim.

namespace costcheck {

/// CostError, with file:line, for whatever is missing, unknown or contradicts the rest of the
/// claim. Whether ids and names exist is not asked here (claim_file_names.h).
Claim ReadClaim(const ClaimTable& table);

}  // namespace costcheck
