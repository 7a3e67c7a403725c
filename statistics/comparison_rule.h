#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The rule by which a paired comparison is judged, stated before the runs.

namespace costcheck {

enum class PairedTest {
  kSignFlip,  ///< sign_flip.h: of the mean difference, any symmetric law
  kWilcoxon,  ///< wilcoxon.h: signed ranks, any symmetric law
  kSign,      ///< sign_test.h: of the median, any law
  kStudent    ///< student.h: of the mean difference, a normal law
};

/// "sign_flip", "wilcoxon", "sign", "t".
std::string_view PairedTestName(PairedTest test);
/// CostError with the nearest name for any other.
PairedTest PairedTestOf(std::string_view name);

/// Which values are good ones.
enum class Better { kLower, kHigher };
std::string_view BetterName(Better better);  ///< "lower", "higher"
Better BetterOf(std::string_view name);      ///< CostError with the nearest name for any other

struct ComparisonRule {
  double level = 0.95;  ///< of the interval; the test must reach p <= 1 - level, two-sided
  PairedTest test = PairedTest::kSignFlip;
  Better better = Better::kLower;
  double relevant = 0;                ///< the least benefit that is claimed, >= 0
  bool relevant_is_relative = false;  ///< `relevant` is a part of |mean of b|: 0.01 for 1 %
  std::size_t least_pairs = 2;        ///< with fewer nothing is concluded
  double power = 0.8;                 ///< of the smallest resolvable difference
  std::uint64_t seed = 1;             ///< of random flips, where there are too many to count
};

/// CostError unless level and power lie in (0, 1), power > 1 - level, relevant is finite and not
/// below 0, and least_pairs >= 2 (one pair has no interval).
void CheckRule(const ComparisonRule& rule);

/// The smallest two-sided p that the rule's test can give for so many pairs whose two values
/// differ: smallest_p.h for the exact tests, 1 / (m + 1) where flips are drawn, 0 for t.
double SmallestRuleP(const ComparisonRule& rule, std::size_t pairs);

/// The least number of pairs with which the rule can conclude anything; missing if none can (a
/// level above what random flips resolve).
std::optional<std::size_t> LeastPairs(const ComparisonRule& rule);

/// Why so many pairs, of which so many have different values, can never conclude by the rule, in
/// one sentence; missing if they can. Before the runs all pairs are taken to differ.
std::optional<std::string> Shortfall(const ComparisonRule& rule, std::size_t pairs,
                                     std::size_t different_pairs);

}  // namespace costcheck
