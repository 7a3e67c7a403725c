#pragma once

#include <string>

#include "costmodel/model/architecture.h"

namespace costcheck {

/// The model of that name, else what the file of that path says. CostError with the nearest name
/// where there is neither, and for a file that ParseConfig refuses.
Architecture LoadArchitecture(const std::string& name);

}  // namespace costcheck
