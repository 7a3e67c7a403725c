#pragma once

#include "cli/preset.h"
#include "tables/table.h"

namespace costcheck {

/// A published table recomputed: beside every printed cell the exact value of
/// its expression, whether it rounds to what is printed, and a note for each
/// cell that does not. CostError that names the row for an expression that
/// cannot be read.
Table PresetTable(const Preset& preset);

}  // namespace costcheck
