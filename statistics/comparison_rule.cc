#include "statistics/comparison_rule.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "costmodel/algebra/error.h"
#include "statistics/number_text.h"
#include "statistics/sample.h"
#include "statistics/sign_flip.h"
#include "statistics/smallest_p.h"

namespace costcheck {
namespace {

constexpr std::array kTests = {
    std::pair{PairedTest::kSignFlip, std::string_view("sign_flip")},
    std::pair{PairedTest::kWilcoxon, std::string_view("wilcoxon")},
    std::pair{PairedTest::kSign, std::string_view("sign")},
    std::pair{PairedTest::kStudent, std::string_view("t")},
};

constexpr std::array kBetter = {
    std::pair{Better::kLower, std::string_view("lower")},
    std::pair{Better::kHigher, std::string_view("higher")},
};

template <class Names, class Value>
std::string_view NameIn(const Names& names, Value value) {
  for (const auto& [candidate, name] : names) {
    if (candidate == value) return name;
  }
  CheckFailed("a value with a name", __FILE__, __LINE__);
}

template <class Names>
auto ValueIn(const Names& names, std::string_view wanted, std::string_view kind) {
  std::vector<std::string> known;
  std::string list;
  for (const auto& [value, name] : names) {
    if (name == wanted) return value;
    known.emplace_back(name);
    list += (list.empty() ? "" : ", ") + known.back();
  }
  throw CostError("There is no " + std::string(kind) + " '" + std::string(wanted) + "' (" + list +
                  ")" + DidYouMean(wanted, known));
}

bool Reaches(const ComparisonRule& rule, std::size_t pairs) {
  return SmallestRuleP(rule, pairs) <= 1 - rule.level;
}

}  // namespace

std::string_view PairedTestName(PairedTest test) { return NameIn(kTests, test); }
PairedTest PairedTestOf(std::string_view name) { return ValueIn(kTests, name, "paired test"); }
std::string_view BetterName(Better better) { return NameIn(kBetter, better); }
Better BetterOf(std::string_view name) { return ValueIn(kBetter, name, "direction"); }

void CheckRule(const ComparisonRule& rule) {
  CheckFraction(rule.level, "The level");
  CheckFraction(rule.power, "The power");
  if (rule.power <= 1 - rule.level) throw CostError("The power of a rule must exceed 1 - level.");
  if (!(rule.relevant >= 0) || !std::isfinite(rule.relevant)) {
    throw CostError("The least relevant benefit of a rule must be finite and not below 0.");
  }
  if (rule.least_pairs < 2) throw CostError("A rule must ask for at least 2 pairs.");
}

double SmallestRuleP(const ComparisonRule& rule, std::size_t pairs) {
  if (rule.test == PairedTest::kStudent) return 0;
  const bool drawn = rule.test == PairedTest::kSignFlip && pairs > kMostExactFlips;
  if (drawn) return 1 / (static_cast<double>(SignFlipOptions().flips) + 1);
  return SmallestP(pairs, Sides::kTwo);
}

std::optional<std::size_t> LeastPairs(const ComparisonRule& rule) {
  CheckRule(rule);
  if (rule.test == PairedTest::kStudent) return rule.least_pairs;
  const std::size_t least = std::max(rule.least_pairs, SmallestPairs(1 - rule.level, Sides::kTwo));
  return Reaches(rule, least) ? std::optional(least) : std::nullopt;
}

std::optional<std::string> Shortfall(const ComparisonRule& rule, std::size_t pairs,
                                     std::size_t different_pairs) {
  CheckRule(rule);
  if (pairs < rule.least_pairs) {
    return "The rule asks for at least " + std::to_string(rule.least_pairs) + " pairs, not " +
           std::to_string(pairs) + ".";
  }
  if (Reaches(rule, different_pairs)) return std::nullopt;
  const std::optional<std::size_t> least = LeastPairs(rule);
  return "With " + std::to_string(different_pairs) + " pairs whose values differ the test " +
         std::string(PairedTestName(rule.test)) +
         " cannot reach p <= " + NumberText(1 - rule.level) + ": its smallest p is " +
         NumberText(SmallestRuleP(rule, different_pairs)) +
         (least ? ", and it needs " + std::to_string(*least) + " pairs." : ".");
}

}  // namespace costcheck
