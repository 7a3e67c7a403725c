#include "statistics/comparison.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "costmodel/algebra/error.h"
#include "statistics/number_text.h"
#include "statistics/power.h"
#include "statistics/sample.h"
#include "statistics/sign_flip.h"
#include "statistics/sign_test.h"
#include "statistics/student.h"
#include "statistics/summary.h"
#include "statistics/wilcoxon.h"

namespace costcheck {
namespace {

TestResult RunTest(std::span<const double> differences, const ComparisonRule& rule) {
  constexpr Alternative kBoth = Alternative::kTwoSided;
  switch (rule.test) {
    case PairedTest::kSignFlip:
      return SignFlipTest(differences, kBoth, {.seed = rule.seed});
    case PairedTest::kWilcoxon:
      return WilcoxonTest(differences, kBoth);
    case PairedTest::kSign:
      return SignTest(differences, kBoth);
    case PairedTest::kStudent:
      return {StudentTest(differences, kBoth).p, true};
  }
  CheckFailed("paired test", __FILE__, __LINE__);
}

double RelevantBenefit(const ComparisonRule& rule, double mean_b) {
  if (!rule.relevant_is_relative || rule.relevant == 0) return rule.relevant;
  if (mean_b == 0) throw CostError("A relative benefit needs a baseline whose mean is not 0.");
  return rule.relevant * std::abs(mean_b);
}

/// What needs differences that vary.
void FillFromSpread(std::span<const double> differences, PairedComparison& comparison) {
  const ComparisonRule& rule = comparison.rule;
  const double mean = comparison.mean_difference;
  const double deviation = *comparison.standard_deviation;
  const std::size_t n = differences.size();
  comparison.interval = MeanInterval(mean, deviation, n, rule.level);
  comparison.effect_interval = PairedEffectInterval(mean / deviation, n, rule.level);
  comparison.smallest_resolvable =
      SmallestDifference(deviation, n, {.level = rule.level, .power = rule.power});
  if (n > 2) comparison.effect = PairedEffect(differences);
}

/// "The 95 % interval [-0.1, 0.2] of the benefit"
std::string IntervalText(const PairedComparison& comparison, const Interval& benefit) {
  return "The " + NumberText(100 * comparison.rule.level) + " % interval [" +
         NumberText(benefit.lower) + ", " + NumberText(benefit.upper) + "] of the benefit";
}

Interval BenefitOf(const PairedComparison& comparison) {
  const Interval& difference = *comparison.interval;
  if (comparison.rule.better == Better::kHigher) return difference;
  return {-difference.upper, -difference.lower};
}

Finding ConcludeFrom(const PairedComparison& comparison, const Interval& benefit) {
  const double alpha = 1 - comparison.rule.level;
  const std::string interval = IntervalText(comparison, benefit);
  const std::string relevant = NumberText(comparison.relevant);
  if (benefit.upper < comparison.relevant) {
    return {Conclusion::kRefuted, interval + " lies below " + relevant + "."};
  }
  if (benefit.lower <= comparison.relevant) {
    return {Conclusion::kInconclusive,
            interval + " contains " + relevant + "; so many pairs resolve a difference of " +
                NumberText(*comparison.smallest_resolvable) + " with power " +
                NumberText(comparison.rule.power) + "."};
  }
  const bool significant = *comparison.p <= alpha;
  return {significant ? Conclusion::kSupported : Conclusion::kInconclusive,
          interval + " lies above " + relevant + (significant ? ", and" : ", but") +
              " p = " + NumberText(*comparison.p) + (significant ? " <= " : " > ") +
              NumberText(alpha) + " (" + std::string(PairedTestName(comparison.rule.test)) + ")."};
}

}  // namespace

PairedComparison ComparePairs(std::span<const double> a, std::span<const double> b,
                              const ComparisonRule& rule) {
  CheckRule(rule);
  const std::vector<double> differences = Differences(a, b);
  const auto zeros = std::count(differences.begin(), differences.end(), 0.0);
  PairedComparison comparison;
  comparison.rule = rule;
  comparison.pairs = differences.size();
  comparison.different_pairs = differences.size() - static_cast<std::size_t>(zeros);
  comparison.mean_a = Mean(a);
  comparison.mean_b = Mean(b);
  comparison.mean_difference = Mean(differences);
  comparison.smallest_p = SmallestRuleP(rule, comparison.different_pairs);
  comparison.relevant = RelevantBenefit(rule, comparison.mean_b);
  bool varies = false;
  if (differences.size() > 1) {
    comparison.standard_deviation = StandardDeviation(differences);
    const double scale = std::max(LargestMagnitude(a), LargestMagnitude(b));
    varies = !IsConstant(differences, scale);
  }
  if (varies) FillFromSpread(differences, comparison);
  if (varies || rule.test != PairedTest::kStudent) {
    const TestResult result = RunTest(differences, rule);
    comparison.p = result.p;
    comparison.exact = result.exact;
  }
  return comparison;
}

std::string_view ConclusionName(Conclusion conclusion) {
  switch (conclusion) {
    case Conclusion::kSupported:
      return "supported";
    case Conclusion::kRefuted:
      return "refuted";
    case Conclusion::kInconclusive:
      return "inconclusive";
  }
  CheckFailed("conclusion", __FILE__, __LINE__);
}

Finding Conclude(const PairedComparison& comparison) {
  const std::size_t pairs = comparison.pairs;
  if (const auto shortfall = Shortfall(comparison.rule, pairs, comparison.different_pairs)) {
    return {Conclusion::kInconclusive, *shortfall};
  }
  if (!comparison.interval) {
    return {Conclusion::kInconclusive, "The differences of the " + std::to_string(pairs) +
                                           " pairs do not vary, so there is nothing to judge by."};
  }
  return ConcludeFrom(comparison, BenefitOf(comparison));
}

}  // namespace costcheck
