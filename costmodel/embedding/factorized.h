#pragma once

#include <vector>

#include "costmodel/component.h"

namespace costcheck {

/// A narrow table and a projection to the model's width: V*E + E*d parameters,
/// 2*E*d FLOPs for a token looked up, 2*d*E + 2*E*V for tied logits (through the
/// transposed projection). V in token types, E and d in elements; no bias. Lan et
/// al. 2020 (ALBERT), Sec. 3.1.
extern const Component kFactorized;

/// One band of V types, E wide.
std::vector<Band> FactorizedBands(const Settings& settings);

}  // namespace costcheck
