#pragma once

#include "claims/claim.h"

// For claim_file.cc: what ids there are in a file, and whether each that is referred to exists.

namespace costcheck {

/// CostError, with file:line, for an id that is no name, is taken, or is that of a symbol or a
/// component; and, with the nearest, for one that is referred to as a source, a fact or a number
/// and is none. Names inside expressions are not looked at.
void CheckClaimNames(const ClaimFile& file);

}  // namespace costcheck
