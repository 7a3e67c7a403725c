#include "evidence/summary.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

using Group = std::map<std::uint64_t, const RunRecord*>;  // by seed
/// By experiment, form, arm and settings.
using Groups = std::map<std::tuple<std::string, std::string, std::string, std::string>, Group>;

void CheckSame(const RunRecord& first, const RunRecord& second) {
  const char* what = nullptr;
  if (ConfigurationHash(first) != ConfigurationHash(second)) {
    what = "two configurations";
  } else if (ResultHash(first) != ResultHash(second)) {
    what = "two results";
  }
  if (what == nullptr) return;
  throw CostError(std::string("there are ") + what + " for one run: " + RunName(first) +
                  "; choose the records of one of them");
}

Groups GroupsOf(std::span<const RunRecord> records) {
  Groups groups;
  for (const RunRecord& run : records) {
    Group& group = groups[{run.experiment, run.form, run.arm, SettingsJson(run.settings)}];
    const auto [at, inserted] = group.emplace(run.seed, &run);
    if (!inserted) CheckSame(*at->second, run);
  }
  return groups;
}

double ValueOf(const RunRecord& run, const std::string& metric) {
  const auto found = run.results.find(metric);
  return found == run.results.end() ? std::numeric_limits<double>::quiet_NaN() : found->second;
}

ArmValues ValuesOf(const Group& group, const std::string& metric) {
  const RunRecord& first = *group.begin()->second;
  ArmValues values{first.experiment, first.form, first.arm, first.settings, {}, {}};
  for (const auto& [seed, run] : group) {
    values.seeds.push_back(seed);
    values.values.push_back(ValueOf(*run, metric));
  }
  return values;
}

bool IsOneArm(const ArmValues& a, const ArmValues& b) {
  return a.experiment == b.experiment && a.form == b.form && a.arm == b.arm;
}

/// The seeds that ran in all of the arm's settings.
std::vector<std::uint64_t> CommonSeeds(std::span<const ArmValues> arm) {
  std::vector<std::uint64_t> common = arm.front().seeds;
  for (const ArmValues& setting : arm) {
    std::erase_if(common, [&setting](std::uint64_t seed) {
      return !std::binary_search(setting.seeds.begin(), setting.seeds.end(), seed);
    });
  }
  if (!common.empty()) return common;
  const ArmValues& first = arm.front();
  throw CostError("no seed ran in every setting of " + first.experiment + ", " + first.form +
                  ", arm " + first.arm + ": its settings cannot be compared");
}

double MeanOver(const std::vector<std::uint64_t>& seeds, const ArmValues& values) {
  double sum = 0;
  for (std::size_t i = 0; i < values.seeds.size(); ++i) {
    if (std::binary_search(seeds.begin(), seeds.end(), values.seeds[i])) sum += values.values[i];
  }
  return sum / static_cast<double>(seeds.size());
}

ArmChoice Choose(std::span<const ArmValues> arm) {
  ArmChoice choice;
  choice.compared_on = CommonSeeds(arm);
  std::vector<std::pair<double, const ArmValues*>> ranked;
  for (const ArmValues& setting : arm) {
    ranked.emplace_back(MeanOver(choice.compared_on, setting), &setting);
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
    return std::isnan(a.first) ? false : std::isnan(b.first) || a.first < b.first;
  });
  for (const auto& [mean, setting] : ranked) choice.tried.push_back({setting->settings, mean});
  choice.best = *ranked.front().second;
  return choice;
}

}  // namespace

std::vector<ArmValues> Summarize(std::span<const RunRecord> records, const std::string& metric) {
  std::vector<ArmValues> summary;
  for (const auto& [key, group] : GroupsOf(records)) summary.push_back(ValuesOf(group, metric));
  return summary;
}

std::vector<ArmChoice> ChooseSettings(std::span<const RunRecord> records,
                                      const std::string& metric) {
  const std::vector<ArmValues> all = Summarize(records, metric);
  std::vector<ArmChoice> choices;
  for (auto begin = all.begin(); begin != all.end();) {
    const auto end = std::find_if_not(
        begin, all.end(), [&begin](const ArmValues& values) { return IsOneArm(*begin, values); });
    choices.push_back(Choose({begin, end}));
    begin = end;
  }
  return choices;
}

}  // namespace costcheck
