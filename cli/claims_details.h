#pragma once

#include <span>

#include "claims/outcome.h"
#include "cli/claims_words.h"
#include "cli/document.h"
#include "tables/table.h"

namespace costcheck {

/// A recomputed value as data; null where there is none, or it is not finite.
Cell RecomputedCell(const Recomputed& value);

/// Adds what was found number by number. As data `numbers` (a row a number), `details` (a row a
/// reading, a scope or a slip that fits: id, number, kind, name, value, holds, chance) and
/// `checks`; people see the latter two, where they have rows.
void AddDetails(std::span<const DecidedClaim> claims, Document& document);

}  // namespace costcheck
