#pragma once

#include <vector>

#include "costmodel/component.h"

namespace costcheck {

/// One row of d numbers for each token type: V*d parameters, no FLOPs for a
/// look-up, 2*d*V for tied logits. V in token types, d in elements. Bengio et al.
/// 2003; tied: Press & Wolf 2017.
extern const Component kFullTable;

/// One band of V types, d wide.
std::vector<Band> FullTableBands(const Settings& settings);

}  // namespace costcheck
