#pragma once

#include <span>
#include <string>

#include "claims/claim.h"
#include "cli/claims_tables.h"

namespace costcheck {

/// The decided claims of a file as one Markdown document: how many have which verdict, what does
/// not hold, then each claim by its topic, with what was said, what is true and how that was found;
/// at the end what remains open, the sources, and what the claims are held against. The same input
/// gives the same bytes: it has no path and no date. `evidence` is a sentence on the recorded runs
/// that were used, "" where none are asked for.
std::string AuditText(const ClaimFile& file, std::span<const DecidedClaim> claims,
                      const std::string& evidence);

}  // namespace costcheck
