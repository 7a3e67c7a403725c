#include "claims/check_relation.h"

#include "tests/catch.h"
#include "tests/claims/check_outcome.h"

namespace costcheck {
namespace {

CheckOutcome Requires(const std::string& relation) {
  return OutcomeOf(CheckRequires,
                   RatioClaims() + FactText("rows", "7.00") +
                       ClaimText("X9",
                                 "numbers = [{ value = \"91\", unit = \"%\" }]\nchecks = [{ "
                                 "requires = \"" +
                                     relation + "\" }]"));
}

TEST_CASE("a relation that the digits allow holds", "[check_relation]") {
  const CheckOutcome outcome = Requires("Q1b < 1");
  CHECK(outcome.holds == true);
  CHECK(outcome.verdict == ClaimVerdict::kReproduced);
  CHECK(outcome.decided_by == "relation");
  CHECK(outcome.claimed == "Q1b < 1");
  CHECK(outcome.recomputed == "0.9575 to 0.9585 against 1");
  CHECK(outcome.reason == "'Q1b < 1' holds: Q1b is 0.9575 to 0.9585 against 1.");
}

TEST_CASE("one that no value satisfies contradicts the claims it names", "[check_relation]") {
  const CheckOutcome outcome = Requires("Q7b < 1");
  CHECK(outcome.holds == false);
  CHECK(outcome.verdict == ClaimVerdict::kInconsistent);
  CHECK(outcome.reason ==
        "'Q7b < 1' does not hold: Q7b is 1.0895 to 1.0905 against 1. It contradicts Q7b (1.090).");
}

TEST_CASE("a claim does not contradict itself", "[check_relation]") {
  const std::string reason = Requires("X9 <= 6/rows").reason;
  CHECK(reason.ends_with("It contradicts rows (7.00)."));
  CHECK(Requires("X9 = 0.97").reason.find("contradicts") == std::string::npos);
  CHECK(Requires("X9 = 0.97").holds == false);
}

TEST_CASE("each side may be anything within its digits", "[check_relation]") {
  // 0.958 and 0.989, both -+ 0.0005: the quotient is 0.9677 to 0.9697.
  CHECK(Requires("Q1b/Q2b = 0.9678").holds == true);
  CHECK(Requires("Q1b/Q2b = 0.9696").holds == true);
  CHECK(Requires("Q1b/Q2b = 0.9698").holds == false);
  CHECK(Requires("Q1b/Q2b >= 0.9698").holds == false);
  CHECK(Requires("Q1b/Q2b <= 0.9676").holds == false);
  CHECK(Requires("Q3b > Q4b").holds == true);
  CHECK(Requires("Q3b < Q4b").reason.ends_with("It contradicts Q3b (0.186) and Q4b (0.042)."));
}

CheckOutcome Same(const std::string& value, const std::string& words) {
  return OutcomeOf(
      CheckSame, FactText("pool", value) +
                     ClaimText("C6", "checks = [{ same = \"pool\", words = \"" + words + "\" }]"));
}

TEST_CASE("words are the same but for case and spaces", "[check_relation]") {
  const CheckOutcome same = Same("A mean pool,  one layer", "a mean pool, one layer ");
  CHECK(same.holds == true);
  CHECK(same.verdict == ClaimVerdict::kReproduced);
  const CheckOutcome other = Same("mean pool, one layer", "full transformer");
  CHECK(other.holds == false);
  CHECK(other.verdict == ClaimVerdict::kInconsistent);
  CHECK(other.claimed == "full transformer");
  CHECK(other.recomputed == "mean pool, one layer");
  CHECK(other.reason ==
        "The claim says 'full transformer'; program of pool has 'mean pool, one layer'.");
}

}  // namespace
}  // namespace costcheck
