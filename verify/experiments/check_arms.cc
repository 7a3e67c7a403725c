#include "verify/experiments/check_arms.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "costmodel/algebra/error.h"
#include "costmodel/component.h"

namespace costcheck {
namespace {

constexpr std::size_t kBands = 3;
/// Parameters of embeddings that follow from the model and from what is done with it.
constexpr std::array<std::string_view, 3> kSettled = {"tied", "logits", "folded"};

/// One arm, and where it stands.
class ArmChecker {
 public:
  ArmChecker(const ExperimentSpec& spec, std::size_t index, const Places& places)
      : spec_(spec),
        arm_(spec.arms[index]),
        path_(fmt::format("arms[{}]", index)),
        places_(places) {}

  void Check() const {
    CheckName();
    CheckComponent("embedding", arm_.embedding, Family::kEmbedding, arm_.embedding_settings);
    CheckComponent("attention", arm_.attention, Family::kAttention, arm_.attention_settings);
    Require(spec_.model.family == ModelFamily::kTransformer || arm_.attention == "full",
            "attention", "a mean_pool has no attention");
    if (arm_.categories) CheckBands(*arm_.categories);
    if (arm_.matched_to) CheckMatched(*arm_.matched_to);
    CheckRates();
  }

 private:
  void Require(bool holds, const std::string& key, const std::string& what) const {
    if (!holds) places_.Fail(path_ + "." + key, what);
  }

  void CheckName() const {
    const auto same = [&](const ArmSpec& other) { return other.name == arm_.name; };
    Require(!arm_.name.empty(), "name", "an arm has no name");
    Require(std::count_if(spec_.arms.begin(), spec_.arms.end(), same) == 1, "name",
            fmt::format("two arms are called '{}'", arm_.name));
  }

  void CheckComponent(const std::string& key, const std::string& name, Family family,
                      const std::map<std::string, std::int64_t>& settings) const {
    std::vector<std::string> names;
    for (const Component* component : Components()) {
      if (component->family == family) names.emplace_back(component->name);
    }
    Require(std::find(names.begin(), names.end(), name) != names.end(), key,
            fmt::format("'{}' is not an {}{}", name, key, DidYouMean(name, names)));
    std::vector<std::string> known;
    for (const Parameter& parameter : FindComponent(name)->parameters) {
      known.emplace_back(parameter.name);
    }
    for (const auto& [setting, value] : settings) {
      const std::string place = key + "_settings." + setting;
      Require(std::find(known.begin(), known.end(), setting) != known.end(), place,
              fmt::format("'{}' is not a parameter of {}{}", setting, name,
                          DidYouMean(setting, known)));
      Require(value >= 0, place, fmt::format("'{}' is below 0", setting));
      const bool is_open = std::find(kSettled.begin(), kSettled.end(), setting) == kSettled.end();
      Require(is_open, place, fmt::format("'{}' is not an arm's: the model settles it", setting));
    }
  }

  void CheckBands(const CategorySpec& categories) const {
    const BandRule& rule = categories.rule;
    Require(arm_.widths.size() == kBands, "widths", "there are three bands, and a width for each");
    for (const std::int64_t width : arm_.widths) {
      Require(width >= 1, "widths", "a band's width is below 1");
    }
    Require(arm_.shared_rows >= 0, "shared_rows", "'shared_rows' is below 0");
    if (rule.split == BandSplit::kCounts) {
      const bool whole = rule.high == std::floor(rule.high) && rule.low == std::floor(rule.low);
      Require(whole && rule.high >= 0 && rule.low >= 0 &&
                  rule.high + rule.low <= static_cast<double>(spec_.corpus.types),
              "categories",
              fmt::format("the first {} and the last {} types are not two parts of {}", rule.high,
                          rule.low, spec_.corpus.types));
      return;
    }
    Require(0 <= rule.high && rule.high <= rule.low && rule.low <= 1, "categories",
            "shares are 0 <= high <= low <= 1: 'low' is where the last band begins");
  }

  void CheckMatched(const std::string& name) const {
    const ArmSpec* other = FindArm(spec_, name);
    Require(other != nullptr, "matched_to",
            fmt::format("'{}' is not an arm{}", name, DidYouMean(name, ArmNames(spec_))));
    Require(other != &arm_, "matched_to", "an arm is matched to itself");
    Require(!other->matched_to, "matched_to",
            fmt::format("'{}' is itself matched to another arm", name));
    Require(arm_.embedding == "full_table" || arm_.embedding == "factorized", "matched_to",
            "only arms with a full_table or a factorized embedding are matched to others");
    Require(arm_.embedding != "factorized" || arm_.embedding_settings.count("E") == 0, "matched_to",
            "E is what matching chooses: it is not set besides");
  }

  void CheckRates() const {
    Require(!arm_.rates.empty(), "rates", "there is no learning rate");
    for (std::size_t i = 0; i < arm_.rates.size(); ++i) {
      const bool rises = arm_.rates[i] > (i == 0 ? 0 : arm_.rates[i - 1]);
      Require(rises && std::isfinite(arm_.rates[i]), "rates",
              "learning rates are above 0 and in rising order");
    }
  }

  const ExperimentSpec& spec_;
  const ArmSpec& arm_;
  std::string path_;
  const Places& places_;
};

}  // namespace

bool HasValidation(const ExperimentSpec& spec) {
  return spec.corpus.train_share + spec.corpus.test_share < 1;
}

const ArmSpec* FindArm(const ExperimentSpec& spec, std::string_view name) {
  for (const ArmSpec& arm : spec.arms) {
    if (arm.name == name) return &arm;
  }
  return nullptr;
}

std::vector<std::string> ArmNames(const ExperimentSpec& spec) {
  std::vector<std::string> names;
  for (const ArmSpec& arm : spec.arms) names.push_back(arm.name);
  return names;
}

void CheckArms(const ExperimentSpec& spec, const Places& places) {
  if (spec.arms.empty()) places.Fail("arms", "there is no arm");
  for (std::size_t i = 0; i < spec.arms.size(); ++i) ArmChecker(spec, i, places).Check();
}

}  // namespace costcheck
