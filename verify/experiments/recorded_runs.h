#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "evidence/store.h"
#include "verify/experiments/comparison.h"
#include "verify/experiments/experiment.h"
#include "verify/experiments/plan.h"

// What evidence holds of an experiment, and what of its plan is missing.

namespace costcheck {

/// By their keys, as evidence/gather.h has them.
using KeyedRuns = std::map<std::string, StoredRun>;

/// The runs of an experiment with so many epochs.
struct RecordedRuns {
  ExperimentSpec spec;              ///< with these epochs
  bool other_epochs = false;        ///< than its file states
  std::vector<RunRecord> runs;      ///< in the plan's order
  std::vector<PlannedRun> missing;  ///< likewise
  std::vector<std::string> keys;    ///< of `runs`
};

/// What of the plan of `spec` is there and, as runs of other epochs are other runs, the same for
/// every number of epochs that records of its name and form have: first the file's own, which is
/// left out where it has none and another one has, then the others rising.
std::vector<RecordedRuns> FindRecordedRuns(const ExperimentSpec& spec, const KeyedRuns& evidence);

/// "Arm 'full', rate 0.001: 7 of 10 seeds; missing 3, 8 to 9.": a sentence for each arm and rate
/// that lacks some, one for all rates of an arm that lack the same. "No runs are recorded yet."
/// where there are none.
std::vector<std::string> MissingTexts(const RecordedRuns& recorded);

/// Decide (comparison.h) with the runs that are there. Where one of an arm that it compares is
/// missing it is inconclusive, whatever they say: whoever looks before the end stops when it suits.
/// The reason then states what would follow from those that are there.
DecisionOutcome DecideRecorded(const RecordedRuns& recorded, const DecisionSpec& decision);

}  // namespace costcheck
