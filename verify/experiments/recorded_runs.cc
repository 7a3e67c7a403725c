#include "verify/experiments/recorded_runs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "costmodel/algebra/error.h"
#include "verify/experiments/decision.h"

namespace costcheck {
namespace {

using Json = nlohmann::json;

/// The runs of a plan as they are recorded, without results. What an arm's runs have in common is
/// found once.
class PlannedRecords {
 public:
  explicit PlannedRecords(const ExperimentSpec& spec) : spec_(spec) {}

  const RunRecord& Of(const PlannedRun& run) {
    const auto [at, inserted] = of_arms_.try_emplace(run.arm);
    if (inserted) at->second = RecordOf(spec_, run);
    RunRecord& record = at->second;
    record.seed = run.seed;
    if (!record.settings.empty()) record.settings = {{"rate", run.rate}};
    return record;
  }

 private:
  const ExperimentSpec& spec_;
  std::map<std::size_t, RunRecord> of_arms_;
};

RecordedRuns Find(ExperimentSpec spec, const KeyedRuns& evidence) {
  RecordedRuns found;
  found.spec = std::move(spec);
  PlannedRecords planned(found.spec);
  for (const PlannedRun& run : PlanOf(found.spec)) {
    const std::string key = ConfigurationHash(planned.Of(run));
    const auto at = evidence.find(key);
    if (at == evidence.end()) {
      found.missing.push_back(run);
    } else {
      found.runs.push_back(at->second.record);
      found.keys.push_back(key);
    }
  }
  return found;
}

/// None where the configuration states none: of a timed shape, or of another program.
std::optional<std::int64_t> EpochsOf(const RunRecord& record) {
  const Json configuration = Json::parse(record.configuration);
  const auto training = configuration.find("training");
  if (training == configuration.end() || !training->is_object()) return std::nullopt;
  const auto epochs = training->find("epochs");
  if (epochs == training->end() || !epochs->is_number_integer()) return std::nullopt;
  return epochs->get<std::int64_t>();
}

std::set<std::int64_t> OtherEpochs(const ExperimentSpec& spec, const KeyedRuns& evidence) {
  std::set<std::int64_t> all;
  for (const auto& [key, run] : evidence) {
    if (run.record.experiment != spec.name || run.record.form != spec.form) continue;
    const auto epochs = EpochsOf(run.record);
    if (epochs && *epochs >= 1 && *epochs != spec.training.epochs) all.insert(*epochs);
  }
  return all;
}

/// The experiment with so many epochs; none where that contradicts its other settings.
std::optional<ExperimentSpec> WithEpochs(const ExperimentSpec& spec, std::int64_t epochs) try {
  return WithOverrides(spec, {.seeds = {}, .epochs = epochs, .arms = {}});
} catch (const CostError&) {
  return std::nullopt;
}

/// "3, 8 to 9" of ascending seeds.
std::string SeedsText(const std::set<std::uint64_t>& seeds) {
  std::vector<std::string> texts;
  for (auto at = seeds.begin(); at != seeds.end();) {
    const std::uint64_t first = *at;
    std::uint64_t last = first;
    while (++at != seeds.end() && *at == last + 1) last = *at;
    texts.push_back(first == last ? fmt::format("{}", first)
                                  : fmt::format("{} to {}", first, last));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string ArmName(const ExperimentSpec& spec, std::size_t arm) {
  if (spec.timing) return RecordOf(spec, {arm, 1, 0}).arm;
  return spec.arms[arm].name;
}

/// Of one arm the seeds that are missing, by rate.
using MissingSeeds = std::map<double, std::set<std::uint64_t>>;

void AddTexts(const ExperimentSpec& spec, std::size_t arm, const MissingSeeds& missing,
              std::vector<std::string>& texts) {
  const std::string name = ArmName(spec, arm);
  const auto counts = [&](const std::set<std::uint64_t>& seeds) {
    return fmt::format("{} of {} seeds; missing {}.",
                       spec.seeds - static_cast<std::int64_t>(seeds.size()), spec.seeds,
                       SeedsText(seeds));
  };
  const std::size_t rates = spec.timing ? 1 : spec.arms[arm].rates.size();
  const auto& first = missing.begin()->second;
  const bool alike = missing.size() == rates &&
                     std::all_of(missing.begin(), missing.end(),
                                 [&](const auto& at_rate) { return at_rate.second == first; });
  if (alike) {
    const std::string each = rates > 1 ? fmt::format(" at each of {} rates", rates) : "";
    texts.push_back(fmt::format("Arm '{}'{}: {}", name, each, counts(first)));
    return;
  }
  for (const auto& [rate, seeds] : missing) {
    texts.push_back(fmt::format("Arm '{}', rate {:g}: {}", name, rate, counts(seeds)));
  }
}

std::size_t MissingOf(const RecordedRuns& recorded, const std::vector<std::string>& arms) {
  return static_cast<std::size_t>(
      std::count_if(recorded.missing.begin(), recorded.missing.end(), [&](const PlannedRun& run) {
        const std::string name = ArmName(recorded.spec, run.arm);
        return std::find(arms.begin(), arms.end(), name) != arms.end();
      }));
}

/// Rates that no seed has in common cannot be compared yet: no error while runs are missing.
DecisionOutcome DecideSoFar(const RecordedRuns& recorded, const DecisionSpec& decision) try {
  return Decide(recorded.spec, decision, recorded.runs);
} catch (const CostError& error) {
  DecisionOutcome outcome;
  outcome.rule = RuleText(decision);
  outcome.finding = {Conclusion::kInconclusive, error.what()};
  return outcome;
}

}  // namespace

std::vector<RecordedRuns> FindRecordedRuns(const ExperimentSpec& spec, const KeyedRuns& evidence) {
  std::vector<RecordedRuns> all = {Find(spec, evidence)};
  for (const std::int64_t epochs : OtherEpochs(spec, evidence)) {
    const auto other = WithEpochs(spec, epochs);
    if (!other) continue;
    RecordedRuns found = Find(*other, evidence);
    found.other_epochs = true;
    if (!found.runs.empty()) all.push_back(std::move(found));
  }
  if (all.size() > 1 && all.front().runs.empty()) all.erase(all.begin());
  return all;
}

std::vector<std::string> MissingTexts(const RecordedRuns& recorded) {
  if (recorded.runs.empty()) return {"No runs are recorded yet."};
  std::map<std::size_t, MissingSeeds> missing;
  for (const PlannedRun& run : recorded.missing) missing[run.arm][run.rate].insert(run.seed);
  std::vector<std::string> texts;
  for (const auto& [arm, seeds] : missing) AddTexts(recorded.spec, arm, seeds, texts);
  return texts;
}

DecisionOutcome DecideRecorded(const RecordedRuns& recorded, const DecisionSpec& decision) {
  const std::vector<std::string> arms = ArmsOf(decision);
  const std::size_t missing = MissingOf(recorded, arms);
  if (missing == 0) return Decide(recorded.spec, decision, recorded.runs);
  DecisionOutcome outcome = DecideSoFar(recorded, decision);
  std::size_t planned = 0;
  for (const ArmSpec& arm : recorded.spec.arms) {
    const bool compared = std::find(arms.begin(), arms.end(), arm.name) != arms.end();
    if (compared) planned += arm.rates.size() * static_cast<std::size_t>(recorded.spec.seeds);
  }
  outcome.finding = {Conclusion::kInconclusive,
                     fmt::format("{} of the {} runs that are planned for it are missing; so far: "
                                 "{}, as {}",
                                 missing, planned, ConclusionName(outcome.finding.conclusion),
                                 outcome.finding.reason)};
  return outcome;
}

}  // namespace costcheck
