#pragma once

#include "claims/claim.h"
#include "claims/claim_table.h"

// For claim_file.cc: a number of a claim. Each function fails with a CostError, with file:line, for
// whatever is missing, unknown or contradicts the rest.

namespace costcheck {

ClaimNumber ReadClaimNumber(const ClaimTable& table);

/// `value`, with `unit` and `digits` where they are given.
PrintedNumber ReadPrinted(const ClaimTable& table);

/// A name of a symbol or of a component's parameter, which a cost can be a formula of.
std::string ReadFreeSymbol(const ClaimTable& table, std::string_view key);

}  // namespace costcheck
