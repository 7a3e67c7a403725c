#include "verify/experiments/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "costmodel/algebra/error.h"
#include "statistics/sample.h"
#include "verify/experiments/check_arms.h"
#include "verify/experiments/decision.h"
#include "verify/experiments/plan.h"

namespace costcheck {
namespace {

double RateOf(const RunSettings& settings) {
  COSTCHECK_CHECK(settings.size() == 1);
  return std::get<double>(settings.front().second);
}

/// By the seed's place.
double ValueAt(const ArmValues& values, std::uint64_t seed) {
  const auto at = std::lower_bound(values.seeds.begin(), values.seeds.end(), seed);
  COSTCHECK_CHECK(at != values.seeds.end() && *at == seed);
  return values.values[static_cast<std::size_t>(at - values.seeds.begin())];
}

class Decider {
 public:
  Decider(const ExperimentSpec& spec, const DecisionSpec& decision,
          std::span<const RunRecord> records)
      : spec_(spec), decision_(decision), records_(RunsOf(spec, records)) {}

  DecisionOutcome Decide() {
    outcome_.rule = RuleText(decision_);
    for (const std::string& name : ArmsOf(decision_)) {
      if (!AddArm(*FindArm(spec_, name))) {
        return Inconclusive(fmt::format("There are no runs of '{}'.", name));
      }
    }
    FindPairs();
    if (outcome_.seeds.empty()) return Inconclusive("No seed ran in all arms.");
    GatherAlarms();
    if (const auto reason = NotFinite()) return Inconclusive(*reason);
    outcome_.comparison = Compare();
    outcome_.finding = Conclude(*outcome_.comparison);
    if (!outcome_.alarms.empty()) ApplyAlarms();
    return outcome_;
  }

 private:
  DecisionOutcome Inconclusive(const std::string& reason) {
    outcome_.finding = {Conclusion::kInconclusive, reason};
    return outcome_;
  }

  std::vector<RunRecord> RecordsOfArm(const std::string& name) const {
    std::vector<RunRecord> found;
    std::copy_if(records_.begin(), records_.end(), std::back_inserter(found),
                 [&](const RunRecord& record) { return record.arm == name; });
    return found;
  }

  /// False where it has no runs.
  bool AddArm(const ArmSpec& arm) {
    const std::vector<RunRecord> records = RecordsOfArm(arm.name);
    if (records.empty()) return false;
    const std::vector<ArmChoice> choices = ChooseSettings(records, decision_.tune);
    COSTCHECK_CHECK(choices.size() == 1);
    const ArmChoice& choice = choices.front();
    ArmOutcome outcome{arm.name, RateOf(choice.best.settings), choice.tried, {}};
    for (const ArmValues& values : Summarize(records, decision_.metric)) {
      if (values.settings == choice.best.settings) outcome.values = values;
    }
    AddNotes(arm, outcome);
    outcome_.arms.push_back(std::move(outcome));
    return true;
  }

  void AddNotes(const ArmSpec& arm, const ArmOutcome& outcome) {
    if (outcome.tried.size() < arm.rates.size()) {
      outcome_.notes.push_back(fmt::format("Of {} learning rates of '{}', {} ran.",
                                           arm.rates.size(), arm.name, outcome.tried.size()));
    }
    const bool at_end = outcome.rate == arm.rates.front() || outcome.rate == arm.rates.back();
    if (arm.rates.size() > 1 && at_end) {
      outcome_.notes.push_back(fmt::format(
          "The best learning rate of '{}', {:g}, is at the end of those tried: a better one may "
          "lie beyond.",
          arm.name, outcome.rate));
    }
  }

  void FindPairs() {
    outcome_.seeds = outcome_.arms.front().values.seeds;
    for (const ArmOutcome& arm : outcome_.arms) {
      std::vector<std::uint64_t> both;
      std::set_intersection(outcome_.seeds.begin(), outcome_.seeds.end(), arm.values.seeds.begin(),
                            arm.values.seeds.end(), std::back_inserter(both));
      outcome_.seeds = std::move(both);
    }
  }

