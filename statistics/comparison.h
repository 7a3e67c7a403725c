#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "statistics/comparison_rule.h"
#include "statistics/effect.h"
#include "statistics/result.h"

// A paired comparison of a claimed arm a with a baseline b, pair i having the same seed, and what
// follows from it by a rule.
//
// The benefit of a is how much better it is: mean(b) - mean(a) where lower is better, else
// mean(a) - mean(b). R is the rule's relevant benefit, in the units of the values: `relevant`, or
// relevant |mean(b)| (mean(b) taken as it is, its own error left out). The interval is the t
// interval of the mean difference at the rule's level. p is two-sided, of no difference at all.
//
// In this order:
//   inconclusive  fewer pairs than the rule asks for; or so few whose values differ that the test
//                 cannot reach p <= 1 - level (a rule that cannot support must not refute either);
//                 or differences that do not vary beyond rounding
//   supported     the interval of the benefit lies wholly above R, and p <= 1 - level
//   refuted       the interval of the benefit lies wholly below R: a benefit of R or more is
//                 excluded at the level. With R = 0: a is worse. A small benefit may well be there.
//   inconclusive  the interval contains R, an end included; or p > 1 - level
//
// The t interval decides about R and the test about 0, so that one outlier or a law far from
// normal cannot alone support a claim.

namespace costcheck {

struct PairedComparison {
  ComparisonRule rule;
  std::size_t pairs = 0;
  std::size_t different_pairs = 0;  ///< whose two values are not equal
  double mean_a = 0;
  double mean_b = 0;
  double mean_difference = 0;                ///< of a - b
  std::optional<double> standard_deviation;  ///< of a - b; missing for one pair

  /// From here on missing for one pair and for differences that do not vary beyond rounding.
  std::optional<Interval> interval;           ///< of the mean of a - b
  std::optional<Interval> effect_interval;    ///< of d_z of a - b
  std::optional<double> smallest_resolvable;  ///< difference, with the rule's power and level
  std::optional<EffectSize> effect;           ///< d_z of a - b; missing for two pairs as well

  std::optional<double> p;  ///< two-sided; missing for the t test where the interval is
  bool exact = true;        ///< false: p is drawn at random or approximated
  double smallest_p = 0;    ///< that the test can reach with different_pairs
  double relevant = 0;      ///< R
};

/// CostError for lengths that differ, no pairs, NaN or infinities, a rule that CheckRule refuses,
/// and a relative `relevant` above 0 with mean(b) = 0.
PairedComparison ComparePairs(std::span<const double> a, std::span<const double> b,
                              const ComparisonRule& rule);

enum class Conclusion { kSupported, kRefuted, kInconclusive };
std::string_view ConclusionName(Conclusion conclusion);  ///< "supported", ...

struct Finding {
  Conclusion conclusion = Conclusion::kInconclusive;
  std::string reason;  ///< one sentence, with the figures that decided
};

/// By the rule within the comparison.
Finding Conclude(const PairedComparison& comparison);

}  // namespace costcheck
