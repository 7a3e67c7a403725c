#pragma once

#include <string>
#include <vector>

namespace costcheck {

inline constexpr char kMergeSummary[] = "gathers recorded runs in one database (needs no LibTorch)";

int RunVerifyMerge(const std::vector<std::string>& arguments);

}  // namespace costcheck