  bool IsCompared(const RunRecord& record) const {
    return std::any_of(outcome_.arms.begin(), outcome_.arms.end(), [&](const ArmOutcome& arm) {
      return arm.arm == record.arm && arm.rate == RateOf(record.settings) &&
             std::binary_search(outcome_.seeds.begin(), outcome_.seeds.end(), record.seed);
    });
  }

  void GatherAlarms() {
    std::set<std::string> alarms;
    for (const RunRecord& record : records_) {
      if (!IsCompared(record)) continue;
      for (const std::string& alarm : record.alarms) {
        alarms.insert(fmt::format("{}, {}, seed {}: {}", record.arm, SettingsText(record.settings),
                                  record.seed, alarm));
        alarmed_.emplace(record.arm, record.seed);
      }
    }
    outcome_.alarms.assign(alarms.begin(), alarms.end());
  }

  std::optional<std::string> NotFinite() const {
    for (const ArmOutcome& arm : outcome_.arms) {
      for (const std::uint64_t seed : outcome_.seeds) {
        const double value = ValueAt(arm.values, seed);
        if (std::isfinite(value)) continue;
        return fmt::format("{} of '{}' at seed {} is {}.", decision_.metric, arm.arm, seed, value);
      }
    }
    return std::nullopt;
  }

  std::vector<double> Paired(std::size_t arm) const {
    std::vector<double> values;
    for (const std::uint64_t seed : outcome_.seeds) {
      values.push_back(ValueAt(outcome_.arms[arm].values, seed));
    }
    return values;
  }

  /// What changed from the arm at `first` to the one behind it.
  std::vector<double> ChangeFrom(std::size_t first) const {
    return Differences(Paired(first + 1), Paired(first));
  }

  PairedComparison Compare() const {
    const ComparisonRule rule = RuleOf(decision_);
    if (outcome_.arms.size() == 2) return ComparePairs(Paired(1), Paired(0), rule);
    return ComparePairs(ChangeFrom(0), ChangeFrom(2), rule);
  }

  void ApplyAlarms() {
    const std::size_t runs = outcome_.arms.size() * outcome_.seeds.size();
    outcome_.finding = {
        Conclusion::kInconclusive,
        fmt::format("{} of the {} runs compared have an alarm; without it: {}, as {}",
                    alarmed_.size(), runs, ConclusionName(outcome_.finding.conclusion),
                    outcome_.finding.reason)};
  }

  const ExperimentSpec& spec_;
  const DecisionSpec& decision_;
  std::vector<RunRecord> records_;
  std::set<std::pair<std::string, std::uint64_t>> alarmed_;
  DecisionOutcome outcome_;
};

}  // namespace

std::vector<RunRecord> RunsOf(const ExperimentSpec& spec, std::span<const RunRecord> records) {
  std::vector<RunRecord> runs;
  for (std::size_t arm = 0; arm < spec.arms.size(); ++arm) {
    RunRecord wanted = RecordOf(spec, {arm, 1, spec.arms[arm].rates.front()});
    for (const RunRecord& record : records) {
      if (record.arm != wanted.arm || record.settings.size() != 1) continue;
      const auto* rate = std::get_if<double>(&record.settings.front().second);
      const std::vector<double>& rates = spec.arms[arm].rates;
      if (rate == nullptr || std::find(rates.begin(), rates.end(), *rate) == rates.end()) continue;
      wanted.seed = record.seed;
      wanted.settings = {{"rate", *rate}};
      if (ConfigurationHash(record) == ConfigurationHash(wanted)) runs.push_back(record);
    }
  }
  return runs;
}

DecisionOutcome Decide(const ExperimentSpec& spec, const DecisionSpec& decision,
                       std::span<const RunRecord> records) {
  return Decider(spec, decision, records).Decide();
}

}  // namespace costcheck
