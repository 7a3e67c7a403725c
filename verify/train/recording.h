#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "evidence/record.h"
#include "evidence/store.h"
#include "verify/experiments/experiment.h"
#include "verify/experiments/plan.h"
#include "verify/train/trainer.h"

namespace costcheck {

/// `record` (RecordOf) with what the run gave and with what it was made. Results are the metrics of
/// result.h; times stand in the environment alone, so that a run made again has the same result,
/// but for a timed shape, whose result they are. Of a curve of more than 12 looks every second,
/// third, ... is recorded, the first and the last always: at most 12.
RunRecord Filled(RunRecord record, const RunResult& result, const std::string& code);

struct RecordingOptions {
  std::string evidence;     ///< folder of a RunStore
  std::string checkpoints;  ///< folder
  std::string code;         ///< version of costcheck, and a digest of what trains
  int threads = 1;          ///< inside an operator; another number has other last bits
  std::function<bool()> stop{};
  /// A run is begun (its place in `runs`), and how far it is.
  std::function<void(std::size_t run, const TrainingProgress& progress)> report{};
  std::function<void(const RunRecord& record)> done{};  ///< of a run that was made
  std::function<void(const std::string& remark)> remark{};
};

/// Makes the runs that are not in the evidence yet, in order, each recorded as soon as it is over,
/// and gone on with from its checkpoint where it was broken off. False where it was stopped.
bool RunAndRecord(const ExperimentSpec& spec, const std::vector<PlannedRun>& runs,
                  const RecordingOptions& options);

/// Of a plan, what the evidence has.
std::vector<RunRecord> Recorded(const ExperimentSpec& spec, const std::vector<PlannedRun>& runs,
                                const RunStore& store);

}  // namespace costcheck
