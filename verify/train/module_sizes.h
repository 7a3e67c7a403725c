#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "verify/sizes.h"

namespace costcheck {

/// What a component of an arm is built for: its own settings, then the model's, the rest by the
/// component's defaults. CostError that begins with the name for a setting that nothing settles, or
/// that does not fit.
Sizes SizesFor(const std::string& component, const std::map<std::string, std::int64_t>& model,
               const std::map<std::string, std::int64_t>& own, bool causal,
               const std::vector<Sizes::Band>& bands = {});

}  // namespace costcheck
