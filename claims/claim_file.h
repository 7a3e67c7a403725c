#pragma once

#include <string>
#include <string_view>

#include "claims/claim.h"

// Files of claims: TOML. docs/claim-files.md has the keys.

namespace costcheck {

/// Reads one. `file` is what errors call it.
///
/// CostError with file:line for what is no TOML; a key that is unknown (with the nearest one),
/// missing, or of another type; an id that is taken or is a symbol's or a component's; a source,
/// fact or number that is referred to and is none; a unit, symbol, convention, scope, phase, count
/// or statistic that is none; a number without digits; and a claim that nothing decides. Names
/// inside expressions are not looked at: that is for whoever evaluates them.
ClaimFile ParseClaimFile(std::string_view text, const std::string& file);

/// The same of a file; CostError with the system's reason where it cannot be read.
ClaimFile LoadClaimFile(const std::string& path);

}  // namespace costcheck
