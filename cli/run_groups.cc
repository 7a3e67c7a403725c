#include "cli/run_groups.h"

#include <algorithm>
#include <cmath>

namespace costcheck {

Cell CellOf(double value) { return std::isfinite(value) ? Cell(value) : Cell(); }

Cell CellOf(const std::optional<double>& value) { return value ? CellOf(*value) : Cell(); }

double RateOf(const RunRecord& record) {
  for (const auto& [name, value] : record.settings) {
    if (name == "rate") return std::get<double>(value);
  }
  return 0;
}

std::optional<double> SpeedOf(const RunRecord& record) {
  if (!(record.environment.wall_seconds > 0)) return std::nullopt;
  return static_cast<double>(record.tokens) / record.environment.wall_seconds;
}

std::vector<RunGroup> GroupsOf(std::span<const RunRecord> records) {
  std::vector<RunGroup> groups;
  for (const RunRecord& record : records) {
    const double rate = RateOf(record);
    auto found = std::find_if(groups.begin(), groups.end(), [&](const RunGroup& group) {
      return group.arm == record.arm && group.rate == rate;
    });
    if (found == groups.end()) found = groups.insert(found, {record.arm, rate, {}});
    found->runs.push_back(&record);
  }
  return groups;
}

std::size_t AlarmedRuns(const RunGroup& group) {
  return static_cast<std::size_t>(
      std::count_if(group.runs.begin(), group.runs.end(),
                    [](const RunRecord* run) { return !run->alarms.empty(); }));
}

std::optional<std::vector<double>> ValuesOf(const RunGroup& group, std::string_view metric) {
  std::vector<double> values;
  for (const RunRecord* run : group.runs) {
    const auto found = run->results.find(std::string(metric));
    if (found == run->results.end()) return std::nullopt;
    values.push_back(found->second);
  }
  return values;
}

std::optional<double> SpeedOf(const RunGroup& group) {
  double tokens = 0, seconds = 0;
  for (const RunRecord* run : group.runs) {
    tokens += static_cast<double>(run->tokens);
    seconds += run->environment.wall_seconds;
  }
  return seconds > 0 ? std::optional(tokens / seconds) : std::nullopt;
}

}  // namespace costcheck
