#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "evidence/record.h"

// From records to what tables and comparisons need: values of a metric by seed.

namespace costcheck {

/// The runs of one arm in one setting, by seed.
struct ArmValues {
  std::string experiment, form, arm;
  RunSettings settings;              ///< in the order of the first record's
  std::vector<std::uint64_t> seeds;  ///< ascending, each once
  std::vector<double> values;        ///< by seed; NaN where the run did not give the metric
};

/// One setting of an arm, as it was compared with the arm's others.
struct TriedSettings {
  RunSettings settings;
  double mean = 0;  ///< over the seeds compared on
};

/// The best of an arm's settings.
struct ArmChoice {
  ArmValues best;                          ///< with all its seeds
  std::vector<std::uint64_t> compared_on;  ///< seeds that ran in every setting
  std::vector<TriedSettings> tried;        ///< all, the best first
};

/// The values of a metric, a group for each experiment, form, arm and settings, in that order.
/// Records that agree in these and in the seed, and in their result, count once. CostError where
/// two of them have other results, or other configurations: a seed has one value.
std::vector<ArmValues> Summarize(std::span<const RunRecord> records, const std::string& metric);

/// For each arm of each experiment and form the setting with the lowest mean of `metric` over the
/// seeds that ran in all of the arm's settings, so that no setting wins by easier seeds; a mean
/// that is NaN comes last; of equal ones the first in Summarize's order is the best. CostError
/// where an arm's settings have no seed in common, and as Summarize.
std::vector<ArmChoice> ChooseSettings(std::span<const RunRecord> records,
                                      const std::string& metric);

}  // namespace costcheck
