#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/command.h"

namespace costcheck {

// What costcheck-verify does, and what costcheck starts it for.

inline constexpr char kCountsSummary[] =
    "FLOPs: predicted, counted while LibTorch runs it, difference";
inline constexpr char kMemorySummary[] =
    "parameters and bytes: predicted, measured in LibTorch, difference";

/// The help of `costcheck verify`.
std::string VerifyHelp(std::span<const Command> commands);

int RunVerifyCounts(const std::vector<std::string>& arguments);
int RunVerifyMemory(const std::vector<std::string>& arguments);

}  // namespace costcheck
