#include "cli/train_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "verify/experiments/comparison.h"
#include "verify/experiments/decision.h"
#include "verify/train/result.h"

namespace costcheck {
namespace {

double RateOf(const RunRecord& record) {
  for (const auto& [name, value] : record.settings) {
    if (name == "rate") return std::get<double>(value);
  }
  return 0;
}

/// Not a number and infinities have no place in a table's data.
Cell CellOf(double value) { return std::isfinite(value) ? Cell(value) : Cell(); }

Cell CellOf(const std::optional<double>& value) { return value ? CellOf(*value) : Cell(); }

std::optional<double> SpeedOf(const RunRecord& record) {
  if (!(record.environment.wall_seconds > 0)) return std::nullopt;
  return static_cast<double>(record.tokens) / record.environment.wall_seconds;
}

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

constexpr std::string_view kShown[] = {"validation_loss",
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

/// Runs of one arm at one rate.
struct Group {
  std::string arm;
  double rate;
  std::vector<const RunRecord*> runs;
};

std::vector<Group> GroupsOf(std::span<const RunRecord> records) {
  std::vector<Group> groups;
  for (const RunRecord& record : records) {
    const double rate = RateOf(record);
    auto found = std::find_if(groups.begin(), groups.end(), [&](const Group& group) {
      return group.arm == record.arm && group.rate == rate;
    });
    if (found == groups.end()) found = groups.insert(found, {record.arm, rate, {}});
    found->runs.push_back(&record);
  }
  return groups;
}

std::optional<double> MeanOf(const Group& group, std::string_view metric) {
  double sum = 0;
  for (const RunRecord* run : group.runs) {
    const auto found = run->results.find(std::string(metric));
    if (found == run->results.end()) return std::nullopt;
    sum += found->second;
  }
  return sum / static_cast<double>(group.runs.size());
}

std::size_t AlarmedRuns(const Group& group) {
  return static_cast<std::size_t>(
      std::count_if(group.runs.begin(), group.runs.end(),
                    [](const RunRecord* run) { return !run->alarms.empty(); }));
}

double TokensPerSecond(const Group& group) {
  double tokens = 0, seconds = 0;
  for (const RunRecord* run : group.runs) {
    tokens += static_cast<double>(run->tokens);
    seconds += run->environment.wall_seconds;
  }
  return seconds > 0 ? tokens / seconds : 0;
}

/// Means over seeds, for people: of the losses, errors and ratios those that the runs have.
Table ArmsTable(const ExperimentSpec& spec, std::span<const RunRecord> records) {
  const std::vector<Group> groups = GroupsOf(records);
  Table table;
  table.title = spec.title;
  table.columns = {{"arm", ""}, {"rate", ""}, {"seeds", ""}, {"steps", ""}};
  std::vector<std::string_view> shown;
  for (const std::string_view name : kShown) {
    if (!groups.empty() && MeanOf(groups.front(), name)) shown.push_back(name);
  }
  for (const std::string_view name : shown) table.columns.push_back({std::string(name), ""});
  table.columns.push_back({"tokens_per_s", ""});
  table.columns.push_back({"alarmed", "", "alarmed runs"});
  for (const Group& group : groups) {
    std::vector<Cell> row = {group.arm, group.rate, Integer(group.runs.size()),
                             Integer(group.runs.front()->steps)};
    for (const std::string_view name : shown) row.push_back(CellOf(MeanOf(group, name)));
    row.push_back(Integer(std::llround(TokensPerSecond(group))));
    row.push_back(Integer(AlarmedRuns(group)));
    table.rows.push_back(std::move(row));
  }
  return table;
}

/// One decision under its names in JSON.
Fields FieldsOf(const DecisionSpec& decision, const DecisionOutcome& outcome) {
  const auto& made = outcome.comparison;
  const auto interval = made ? made->interval : std::nullopt;
  Fields fields = {{"baseline", Cell(decision.baseline)},
                   {"challenger", Cell(decision.challenger)},
                   {"metric", Cell(decision.metric)},
                   {"pairs", Cell(Integer(made ? made->pairs : 0))}};
  const auto add = [&](const char* name, Value value) {
    fields.emplace_back(name, std::move(value));
  };
  add("mean_difference", made ? CellOf(made->mean_difference) : Cell());
  add("interval",
      interval ? Value(std::vector<Cell>{interval->lower, interval->upper}) : Value(Cell()));
  add("level", Cell(decision.level));
  add("p_value", made ? CellOf(made->p) : Cell());
  add("test", Cell(decision.test));
  add("verdict", Cell(std::string(ConclusionName(outcome.finding.conclusion))));
  add("reason", Cell(outcome.finding.reason));
  add("rule", Cell(outcome.rule));
  return fields;
}

Table ComparisonsTable(const std::vector<Fields>& decisions) {
  Table table;
  table.title = "Decisions, by the rules of the experiment's file";
  for (const char* name : {"baseline", "challenger", "metric", "pairs", "mean_difference"}) {
    table.columns.push_back({name, ""});
  }
  table.columns.push_back({"lower", "", "from"});
  table.columns.push_back({"upper", "", "to"});
  for (const char* name : {"level", "p_value", "test", "verdict"}) {
    table.columns.push_back({name, ""});
  }
  for (const Fields& fields : decisions) {
    const std::map<std::string, Value> by_name(fields.begin(), fields.end());
    std::vector<Cell> row;
    for (const Column& column : table.columns) {
      const auto found = by_name.find(column.name);
      if (found != by_name.end()) {
        row.push_back(std::get<Cell>(found->second));
        continue;
      }
      const auto* bounds = std::get_if<std::vector<Cell>>(&by_name.at("interval"));
      row.push_back(bounds == nullptr ? Cell() : (*bounds)[column.name == "lower" ? 0 : 1]);
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

int StatusOf(const std::vector<DecisionOutcome>& outcomes) {
  int status = kExitHolds;
  for (const DecisionOutcome& outcome : outcomes) {
    const Conclusion conclusion = outcome.finding.conclusion;
    if (conclusion == Conclusion::kRefuted) return kExitFails;
    if (conclusion == Conclusion::kInconclusive) status = kExitCannotCheck;
  }
  return status;
}

std::vector<std::string> NotesOn(const DecisionOutcome& outcome) {
  std::vector<std::string> notes = {outcome.rule, outcome.finding.reason};
  for (const ArmOutcome& arm : outcome.arms) {
    if (arm.tried.size() > 1) {
      notes.push_back(fmt::format("Arm '{}': learning rate {:g} is the best of {}.", arm.arm,
                                  arm.rate, arm.tried.size()));
    }
  }
  notes.insert(notes.end(), outcome.notes.begin(), outcome.notes.end());
  return notes;
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
    decisions.push_back(FieldsOf(decision, outcomes.back()));
    for (std::string& note : NotesOn(outcomes.back())) notes.push_back(std::move(note));
  }
  document.for_people = {std::move(arms)};
  if (!decisions.empty()) {
    document.main.extras.emplace_back("comparison", decisions.front());
    Table comparisons = ComparisonsTable(decisions);
    comparisons.notes = notes;
    document.more.emplace_back("comparisons", std::move(comparisons));
  }
  report.exit_status = StatusOf(outcomes);
  return report;
}

}  // namespace costcheck
