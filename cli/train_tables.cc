#include "cli/train_tables.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/comparison_tables.h"
#include "cli/run_groups.h"
#include "verify/train/result.h"

namespace costcheck {
namespace {

Table RunsTable(const ExperimentSpec& spec, std::span<const RunRecord> records) {
  Table table;
  table.command = "verify train";
  table.title = spec.title;
  table.columns = {{"experiment", ""}, {"form", ""},  {"arm", ""},    {"seed", ""},
                   {"rate", ""},       {"steps", ""}, {"metric", ""}, {"value", ""}};
  for (const RunRecord& record : records) {
    const auto add = [&](std::string metric, Cell value) {
      table.rows.push_back({record.experiment, record.form, record.arm, Integer(record.seed),
                            RateOf(record), Integer(record.steps), std::move(metric),
                            std::move(value)});
    };
    for (const std::string_view name : kMetricNames) {
      const auto found = record.results.find(std::string(name));
      if (found != record.results.end()) add(found->first, CellOf(found->second));
    }
    add("tokens_per_s", CellOf(SpeedOf(record)));
  }
  return table;
}

std::optional<double> MeanOf(const RunGroup& group, std::string_view metric) {
  const auto values = ValuesOf(group, metric);
  if (!values) return std::nullopt;
  return std::accumulate(values->begin(), values->end(), 0.0) / static_cast<double>(values->size());
}

/// Means over seeds, for people: of the losses, errors and ratios those that the runs have.
Table ArmsTable(const ExperimentSpec& spec, std::span<const RunRecord> records) {
  const std::vector<RunGroup> groups = GroupsOf(records);
  Table table;
  table.title = spec.title;
  table.columns = {{"arm", ""}, {"rate", ""}, {"seeds", ""}, {"steps", ""}};
  std::vector<std::string_view> shown;
  for (const std::string_view name : kShownMetrics) {
    if (!groups.empty() && MeanOf(groups.front(), name)) shown.push_back(name);
  }
  for (const std::string_view name : shown) table.columns.push_back({std::string(name), ""});
  table.columns.push_back({"tokens_per_s", ""});
  table.columns.push_back({"alarmed", "", "alarmed runs"});
  for (const RunGroup& group : groups) {
    std::vector<Cell> row = {group.arm, group.rate, Integer(group.runs.size()),
                             Integer(group.runs.front()->steps)};
    for (const std::string_view name : shown) row.push_back(CellOf(MeanOf(group, name)));
    row.push_back(Integer(std::llround(SpeedOf(group).value_or(0))));
    row.push_back(Integer(AlarmedRuns(group)));
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

TrainReport MakeTrainReport(const ExperimentSpec& spec, std::size_t planned,
                            std::span<const RunRecord> records, std::span<const RunRecord> whole) {
  TrainReport report;
  Document& document = report.document;
  document.main = RunsTable(spec, records);
  std::vector<std::string>& notes = document.main.notes;
  Table arms = ArmsTable(spec, whole);
  if (whole.size() < planned) {
    notes.push_back(fmt::format("{} of {} runs are recorded; decisions are made when all are.",
                                whole.size(), planned));
    arms.notes = notes;
    document.for_people = {arms};
    return report;
  }
  std::vector<DecisionOutcome> outcomes;
  std::vector<Fields> decisions;
  for (const DecisionSpec& decision : spec.decisions) {
    outcomes.push_back(Decide(spec, decision, whole));
    decisions.push_back(FieldsOf(spec, decision, outcomes.back()));
  }
  document.for_people = {std::move(arms)};
  if (!decisions.empty()) {
    Table shown = DecisionsTable(spec, outcomes);
    notes = shown.notes;
    document.for_people.push_back(std::move(shown));
    document.main.extras.emplace_back("comparison", decisions.front());
    document.more_data.emplace_back("comparisons", ComparisonsTable(decisions));
  }
  report.exit_status = StatusOf(outcomes);
  return report;
}

}  // namespace costcheck
