#pragma once

#include <string>
#include <vector>

namespace costcheck {

inline constexpr char kCompareSummary[] =
    "what recorded runs decide, and what is missing (needs no LibTorch)";

int RunVerifyCompare(const std::vector<std::string>& arguments);

}  // namespace costcheck
