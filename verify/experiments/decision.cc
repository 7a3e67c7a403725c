#include "verify/experiments/decision.h"

#include <fmt/format.h>

namespace costcheck {
std::vector<std::string> ArmsOf(const DecisionSpec& decision) {
  std::vector<std::string> arms = {decision.baseline, decision.challenger};
  if (decision.beside_baseline.empty()) return arms;
  arms.push_back(decision.beside_baseline);
  arms.push_back(decision.beside_challenger);
  return arms;
}

ComparisonRule RuleOf(const DecisionSpec& decision) {
  ComparisonRule rule;
  rule.level = decision.level;
  rule.test = PairedTestOf(decision.test);
  rule.relevant = decision.relevant;
  rule.relevant_is_relative = decision.ratio;
  rule.least_pairs = static_cast<std::size_t>(decision.least_pairs);
  return rule;
}

std::string QuestionText(const DecisionSpec& decision) {
  const std::string amount = decision.relevant == 0 ? ""
                             : decision.ratio
                                 ? fmt::format(" by at least {:g} %", 100 * decision.relevant)
                                 : fmt::format(" by at least {:g}", decision.relevant);
  if (decision.beside_baseline.empty()) {
    return fmt::format("Is {} of '{}' lower than that of '{}'{}?", decision.metric,
                       decision.challenger, decision.baseline, amount);
  }
  return fmt::format("Is the change in {} from '{}' to '{}' lower than that from '{}' to '{}'{}?",
                     decision.metric, decision.baseline, decision.challenger,
                     decision.beside_baseline, decision.beside_challenger, amount);
}

std::string RuleText(const DecisionSpec& decision) {
  return fmt::format(
      "{} Each arm at the learning rate with the least mean {}; pairs of runs from one seed. "
      "Supported where the {:g} % interval of the mean difference lies wholly on that side and the "
      "{} test has p <= {:g}; refuted where the interval lies wholly on the other; with fewer "
      "than {} pairs, and else, inconclusive.",
      QuestionText(decision), decision.tune, 100 * decision.level, decision.test,
      1 - decision.level, decision.least_pairs);
}

}  // namespace costcheck
