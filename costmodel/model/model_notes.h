#pragma once

#include <string>
#include <vector>

#include "costmodel/model/model_costs.h"

namespace costcheck {

/// Sentences on what was assumed for this model and this way to run it.
std::vector<std::string> NotesOn(const Architecture& architecture, const CostChoices& choices);

}  // namespace costcheck
