#include "cli/compare_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/comparison_tables.h"
#include "cli/run_groups.h"
#include "costmodel/algebra/error.h"
#include "evidence/summary.h"
#include "statistics/summary.h"
#include "verify/experiments/decision.h"
#include "verify/train/result.h"

namespace costcheck {
namespace {

constexpr char kSpeed[] = "tokens_per_s";

/// By what an arm's rate is chosen: as its first decision says, or as decisions say by default.
std::string TuneOf(const ExperimentSpec& spec, const std::string& arm) {
  for (const DecisionSpec& decision : spec.decisions) {
    const std::vector<std::string> arms = ArmsOf(decision);
    if (std::find(arms.begin(), arms.end(), arm) != arms.end()) return decision.tune;
  }
  return DecisionSpec().tune;
}

/// The rate of an arm that was chosen; none while its rates have no seed in common.
std::optional<double> ChosenRate(const RecordedRuns& recorded, const std::string& arm) try {
  std::vector<RunRecord> runs;
  std::copy_if(recorded.runs.begin(), recorded.runs.end(), std::back_inserter(runs),
               [&](const RunRecord& run) { return run.arm == arm; });
  const std::vector<ArmChoice> choices = ChooseSettings(runs, TuneOf(recorded.spec, arm));
  COSTCHECK_CHECK(choices.size() == 1);
  const RunSettings& best = choices.front().best.settings;
  return best.empty() ? 0 : std::get<double>(best.front().second);
} catch (const CostError&) {
  return std::nullopt;
}

/// One arm at one rate.
struct ArmRuns {
  RunGroup group;
  bool chosen;
};

std::vector<ArmRuns> ArmsOf(const RecordedRuns& recorded) {
  std::map<std::string, std::optional<double>> rates;
  std::vector<ArmRuns> arms;
  for (RunGroup& group : GroupsOf(recorded.runs)) {
    const auto [at, inserted] = rates.try_emplace(group.arm);
    if (inserted) at->second = ChosenRate(recorded, group.arm);
    const bool chosen = at->second == group.rate;
    arms.push_back({std::move(group), chosen});
  }
  return arms;
}

/// Mean, median, least, greatest; nothing where one value is missing or not finite.
std::vector<Cell> FiguresOf(const std::optional<std::vector<double>>& values) {
  const bool finite = values && std::all_of(values->begin(), values->end(),
                                            [](double value) { return std::isfinite(value); });
  if (!finite) return std::vector<Cell>(4);
  const Summary summary = Summarize(*values);
  return {summary.mean, summary.median, summary.least, summary.greatest};
}

std::optional<std::vector<double>> Speeds(const RunGroup& group) {
  std::vector<double> speeds;
  for (const RunRecord* run : group.runs) {
    const auto speed = SpeedOf(*run);
    if (!speed || *speed == 0) return std::nullopt;
    speeds.push_back(*speed);
  }
  return speeds;
}

bool HasMetric(const RunGroup& group, std::string_view name) {
  return std::any_of(group.runs.begin(), group.runs.end(), [&](const RunRecord* run) {
    return run->results.count(std::string(name)) > 0;
  });
}

/// Each metric that a run of the group has, with its figures.
std::vector<std::pair<std::string, std::vector<Cell>>> MetricsOf(const RunGroup& group) {
  std::vector<std::pair<std::string, std::vector<Cell>>> metrics;
  for (const std::string_view name : kMetricNames) {
    if (HasMetric(group, name)) metrics.emplace_back(name, FiguresOf(ValuesOf(group, name)));
  }
  if (const auto speeds = Speeds(group)) metrics.emplace_back(kSpeed, FiguresOf(speeds));
  return metrics;
}

const std::vector<Column>& FigureColumns() {
  static const std::vector<Column> columns = {
      {"mean", ""}, {"median", ""}, {"least", ""}, {"greatest", ""}};
  return columns;
}

Cell RateCell(const RunGroup& group) {
  return group.runs.front()->settings.empty() ? Cell() : Cell(group.rate);
}

Table DataTable() {
  Table table;
  table.command = "verify compare";
  table.columns = {{"experiment", ""}, {"form", ""},  {"arm", ""},   {"rate", ""},
                   {"chosen", ""},     {"seeds", ""}, {"steps", ""}, {"metric", ""}};
  table.columns.insert(table.columns.end(), FigureColumns().begin(), FigureColumns().end());
  return table;
}

void AddData(const RecordedRuns& recorded, const std::vector<ArmRuns>& arms, Table& table) {
  for (const auto& [group, chosen] : arms) {
    for (auto& [metric, figures] : MetricsOf(group)) {
      std::vector<Cell> row = {recorded.spec.name,
                               recorded.spec.form,
                               group.arm,
                               RateCell(group),
                               chosen,
                               Integer(group.runs.size()),
                               Integer(group.runs.front()->steps),
                               metric};
      row.insert(row.end(), figures.begin(), figures.end());
      table.rows.push_back(std::move(row));
    }
  }
}

std::string TitleOf(const RecordedRuns& recorded) {
  const ExperimentSpec& spec = recorded.spec;
  const std::string title = fmt::format("{}, {}: {}", spec.name, spec.form, spec.title);
  if (!recorded.other_epochs) return title;
  return fmt::format("{}; here with {} epoch{}", title, spec.training.epochs,
                     spec.training.epochs == 1 ? "" : "s");
}

/// Metrics that follow from others, that say how much was run, or that are of one batch or epoch:
/// people see them where a decision is about them.
constexpr std::string_view kLeftOut[] = {"excess",          "perplexity",     "tokens",
                                         "step_flops",      "model_flops",    kSpeed,
                                         "last_batch_loss", "last_epoch_loss"};

bool IsShown(const ExperimentSpec& spec, std::string_view metric) {
  const bool decides =
      std::any_of(spec.decisions.begin(), spec.decisions.end(),
                  [&](const DecisionSpec& decision) { return decision.metric == metric; });
  return decides ||
         std::find(std::begin(kLeftOut), std::end(kLeftOut), metric) == std::end(kLeftOut);
}

/// "costcheck 0.1.0, LibTorch 1.13.1, OpenBLAS 0.3.21, Haswell/AVX2, 1 thread, float32, cpu".
std::string EnvironmentText(const RunEnvironment& environment) {
  const std::size_t name = environment.blas.find(' ');
  const std::size_t version =
      name == std::string::npos ? name : environment.blas.find(' ', name + 1);
  return fmt::format("costcheck {}, LibTorch {}, {}, {}, {} thread{}, {}, {}", environment.code,
                     environment.libtorch, environment.blas.substr(0, version), environment.core,
                     environment.threads, environment.threads == 1 ? "" : "s",
                     environment.precision, environment.device);
}

std::vector<std::string> EnvironmentNotes(const RecordedRuns& recorded) {
  std::map<std::string, std::size_t> counts;
  for (const RunRecord& run : recorded.runs) ++counts[EnvironmentText(run.environment)];
  std::vector<std::string> notes;
  for (const auto& [text, count] : counts) {
    notes.push_back(fmt::format("{} run{} with {}.", count, count == 1 ? "" : "s", text));
  }
  return notes;
}

/// The arms at the rates chosen for them, and what is missing.
Table ArmsTable(const RecordedRuns& recorded, const std::vector<ArmRuns>& arms) {
  Table table;
  table.title = TitleOf(recorded);
  table.notes = MissingTexts(recorded);
  if (arms.empty()) return table;
  table.columns = {{"arm", ""}, {"rate", ""}, {"seeds", ""}, {"metric", ""}};
  table.columns.insert(table.columns.end(), FigureColumns().begin(), FigureColumns().end());
  for (const auto& [group, chosen] : arms) {
    if (!chosen) continue;
    for (auto& [metric, figures] : MetricsOf(group)) {
      if (!IsShown(recorded.spec, metric)) continue;
      std::vector<Cell> row = {group.arm, RateCell(group), Integer(group.runs.size()), metric};
      row.insert(row.end(), figures.begin(), figures.end());
      table.rows.push_back(std::move(row));
    }
  }
  for (const auto& [group, chosen] : arms) {
    const std::size_t alarmed = chosen ? AlarmedRuns(group) : 0;
    if (alarmed == 0) continue;
    table.notes.push_back(fmt::format("Arm '{}': {} of {} runs have an alarm.", group.arm, alarmed,
                                      group.runs.size()));
  }
  for (std::string& note : EnvironmentNotes(recorded)) table.notes.push_back(std::move(note));
  return table;
}

class Report {
 public:
  void Add(const RecordedRuns& recorded) {
    const std::vector<ArmRuns> arms = ArmsOf(recorded);
    AddData(recorded, arms, data_);
    Show(recorded, ArmsTable(recorded, arms));
    missing_ = missing_ || !recorded.missing.empty();
    if (recorded.runs.empty() || recorded.spec.decisions.empty()) return;
    std::vector<DecisionOutcome> outcomes;
    for (const DecisionSpec& decision : recorded.spec.decisions) {
      outcomes.push_back(DecideRecorded(recorded, decision));
      decisions_.push_back(FieldsOf(recorded.spec, decision, outcomes.back()));
    }
    Show(recorded, DecisionsTable(recorded.spec, outcomes));
    std::move(outcomes.begin(), outcomes.end(), std::back_inserter(outcomes_));
  }

  CompareReport Take() {
    CompareReport report;
    if (!decisions_.empty()) data_.extras.emplace_back("comparison", decisions_.front());
    report.document.main = std::move(data_);
    report.document.for_people = std::move(shown_);
    report.document.more_data.emplace_back("comparisons", ComparisonsTable(decisions_));
    report.exit_status = StatusOf(outcomes_);
    if (missing_ && report.exit_status == kExitHolds) report.exit_status = kExitCannotCheck;
    return report;
  }

 private:
  void Show(const RecordedRuns& recorded, Table table) {
    for (const std::string& note : table.notes) {
      data_.notes.push_back(
          fmt::format("{}, {}: {}", recorded.spec.name, recorded.spec.form, note));
    }
    shown_.push_back(std::move(table));
  }

  Table data_ = DataTable();
  std::vector<Table> shown_;
  std::vector<Fields> decisions_;
  std::vector<DecisionOutcome> outcomes_;
  bool missing_ = false;
};

}  // namespace

CompareReport MakeCompareReport(std::span<const RecordedRuns> experiments) {
  Report report;
  for (const RecordedRuns& recorded : experiments) report.Add(recorded);
  return report.Take();
}

}  // namespace costcheck
