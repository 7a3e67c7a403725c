#include "cli/comparison_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "cli/command.h"
#include "cli/run_groups.h"
#include "costmodel/algebra/error.h"
#include "statistics/summary.h"
#include "verify/experiments/decision.h"

namespace costcheck {
namespace {

/// By the seeds of the pairs.
std::vector<double> PairedValues(const ArmValues& values, const DecisionOutcome& outcome) {
  std::vector<double> paired;
  for (std::size_t i = 0; i < values.seeds.size(); ++i) {
    const bool is_pair =
        std::binary_search(outcome.seeds.begin(), outcome.seeds.end(), values.seeds[i]);
    if (is_pair) paired.push_back(values.values[i]);
  }
  return paired;
}

/// Of challenger to baseline, over the pairs.
std::optional<double> MedianRatio(const DecisionOutcome& outcome) {
  if (!outcome.comparison || outcome.arms.size() != 2) return std::nullopt;
  const std::vector<double> baseline = PairedValues(outcome.arms[0].values, outcome);
  std::vector<double> ratios = PairedValues(outcome.arms[1].values, outcome);
  for (std::size_t i = 0; i < ratios.size(); ++i) ratios[i] /= baseline[i];
  const bool finite =
      std::all_of(ratios.begin(), ratios.end(), [](double ratio) { return std::isfinite(ratio); });
  return finite ? std::optional(Median(ratios)) : std::nullopt;
}

std::optional<double> RatioOfMeans(const DecisionOutcome& outcome) {
  if (!outcome.comparison || outcome.arms.size() != 2) return std::nullopt;
  return outcome.comparison->mean_a / outcome.comparison->mean_b;
}

std::string TriedText(const ArmOutcome& arm) {
  std::string text;
  for (const TriedSettings& tried : arm.tried) {
    const double rate = std::get<double>(tried.settings.front().second);
    text += fmt::format("{}{:g} ({:.4f})", text.empty() ? "" : ", ", rate, tried.mean);
  }
  return text;
}

/// Alarms of one kind fill pages: the first few, and how many more there are.
void AddAlarms(const std::vector<std::string>& alarms, std::vector<std::string>& notes) {
  constexpr std::size_t kShown = 3;
  for (std::size_t i = 0; i < std::min(kShown, alarms.size()); ++i) {
    notes.push_back("Alarm: " + alarms[i]);
  }
  if (alarms.size() <= kShown) return;
  notes.push_back(fmt::format("{} more alarms.", alarms.size() - kShown));
}

/// The question, the answer and its reason, how rates were chosen, and the first few alarms.
std::vector<std::string> NotesOn(std::size_t number, const DecisionSpec& decision,
                                 const DecisionOutcome& outcome) {
  std::vector<std::string> notes = {
      fmt::format("Decision {}: {} {}: {}", number, QuestionText(decision),
                  ConclusionName(outcome.finding.conclusion), outcome.finding.reason)};
  for (const ArmOutcome& arm : outcome.arms) {
    if (arm.tried.size() > 1) {
      notes.push_back(fmt::format("Arm '{}': learning rate {:g} is the best of {} by mean {}.",
                                  arm.arm, arm.rate, TriedText(arm), decision.tune));
    }
  }
  notes.insert(notes.end(), outcome.notes.begin(), outcome.notes.end());
  AddAlarms(outcome.alarms, notes);
  return notes;
}

/// What decisions have in common is said once.
void AddOnce(std::string note, std::vector<std::string>& notes) {
  if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(std::move(note));
}

bool IsOfChanges(const DecisionSpec& decision) { return !decision.beside_baseline.empty(); }

constexpr const char* kComparisonKeys[] = {"experiment",      "form",
                                           "baseline",        "challenger",
                                           "beside_baseline", "beside_challenger",
                                           "metric",          "pairs",
                                           "mean_difference", "lower",
                                           "upper",           "level",
                                           "ratio",           "median_ratio",
                                           "p_value",         "test",
                                           "effect_size",     "smallest_resolvable",
                                           "alarms",          "verdict",
                                           "reason",          "rule"};

/// Of a decision's fields, the ends of its interval among them.
Cell CellAt(const std::map<std::string, Value>& fields, const std::string& name) {
  if (const auto found = fields.find(name); found != fields.end()) {
    return std::get<Cell>(found->second);
  }
  const auto* bounds = std::get_if<std::vector<Cell>>(&fields.at("interval"));
  return bounds == nullptr ? Cell() : (*bounds)[name == "lower" ? 0 : 1];
}

Value IntervalValue(const PairedComparison& made) {
  if (!made.interval) return Cell();
  return std::vector<Cell>{made.interval->lower, made.interval->upper};
}

Cell NameCell(const std::string& name) { return name.empty() ? Cell() : Cell(name); }

}  // namespace

Fields FieldsOf(const ExperimentSpec& spec, const DecisionSpec& decision,
                const DecisionOutcome& outcome) {
  const auto& made = outcome.comparison;
  Fields fields = {{"experiment", Cell(spec.name)}, {"form", Cell(spec.form)}};
  const auto add = [&](const char* name, Value value) {
    fields.emplace_back(name, std::move(value));
  };
  add("baseline", Cell(decision.baseline));
  add("challenger", Cell(decision.challenger));
  add("beside_baseline", NameCell(decision.beside_baseline));
  add("beside_challenger", NameCell(decision.beside_challenger));
  add("metric", Cell(decision.metric));
  add("pairs", Cell(Integer(made ? made->pairs : 0)));
  add("mean_difference", made ? CellOf(made->mean_difference) : Cell());
  add("interval", made ? IntervalValue(*made) : Value(Cell()));
  add("level", Cell(decision.level));
  add("ratio", CellOf(RatioOfMeans(outcome)));
  add("median_ratio", CellOf(MedianRatio(outcome)));
  add("p_value", made ? CellOf(made->p) : Cell());
  add("test", Cell(decision.test));
  add("effect_size", made && made->effect ? CellOf(made->effect->g) : Cell());
  add("smallest_resolvable", made ? CellOf(made->smallest_resolvable) : Cell());
  add("alarms", Cell(Integer(outcome.alarms.size())));
  add("verdict", Cell(std::string(ConclusionName(outcome.finding.conclusion))));
  add("reason", Cell(outcome.finding.reason));
  add("rule", Cell(outcome.rule));
  return fields;
}

Table ComparisonsTable(const std::vector<Fields>& decisions) {
  Table table;
  for (const char* name : kComparisonKeys) table.columns.push_back({name, ""});
  for (const Fields& fields : decisions) {
    const std::map<std::string, Value> by_name(fields.begin(), fields.end());
    std::vector<Cell> row;
    for (const char* name : kComparisonKeys) row.push_back(CellAt(by_name, name));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table DecisionsTable(const ExperimentSpec& spec, const std::vector<DecisionOutcome>& outcomes) {
  COSTCHECK_CHECK(outcomes.size() == spec.decisions.size());
  const bool of_changes = std::any_of(spec.decisions.begin(), spec.decisions.end(), IsOfChanges);
  Table table;
  table.title = "Decisions, by the rules of the experiment's file";
  table.columns = {{"quantity", ""}};
  for (const char* name : kComparisonKeys) {
    const std::string_view key = name;
    const bool said_elsewhere =
        key == "experiment" || key == "form" || key == "reason" || key == "rule";
    if (said_elsewhere || (key.starts_with("beside_") && !of_changes)) continue;
    table.rows.push_back({std::string(key == "lower"   ? "interval, from"
                                      : key == "upper" ? "interval, to"
                                                       : key)});
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      const Fields fields = FieldsOf(spec, spec.decisions[i], outcomes[i]);
      table.rows.back().push_back(CellAt({fields.begin(), fields.end()}, name));
    }
  }
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    table.columns.push_back({fmt::format("decision {}", i + 1), ""});
    for (std::string& note : NotesOn(i + 1, spec.decisions[i], outcomes[i])) {
      AddOnce(std::move(note), table.notes);
    }
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

}  // namespace costcheck
