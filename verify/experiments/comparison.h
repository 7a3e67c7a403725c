#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evidence/record.h"
#include "evidence/summary.h"
#include "statistics/comparison.h"
#include "verify/experiments/experiment.h"

// What the records of an experiment decide, by the rules that its file states.

namespace costcheck {

/// One arm of a decision, at the learning rate that was chosen for it.
struct ArmOutcome {
  std::string arm;
  double rate = 0;
  std::vector<TriedSettings> tried;  ///< rates with their means of `tune`, the best first
  ArmValues values;                  ///< of the metric, by seed
};

struct DecisionOutcome {
  std::string rule;                            ///< RuleText
  std::vector<ArmOutcome> arms;                ///< as ArmsOf; those without runs are left out
  std::vector<std::uint64_t> seeds;            ///< that every arm has: the pairs
  std::optional<PairedComparison> comparison;  ///< a: challenger; as RuleOf
  /// What follows. Beside the reasons of statistics/comparison.h it is inconclusive for an arm
  /// without runs, for fewer than one pair, where a value is NaN or infinite (a pair that is left
  /// out would favour the arm that diverges), and where a run that is compared has an alarm: then
  /// the reason states what would follow without.
  Finding finding;
  std::vector<std::string> alarms;  ///< "banded, rate=0.001, seed 3: ..." of the runs compared
  /// Of the choice of rates: runs that are missing, and a best rate at the end of its grid.
  std::vector<std::string> notes;
};

/// The records that are runs of this experiment as it stands, by their keys: those of other epochs
/// or of an older file are not.
std::vector<RunRecord> RunsOf(const ExperimentSpec& spec, std::span<const RunRecord> records);

/// For each arm the learning rate with the least mean `tune` over the seeds that ran at all of its
/// rates, then pairs of runs with one seed, then statistics/comparison.h. CostError where one run
/// has two results, and where an arm's rates have no seed in common.
DecisionOutcome Decide(const ExperimentSpec& spec, const DecisionSpec& decision,
                       std::span<const RunRecord> records);

}  // namespace costcheck
