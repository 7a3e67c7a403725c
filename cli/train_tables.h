#pragma once

#include <cstddef>
#include <span>

#include "cli/document.h"
#include "evidence/record.h"
#include "verify/experiments/experiment.h"

namespace costcheck {

struct TrainReport {
  Document document;
  int exit_status = 0;
};

/// What `costcheck verify train` prints: a row for every metric of every run in `records`; for
/// people the means of each arm. Where all `planned` runs of the experiment are in `whole`, its
/// decisions: the first as the key `comparison`, all of them as `comparisons`.
TrainReport MakeTrainReport(const ExperimentSpec& spec, std::size_t planned,
                            std::span<const RunRecord> records, std::span<const RunRecord> whole);

}  // namespace costcheck
