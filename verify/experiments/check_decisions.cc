#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "costmodel/algebra/error.h"
#include "verify/experiments/check_arms.h"
#include "verify/experiments/decision.h"
#include "verify/train/result.h"

namespace costcheck {
namespace {

class DecisionChecker {
 public:
  DecisionChecker(const ExperimentSpec& spec, std::size_t index, const Places& places)
      : spec_(spec),
        decision_(spec.decisions[index]),
        path_(fmt::format("decisions[{}]", index)),
        places_(places) {}

  void Check() const {
    for (const std::string& name : ArmsOf(decision_)) {
      Require(FindArm(spec_, name) != nullptr, "",
              fmt::format("'{}' is not an arm{}", name, DidYouMean(name, ArmNames(spec_))));
    }
    Require(decision_.baseline != decision_.challenger, "challenger",
            "an arm is compared with itself");
    Require(!decision_.ratio || decision_.beside_baseline.empty(), "ratio",
            "of changes only the difference is compared, not the ratio");
    CheckResult("metric", decision_.metric);
    if (IsTuned()) CheckTuning();
    CheckRuleOfDecision();
  }

 private:
  void Require(bool holds, const std::string& key, const std::string& what) const {
    if (!holds) places_.Fail(key.empty() ? path_ : path_ + "." + key, what);
  }

  /// Some arm has several rates to choose from.
  bool IsTuned() const {
    const std::vector<std::string> arms = ArmsOf(decision_);
    return std::any_of(arms.begin(), arms.end(), [&](const std::string& name) {
      return FindArm(spec_, name)->rates.size() > 1;
    });
  }

  void CheckResult(const std::string& key, const std::string& name) const {
    const std::vector<std::string> known(std::begin(kMetricNames), std::end(kMetricNames));
    Require(std::find(known.begin(), known.end(), name) != known.end(), key,
            fmt::format("'{}' is not a result of a run{}", name, DidYouMean(name, known)));
    Require(name != "validation_loss" || HasValidation(spec_), key,
            "there is no validation_loss: 'train_share' leaves no tokens for it");
    Require(name != "test_loss" || spec_.corpus.test_share > 0, key,
            "there is no test_loss: 'test_share' is 0");
    Require(name != "expected_loss" || spec_.corpus.kind != CorpusKind::kText, key,
            "there is no expected_loss: the law of a text is not known");
  }

  void CheckTuning() const {
    CheckResult("tune", decision_.tune);
    Require(decision_.tune != decision_.metric, "tune",
            fmt::format("learning rates are chosen by {}, which is what is compared: the arm with "
                        "more of them would win by chance",
                        decision_.tune));
  }

  /// What the rule itself refuses, or can never decide, at its place.
  void CheckRuleOfDecision() const {
    Require(decision_.least_pairs >= 2, "least_pairs", "fewer than 2 pairs have no interval");
    Require(decision_.least_pairs <= spec_.seeds, "least_pairs",
            fmt::format("{} pairs are asked for, and there are {} seeds", decision_.least_pairs,
                        spec_.seeds));
    try {
      const ComparisonRule rule = RuleOf(decision_);
      CheckRule(rule);
      const auto pairs = static_cast<std::size_t>(spec_.seeds);
      if (const auto reason = Shortfall(rule, pairs, pairs)) throw CostError(*reason);
    } catch (const CostError& error) {
      Require(false, "", error.what());
    }
  }

  const ExperimentSpec& spec_;
  const DecisionSpec& decision_;
  std::string path_;
  const Places& places_;
};

}  // namespace

void CheckDecisions(const ExperimentSpec& spec, const Places& places) {
  for (std::size_t i = 0; i < spec.decisions.size(); ++i) DecisionChecker(spec, i, places).Check();
}

}  // namespace costcheck
