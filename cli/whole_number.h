#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/options.h"

namespace costcheck {

inline constexpr std::int64_t kMostSeeds = 1000000;

/// The option's value as a whole number; none where it is not given. CostError with the option's
/// name unless it is from 1 to `most`.
std::optional<std::int64_t> WholeNumber(const Options& options, const std::string& name,
                                        std::int64_t most);

}  // namespace costcheck
