#pragma once

#include <vector>

#include "costmodel/component.h"

namespace costcheck {

/// Adaptive input: bands by frequency, a projection E_i x d for every band, also
/// where E_i is d. Parameters sum V_i*E_i + sum E_i*d, 2*E_i*d FLOPs for a token
/// of band i; band_tables.h has the rest. Tied logits are a full softmax over the
/// same tables, not the adaptive one. Baevski & Auli 2019, Sec. 3.
///
/// Without bands of the settings: the paper's for WikiText-103, that is three,
/// which end at first_cutoff = 20,000, second_cutoff = 60,000 and V types (or at V,
/// where that is less), E_i = floor(d / factor^(i-1)) wide, factor = 4. The
/// paper's second corpus has 60,000 and 160,000.
extern const Component kAdaptive;

/// The bands of the settings, or the default ones.
std::vector<Band> AdaptiveBands(const Settings& settings);

}  // namespace costcheck
