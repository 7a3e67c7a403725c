#pragma once

#include <string_view>

namespace costcheck {

/// Whether a field of a config.json changes neither parameters nor matrix products nor the keys
/// that a token sees, in any model type read here: dropouts, initial values, epsilons, scaling and
/// bases of rotary positions, token ids, dtypes, quantization, generation settings, bookkeeping.
/// The share of a head's width that is rotated (rotary_pct, partial_rotary_factor) is one of them:
/// rotation is elementwise work beside the products.
bool ChangesNoCount(std::string_view name);

}  // namespace costcheck
