#pragma once

#include <string>
#include <vector>

#include "statistics/comparison_rule.h"
#include "verify/experiments/experiment.h"

namespace costcheck {

/// The arms that a decision compares: two, or four where it asks whether two changes add up.
std::vector<std::string> ArmsOf(const DecisionSpec& decision);

/// The rule of statistics/comparison.h, lower being better: a is the challenger, b the baseline;
/// with arms beside them, a is challenger - baseline and b is beside_challenger - beside_baseline.
/// CostError with the nearest name for a test that there is not.
ComparisonRule RuleOf(const DecisionSpec& decision);

/// What the decision asks: "Is test_loss of 'banded' lower than that of 'full' by at least 0.01?"
std::string QuestionText(const DecisionSpec& decision);

/// What the decision asks, and how it is settled, in plain words: "Is test_loss of 'banded' lower
/// than that of 'full' by at least 0.01? ..."
std::string RuleText(const DecisionSpec& decision);

}  // namespace costcheck
