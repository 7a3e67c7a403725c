#pragma once

#include <cstdint>

#include "costmodel/operators/aten.h"

// Heads as the first dimension of matrices, as plain products want them. The heads that share keys
// are put side by side in the rows, so that keys and values are never repeated.

namespace costcheck {

struct HeadSizes {
  std::int64_t batch, rows, heads, width;
};

/// [batch, rows, heads, width] to [batch*groups, heads/groups*rows, width]: a copy, unless the
/// order in memory is that already (one head, or one row).
Tracked GroupHeads(Aten& aten, const Tracked& x, const HeadSizes& sizes, std::int64_t groups);

/// The way back, to [batch, rows, heads*width].
Tracked UngroupHeads(Aten& aten, const Tracked& x, const HeadSizes& sizes, std::int64_t groups);

}  // namespace costcheck
