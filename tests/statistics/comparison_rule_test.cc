#include "statistics/comparison_rule.h"

#include <cmath>
#include <string>

#include "tests/algebra/error_text.h"
#include "tests/catch.h"

namespace costcheck {

TEST_CASE("Every test and direction is found by its name", "[statistics][comparison_rule]") {
  for (const PairedTest test :
       {PairedTest::kSignFlip, PairedTest::kWilcoxon, PairedTest::kSign, PairedTest::kStudent}) {
    CHECK(PairedTestOf(PairedTestName(test)) == test);
  }
  for (const Better better : {Better::kLower, Better::kHigher}) {
    CHECK(BetterOf(BetterName(better)) == better);
  }
}

TEST_CASE("A misspelt name is answered with the nearest", "[statistics][comparison_rule]") {
  CHECK(ErrorTextOf([] { PairedTestOf("wilcoxen"); }) ==
        "There is no paired test 'wilcoxen' (sign_flip, wilcoxon, sign, t); did you mean "
        "'wilcoxon'?");
  CHECK(ErrorTextOf([] { BetterOf("smaller"); }) ==
        "There is no direction 'smaller' (lower, higher)");
}

TEST_CASE("A rule that cannot be followed is refused", "[statistics][comparison_rule]") {
  CHECK_NOTHROW(CheckRule({}));
  CHECK_THROWS_AS(CheckRule({.level = 1}), CostError);
  CHECK_THROWS_AS(CheckRule({.level = 95}), CostError);
  CHECK_THROWS_AS(CheckRule({.relevant = -0.1}), CostError);
  CHECK_THROWS_AS(CheckRule({.relevant = std::nan("")}), CostError);
  CHECK_THROWS_AS(CheckRule({.least_pairs = 1}), CostError);
  CHECK_THROWS_AS(CheckRule({.power = 1}), CostError);
  CHECK_THROWS_AS(CheckRule({.level = 0.6, .power = 0.3}), CostError);
}

TEST_CASE("The least number of pairs is what test and rule both allow",
          "[statistics][comparison_rule]") {
  CHECK(LeastPairs({}) == 6);
  CHECK(LeastPairs({.level = 0.999, .test = PairedTest::kWilcoxon}) == 11);
  CHECK(LeastPairs({.level = 0.9, .test = PairedTest::kSign, .least_pairs = 17}) == 17);
  CHECK(LeastPairs({.test = PairedTest::kStudent}) == 2);
  // Of 99,999 random flips none can say 1e-7, but 25 pairs are counted exactly.
  CHECK(LeastPairs({.level = 1 - 1e-7}) == 25);
  CHECK_FALSE(LeastPairs({.level = 1 - 1e-6, .least_pairs = 41}).has_value());
}

TEST_CASE("The smallest p is the test's own", "[statistics][comparison_rule]") {
  CHECK(SmallestRuleP({}, 5) == 1.0 / 16);
  CHECK(SmallestRuleP({}, 40) == std::ldexp(1, -39));
  CHECK(SmallestRuleP({}, 41) == 1e-5);
  CHECK(SmallestRuleP({.test = PairedTest::kWilcoxon}, 41) == std::ldexp(1, -40));
  CHECK(SmallestRuleP({.test = PairedTest::kStudent}, 2) == 0);
}

TEST_CASE("A shortfall is told before the runs", "[statistics][comparison_rule]") {
  CHECK_FALSE(Shortfall({}, 6, 6).has_value());
  CHECK(Shortfall({}, 5, 5).value() ==
        "With 5 pairs whose values differ the test sign_flip cannot reach p <= 0.05: its smallest "
        "p is 0.0625, and it needs 6 pairs.");
  CHECK(Shortfall({.test = PairedTest::kWilcoxon}, 9, 4).value() ==
        "With 4 pairs whose values differ the test wilcoxon cannot reach p <= 0.05: its smallest p "
        "is 0.125, and it needs 6 pairs.");
  CHECK(Shortfall({.least_pairs = 10}, 7, 7).value() ==
        "The rule asks for at least 10 pairs, not 7.");
  CHECK(
      Shortfall({.level = 1 - 1e-6}, 41, 41).value() ==
      "With 41 pairs whose values differ the test sign_flip cannot reach p <= 1e-06: its smallest "
      "p is 1e-05, and it needs 21 pairs.");
  CHECK_FALSE(Shortfall({.test = PairedTest::kStudent}, 2, 2).has_value());
}

}  // namespace costcheck
