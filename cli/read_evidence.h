#pragma once

#include <map>
#include <string>
#include <vector>

#include "evidence/store.h"

namespace costcheck {

/// The runs recorded in these folders and files of JSON lines, by their keys (evidence/gather.h),
/// with a line of progress meanwhile. CostError that begins with "--evidence" for a path where
/// nothing is, and as RunsByKey.
std::map<std::string, StoredRun> ReadEvidence(const std::vector<std::string>& paths, bool quiet);

}  // namespace costcheck
