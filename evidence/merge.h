#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "evidence/database.h"

namespace costcheck {

/// What a merge found, of one arm.
struct MergeCounts {
  std::int64_t added = 0;      ///< runs that the database did not hold
  std::int64_t known = 0;      ///< it held with the same result
  std::int64_t conflicts = 0;  ///< it held with another result
};

struct MergeReport {
  /// By experiment, form and arm.
  std::map<std::tuple<std::string, std::string, std::string>, MergeCounts> arms;
  std::vector<std::string> refused;  ///< a sentence a file that is damaged; nothing of it was added
};

/// The files of records that the paths name (gather.h). CostError for a path where nothing is, and
/// for a folder without records.
std::vector<std::string> FilesToMerge(const std::vector<std::string>& paths);

/// Reads the files in turn and adds what is whole, in batches of a few hundred runs. Calls `next`
/// with each file before it is read. CostError where the database cannot be written; what was
/// merged before stays merged.
MergeReport Merge(const std::vector<std::string>& files, RunDatabase& database,
                  const std::function<void(const std::string& file)>& next);

}  // namespace costcheck
