#pragma once

#include <span>

#include "cli/document.h"
#include "verify/experiments/recorded_runs.h"

namespace costcheck {

struct CompareReport {
  Document document;
  int exit_status = 0;
};

/// What `costcheck verify compare` prints. As data a row for every metric of every arm and learning
/// rate, over its seeds; the first decision as the key `comparison`, all of them as `comparisons`.
/// People see for each experiment its arms at the rates that were chosen for them, its decisions,
/// and what is missing. Status as StatusOf, and kExitCannotCheck where a run is missing.
CompareReport MakeCompareReport(std::span<const RecordedRuns> experiments);

}  // namespace costcheck
