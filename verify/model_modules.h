#pragma once

#include <span>

#include "verify/modules/modules.h"

namespace costcheck {

/// A module for each of ModelVerifiables() (models.h), under the same name.
std::span<const ModuleKind> ModelModuleKinds();

}  // namespace costcheck
