#include "claims/experiment_runs.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "claims/figure_text.h"
#include "costmodel/algebra/error.h"
#include "evidence/summary.h"

namespace costcheck {
namespace {

using Records = std::vector<RunRecord>;

/// Alarms after which a run says nothing; the others are facts about it.
constexpr std::string_view kBreaking[] = {"divergence", "not_a_number"};

Records RecordsOf(const ClaimExperiment& experiment, const std::string& arm,
                  std::span<const RunRecord> records) {
  Records found;
  std::copy_if(records.begin(), records.end(), std::back_inserter(found),
               [&](const RunRecord& record) {
                 return record.experiment == experiment.name && record.form == experiment.form &&
                        record.arm == arm;
               });
  return found;
}

void CheckMetric(const Records& records, const std::string& metric) {
  std::set<std::string> names;
  for (const RunRecord& record : records) {
    for (const auto& [name, value] : record.results) names.insert(name);
  }
  if (names.count(metric) > 0) return;
  throw CostError("no run of " + records.front().experiment + ", " + records.front().form +
                  ", arm " + records.front().arm + " has a metric '" + metric + "'" +
                  DidYouMean(metric, {names.begin(), names.end()}));
}

/// The records with one setting, the one that is chosen.
struct ChosenArm {
  Records records;
  ArmValues values;
  bool tuned = false;
};

ChosenArm Choose(const Records& records, const ClaimExperiment& experiment) {
  CheckMetric(records, experiment.metric);
  ChosenArm chosen;
  std::vector<ArmValues> groups = Summarize(records, experiment.metric);
  chosen.tuned = groups.size() > 1;
  if (chosen.tuned && experiment.tune.empty()) {
    throw CostError("arm " + records.front().arm + " ran with " + std::to_string(groups.size()) +
                    " settings; say with 'tune' by which metric they are chosen");
  }
  RunSettings best = groups.front().settings;
  if (chosen.tuned) {
    CheckMetric(records, experiment.tune);
    best = ChooseSettings(records, experiment.tune).front().best.settings;
  }
  const std::string wanted = SettingsJson(best);
  for (ArmValues& group : groups) {
    if (SettingsJson(group.settings) == wanted) chosen.values = std::move(group);
  }
  for (const RunRecord& record : records) {
    if (SettingsJson(record.settings) == wanted) chosen.records.push_back(record);
  }
  return chosen;
}

double ValueAt(const ArmValues& values, std::uint64_t seed) {
  const auto at = std::lower_bound(values.seeds.begin(), values.seeds.end(), seed);
  return values.values[static_cast<std::size_t>(at - values.seeds.begin())];
}

/// What all arms of one comparison have in common.
std::string CommonPart(const RunRecord& record) {
  const auto configuration = nlohmann::json::parse(record.configuration);
  std::string text;
  for (const char* part : {"training", "corpus"}) {
    const auto found = configuration.find(part);
    if (found != configuration.end()) text += found->dump();
  }
  return text;
}

std::string Objection(const std::vector<ChosenArm>& arms) {
  for (const ChosenArm& arm : arms) {
    for (const RunRecord& record : arm.records) {
      if (record.configuration == arm.records.front().configuration) continue;
      return "The runs of arm " + record.arm + " have several configurations.";
    }
  }
  if (arms.size() == 2 &&
      CommonPart(arms[0].records.front()) != CommonPart(arms[1].records.front())) {
    return "The runs of the two arms differ in their training or corpus.";
  }
  return "";
}

std::string NotFinite(const ExperimentRuns& runs, const ClaimExperiment& experiment) {
  for (const auto& [arm, values] :
       {std::pair(&experiment.arm, &runs.arm), std::pair(&experiment.baseline, &runs.baseline)}) {
    for (std::size_t i = 0; i < values->size(); ++i) {
      if (std::isfinite((*values)[i])) continue;
      return experiment.metric + " of arm " + *arm + " at seed " + std::to_string(runs.seeds[i]) +
             " is missing or no finite number.";
    }
  }
  return "";
}

void GatherAlarms(const std::vector<ChosenArm>& arms, ExperimentRuns& runs) {
  std::map<std::string, std::size_t> counts;
  std::set<std::pair<std::string, std::uint64_t>> seen;
  for (const ChosenArm& arm : arms) {
    for (const RunRecord& record : arm.records) {
      if (!std::binary_search(runs.seeds.begin(), runs.seeds.end(), record.seed) ||
          !seen.emplace(record.arm, record.seed).second) {
        continue;
      }
      for (const std::string& alarm : record.alarms) ++counts[alarm.substr(0, alarm.find(':'))];
    }
  }
  for (const auto& [name, count] : counts) {
    runs.alarms.push_back(name + " on " + std::to_string(count) + " of " +
                          std::to_string(seen.size()) + " runs");
    for (const std::string_view breaking : kBreaking) runs.broken |= name == breaking;
  }
}

void FindSeeds(const std::vector<ChosenArm>& arms, ExperimentRuns& runs) {
  runs.seeds = arms.front().values.seeds;
  for (const ChosenArm& arm : arms) {
    std::erase_if(runs.seeds, [&arm](std::uint64_t seed) {
      return !std::binary_search(arm.values.seeds.begin(), arm.values.seeds.end(), seed);
    });
  }
  for (const std::uint64_t seed : runs.seeds) {
    runs.arm.push_back(ValueAt(arms.front().values, seed));
    if (arms.size() == 2) runs.baseline.push_back(ValueAt(arms.back().values, seed));
  }
}

std::string SettingsOf(const std::vector<ChosenArm>& arms) {
  std::vector<std::string> words;
  for (const ChosenArm& arm : arms) {
    if (arm.tuned) words.push_back(arm.values.arm + " at " + SettingsText(arm.values.settings));
  }
  return ListText(words);
}

}  // namespace

ExperimentRuns FindExperimentRuns(const ClaimExperiment& experiment,
                                  std::span<const RunRecord> records) {
  ExperimentRuns runs;
  std::vector<ChosenArm> arms;
  for (const std::string& arm : {experiment.arm, experiment.baseline}) {
    if (arm.empty()) continue;
    const Records found = RecordsOf(experiment, arm, records);
    if (found.empty()) {
      runs.missing = "No runs are recorded of " + experiment.name + ", " + experiment.form +
                     ", arm " + arm + ".";
      return runs;
    }
    arms.push_back(Choose(found, experiment));
  }
  FindSeeds(arms, runs);
  runs.settings = SettingsOf(arms);
  GatherAlarms(arms, runs);
  runs.unfit = Objection(arms);
  if (runs.unfit.empty()) runs.unfit = NotFinite(runs, experiment);
  return runs;
}

}  // namespace costcheck
