#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "verify/modules/module.h"
#include "verify/sizes.h"

namespace costcheck {

/// One component as LibTorch runs it, under the name that it has in costmodel.
struct ModuleKind {
  std::string_view name;
  std::unique_ptr<Module> (*make)(const Sizes& sizes);
};

/// Every module, attentions first; a list of its own, apart from costmodel's.
std::span<const ModuleKind> ModuleKinds();
/// Nothing if there is none of this name.
const ModuleKind* FindModule(std::string_view name);

}  // namespace costcheck
