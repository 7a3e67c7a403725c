#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/record.h"
#include "verify/experiments/experiment.h"

namespace costcheck {

/// One run: an arm, from one seed, at one learning rate; of an experiment that measures time a
/// shape, from one seed, at no rate.
struct PlannedRun {
  std::size_t arm;  ///< place in ExperimentSpec::arms, or in TimingSpec::shapes
  std::uint64_t seed;
  double rate;
};

/// What a person changes for this time. Nothing: as the file says.
struct Overrides {
  std::optional<std::int64_t> seeds;
  std::optional<std::int64_t> epochs;
  std::vector<std::string> arms;  ///< all of them where empty
};

/// The experiment with them. Other epochs are another configuration, so another run. Arms that are
/// not asked for stay, as others may be matched to them; `PlanOf` leaves them out.
/// CostError for counts below 1 and, with the nearest name, for an arm that there is not.
ExperimentSpec WithOverrides(ExperimentSpec spec, const Overrides& overrides);

/// Every run: seed by seed from 1, within a seed arm by arm, within an arm rate by rate, so that a
/// plan that is stopped early has whole pairs. `arms` as in Overrides.
std::vector<PlannedRun> PlanOf(const ExperimentSpec& spec,
                               const std::vector<std::string>& arms = {});

/// A share of a plan.
struct Task {
  std::int64_t index = 1;  ///< from 1 to count
  std::int64_t count = 1;
};

/// Reads "K/N". CostError unless 1 <= K <= N.
Task ParseTask(std::string_view text);

/// The runs of one share, in the plan's order. Each run is in exactly one of the `count` shares;
/// which, the plan and `count` alone settle. Shares cost about the same: runs, the dearest first,
/// each go to the share that has least (RunCost, parameters.h).
std::vector<PlannedRun> ShareOf(const ExperimentSpec& spec, const std::vector<PlannedRun>& plan,
                                const Task& task);

/// The run's record with all that tells which run it is, and no result: experiment, form, arm,
/// seed, settings {rate} and configuration (canonical.h). Its key is ConfigurationHash(record).
/// A timed shape's arm is "width-512", without settings.
RunRecord RecordOf(const ExperimentSpec& spec, const PlannedRun& run);

}  // namespace costcheck
