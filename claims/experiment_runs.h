#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "claims/claim.h"
#include "evidence/record.h"

namespace costcheck {

/// The runs that a predicate is decided by.
struct ExperimentRuns {
  std::vector<std::uint64_t> seeds;  ///< of the arm, or that both arms have; ascending
  std::vector<double> arm;           ///< values of the metric by seed
  std::vector<double> baseline;      ///< empty without one
  std::string settings;              ///< "banded at rate=0.003, full at rate=0.001", where chosen
  /// How many of these runs have an alarm, by its name: "leak on 3 of 20 runs".
  std::vector<std::string> alarms;
  bool broken = false;  ///< an alarm is a divergence, or a loss that is no number
  std::string missing;  ///< what is not recorded, a sentence; then all else is empty
  std::string unfit;    ///< why these runs cannot be compared, a sentence
};

/// Of one experiment and form. An arm that ran with several settings has those with the least mean
/// of `tune` (evidence/summary.h). Runs are not comparable where an arm's have several
/// configurations beside settings and seed, where the arms' differ in training or corpus, and
/// where a value is missing, NaN or infinite. CostError, without place, for a metric that none of
/// the runs has, an arm of several settings without `tune`, and two results of one run.
ExperimentRuns FindExperimentRuns(const ClaimExperiment& experiment,
                                  std::span<const RunRecord> records);

}  // namespace costcheck
