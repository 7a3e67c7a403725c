#include "claims/statistic_number.h"

#include <cmath>

#include "tests/algebra/error_text.h"
#include "tests/approx.h"
#include "tests/claims/claims_text.h"

namespace costcheck {
namespace {

constexpr char kAll[] = "of = [\"Q1b\",\"Q2b\",\"Q3b\",\"Q4b\",\"Q5b\",\"Q6b\",\"Q7b\"]";
constexpr char kFour[] = "of = [\"Q2b\",\"Q3b\",\"Q4b\",\"Q5b\"]";

/// Of the last claim's first number.
StatisticOutcome Decide(const std::string& claim) {
  const ClaimFile file = FileOf(RatioClaims() + claim);
  ClaimEvaluator evaluator(file);
  return DecideStatistic(file.claims.back(), file.claims.back().numbers.front(), evaluator);
}

std::string Number(const std::string& value, const std::string& statistic,
                   const std::string& keys = "") {
  return ClaimText("T1", "numbers = [{ value = \"" + value + "\", statistic = { " + statistic +
                             " }" + keys + " }]");
}

TEST_CASE("a mean that holds says what it is of", "[statistic_number]") {
  const NumberOutcome outcome =
      Decide(Number("0.394", std::string("name = \"mean\", ") + kFour)).number;
  CHECK(outcome.holds == true);
  CHECK(outcome.expression == "mean of Q2b, Q3b, Q4b and Q5b");
  CHECK(outcome.recomputed == Recomputed(*ParseNumber("0.39375")));
  CHECK(outcome.lower == *ParseNumber("0.39325"));
  CHECK(outcome.upper == *ParseNumber("0.39425"));
  CHECK(*outcome.difference == Approx(0.394 / 0.39375 - 1));
  CHECK(outcome.claims_used == std::vector<std::string>{"Q2b", "Q3b", "Q4b", "Q5b"});
  CHECK(outcome.reason ==
        "0.394 is printed; the mean of Q2b, Q3b, Q4b and Q5b is 0.39375 (0.39325 to 0.39425 within "
        "the digits of its cells).");
  CHECK(outcome.slips.empty());
  CHECK(outcome.slips_tried == 0);
}

TEST_CASE("the digits of the cells may lift a figure to the printed one", "[statistic_number]") {
  const std::string mean = std::string("name = \"mean\", ") + kFour;
  // 0.39425 is the most: 0.3943 rounds from 0.39425.
  CHECK(Decide(Number("0.3943", mean)).number.holds == true);
  CHECK(Decide(Number("0.3944", mean)).number.holds == false);
  CHECK(Decide(Number("0.3931", mean)).number.holds == false);
}

TEST_CASE("a mean of a part of the cells fails, and the part is found", "[statistic_number]") {
  const StatisticOutcome outcome = Decide(Number("0.394", std::string("name = \"mean\", ") + kAll));
  CHECK(outcome.number.holds == false);
  CHECK(RealValue(outcome.number.recomputed) == Approx(4.499 / 7));
  CHECK(outcome.left_out == std::vector<std::string>{"Q1b", "Q6b", "Q7b"});
  CHECK(outcome.number.slips_tried == 126);
  REQUIRE(!outcome.number.slips.empty());
}

TEST_CASE("an interval that is a minimum and a maximum is found out", "[statistic_number]") {
  const NumberOutcome lower =
      Decide(Number("0.042", std::string("name = \"t_lower\", ") + kFour)).number;
  CHECK(lower.holds == false);
  CHECK(RealValue(lower.recomputed) == Approx(-0.270).margin(0.0005));
  CHECK(lower.reason.starts_with(
      "0.042 is printed; the lower end of the t interval at 95% of Q2b, Q3b, Q4b and Q5b is "));
  REQUIRE(!lower.slips.empty());
  CHECK(lower.slips.front().name == "minimum");
}

TEST_CASE("a p that no exact test reaches is told", "[statistic_number]") {
  const auto decide = [](int pairs) {
    return Decide(Number("0.001",
                         "name = \"smallest_p_one_sided\", pairs = " + std::to_string(pairs),
                         ", relation = \"<\""))
        .number;
  };
  CHECK(decide(7).holds == false);
  CHECK(decide(7).reason ==
        "< 0.001 is printed; the smallest one-sided p that an exact test can give of 7 pairs is "
        "0.0078125, so it is out of reach.");
  CHECK(decide(9).holds == false);
  CHECK(decide(10).holds == true);
  CHECK(decide(10).reason.ends_with("is 0.000976562, so it is within reach."));
}

TEST_CASE("a reading may be another figure of the same cells", "[statistic_number]") {
  const std::string cells =
      "of = [\"3.2157\",\"3.85\",\"4.67\",\"3.62\",\"2.42\",\"4.39\",\"4.28\"], against = "
      "[\"3.0796\",\"3.81\",\"0.87\",\"0.15\",\"0.87\",\"3.85\",\"4.67\"]";
  const NumberOutcome outcome =
      Decide(Number("0.8", "name = \"cohen_d_pooled\", " + cells, ", relation = \">\"") +
             "readings = [{ name = \"paired\", is = \"statistic:cohen_dz\" }, { name = \"twice\", "
             "is = \"2*Q5b\" }]")
          .number;
  CHECK(outcome.holds == true);
  CHECK(RealValue(outcome.recomputed) == Approx(0.943).margin(0.0005));
  REQUIRE(outcome.scopes.size() == 2);
  CHECK(outcome.scopes[0].name == "paired");
  CHECK(outcome.scopes[0].declared);
  CHECK(RealValue(outcome.scopes[0].value) == Approx(0.767).margin(0.0005));
  CHECK(!outcome.scopes[0].holds);
  CHECK(outcome.scopes[1].value == Recomputed(*ParseNumber("0.716")));
}

TEST_CASE("a reading may count the cells in another way", "[statistic_number]") {
  const NumberOutcome outcome =
      Decide(ClaimText("T1",
                       "set = \"T=3\"\nnumbers = [{ value = \"4\", statistic = { name = \"mean\", "
                       "of = [\"1*T\", \"T+2\"] } }]\nreadings = [{ name = \"longer\", set = "
                       "\"T=5\" }]"))
          .number;
  CHECK(outcome.holds == true);
  REQUIRE(outcome.scopes.size() == 1);
  CHECK(outcome.scopes.front().value == Recomputed(Rational(6)));
  CHECK(!outcome.scopes.front().holds);
}

TEST_CASE("what cannot be computed has its place", "[statistic_number]") {
  CHECK(ErrorTextOf([] {
          Decide(Number("1", "name = \"sd\", of = [\"Q1b\"]"));
        }).starts_with("test.toml:"));
  CHECK(ErrorTextOf([] {
          Decide(Number("1", "name = \"mean\", of = [\"1/(Q1b-Q1b)\"]"));
        }).starts_with("test.toml:"));
}

}  // namespace
}  // namespace costcheck
