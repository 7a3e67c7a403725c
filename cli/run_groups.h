#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/record.h"
#include "tables/table.h"

// Runs of training experiments on their way into tables.

namespace costcheck {

/// Not a number and infinities have no place in a table's data.
Cell CellOf(double value);
Cell CellOf(const std::optional<double>& value);

/// The learning rate of a run; 0 where it has none.
double RateOf(const RunRecord& record);

/// Tokens trained on in a second; none where no time was taken.
std::optional<double> SpeedOf(const RunRecord& record);

/// Runs of one arm at one rate. The records outlive it.
struct RunGroup {
  std::string arm;
  double rate = 0;
  std::vector<const RunRecord*> runs;
};

/// In the order of the first run of each.
std::vector<RunGroup> GroupsOf(std::span<const RunRecord> records);

/// How many have an alarm.
std::size_t AlarmedRuns(const RunGroup& group);

/// The metric of each run; none where one lacks it.
std::optional<std::vector<double>> ValuesOf(const RunGroup& group, std::string_view metric);

/// Tokens a second of all runs together; none where no time was taken.
std::optional<double> SpeedOf(const RunGroup& group);

/// Of the names of verify/train/result.h those that people see of every run that has them.
inline constexpr std::string_view kShownMetrics[] = {"validation_loss",
                                                     "test_loss",
                                                     "expected_loss",
                                                     "last_batch_loss",
                                                     "last_epoch_loss",
                                                     "source_entropy",
                                                     "selector_top1",
                                                     "selector_top1_chance",
                                                     "approximator_relative_error",
                                                     "logit_relative_error",
                                                     "teacher_loss",
                                                     "hybrid_loss",
                                                     "time_ratio",
                                                     "predicted_time_ratio"};

}  // namespace costcheck
