#pragma once

#include <vector>

#include "verify/modules/module.h"

namespace costcheck {

/// Scales all gradients by `most` / their norm where that is above `most`, the norm of them taken
/// as one vector (Pascanu et al. 2013, Algorithm 1). Returns the norm before; infinite or NaN ones
/// change nothing.
double ClipGradients(const std::vector<NamedTensor>& parameters, double most);

}  // namespace costcheck
