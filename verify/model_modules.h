#pragma once

#include <memory>
#include <span>

#include "costmodel/model/architecture.h"
#include "verify/modules/modules.h"

namespace costcheck {

/// A module for each of ModelVerifiables() (models.h), under the same name.
std::span<const ModuleKind> ModelModuleKinds();

/// The module of a whole model, for the T and B of `sizes` (architecture_sizes.h).
std::unique_ptr<Module> MakeModelModule(const Architecture& model, const Sizes& sizes);

}  // namespace costcheck
