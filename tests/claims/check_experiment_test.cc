#include "claims/check_experiment.h"

#include <cmath>
#include <limits>

#include "tests/catch.h"
#include "tests/claims/check_outcome.h"
#include "tests/claims/runs.h"

namespace costcheck {
namespace {

using Runs = std::vector<RunRecord>;

CheckOutcome Decide(const std::string& predicate, const Runs& records,
                    const std::string& keys = "baseline = \"full\"") {
  return OutcomeOf(CheckExperiment,
                   ClaimText("Q4b", "numbers = [{ value = \"0.042\" }]\nopen = \"one run\"") +
                       ClaimText("C2",
                                 "checks = [{ experiment = \"B5\", form = \"described\", metric = "
                                 "\"loss\", arm = \"banded\", predicate = \"" +
                                     predicate + "\"" + (keys.empty() ? "" : ", ") + keys + " }]"),
                   records);
}

/// Differences 1, 2, 3 of banded - full: mean 2, sd 1, t(0.975; 2) = 4.302653: 2 -+ 2.484138.
Runs ThreePairs() { return RunsOfArm("full", {10, 20, 30}) + RunsOfArm("banded", {11, 22, 33}); }

/// Differences 0.9, 1, 1.1: 1 -+ 0.2484138.
Runs ClosePairs() {
  return RunsOfArm("full", {10, 20, 30}) + RunsOfArm("banded", {10.9, 21, 31.1});
}

TEST_CASE("an interval that satisfies the predicate supports it", "[check_experiment]") {
  const CheckOutcome outcome = Decide("difference > 0", ClosePairs());
  CHECK(outcome.holds == true);
  CHECK(outcome.verdict == ClaimVerdict::kSupported);
  CHECK(outcome.decided_by == "experiment B5, described");
  CHECK(outcome.claimed == "difference > 0");
  CHECK(outcome.recomputed == "1 [0.751586, 1.24841]");
  CHECK(outcome.reason ==
        "The mean difference of loss is 1 over 3 seeds of banded and full; the 95% interval of "
        "banded - full, [0.751586, 1.24841], is wholly > 0.");
}

TEST_CASE("one that violates it refutes it, and one in between says nothing",
          "[check_experiment]") {
  const CheckOutcome refuted = Decide("difference <= 0", ClosePairs());
  CHECK(refuted.holds == false);
  CHECK(refuted.verdict == ClaimVerdict::kRefuted);
  CHECK(refuted.reason.ends_with("[0.751586, 1.24841], is nowhere <= 0."));
  const CheckOutcome open = Decide("difference > 0", ThreePairs());
  CHECK(!open.holds);
  CHECK(open.verdict == ClaimVerdict::kInconclusive);
  CHECK(open.reason.ends_with("[-0.484138, 4.48414], is in part, but not wholly, > 0."));
}

TEST_CASE("every relation is decided on both sides", "[check_experiment]") {
  for (const std::string relation : {"<", "<="}) {
    CHECK(Decide("difference " + relation + " 1.3", ClosePairs()).holds == true);
    CHECK(Decide("difference " + relation + " 0.7", ClosePairs()).holds == false);
    CHECK(!Decide("difference " + relation + " 1.1", ClosePairs()).holds);
  }
  for (const std::string relation : {">", ">="}) {
    CHECK(Decide("difference " + relation + " 0.7", ClosePairs()).holds == true);
    CHECK(Decide("difference " + relation + " 1.3", ClosePairs()).holds == false);
    CHECK(!Decide("difference " + relation + " 0.8", ClosePairs()).holds);
  }
  const Runs same = RunsOfArm("full", {1, 1}) + RunsOfArm("banded", {1, 1});
  CHECK(Decide("difference < 0", same).holds == false);
  CHECK(Decide("difference <= 0", same).holds == true);
  CHECK(Decide("difference > 0", same).holds == false);
  CHECK(Decide("difference >= 0", same).holds == true);
}

TEST_CASE("a wider level is harder to satisfy", "[check_experiment]") {
  // t(0.995; 2) = 9.924843: 1 -+ 0.573011; t(0.95; 2) = 2.919986: 1 -+ 0.168586.
  CHECK(!Decide("difference > 0.5", ClosePairs(), "baseline = \"full\", level = 0.99").holds);
  CHECK(Decide("difference > 0.8", ClosePairs(), "baseline = \"full\", level = 0.9").holds == true);
}

TEST_CASE("a ratio of means is decided by differences", "[check_experiment]") {
  // banded - 1.2 full: -1, -2, -3; - 1.05 full: 0.5, 1, 1.5, 1 -+ 1.242; - 1.02 full:
  // 0.8, 1.6, 2.4.
  const CheckOutcome far = Decide("ratio < 1.4", ThreePairs());
  // banded - 1.4 full: -3, -6, -9: -6 -+ 7.4524.
  CHECK(!far.holds);
  CHECK(far.recomputed == "1.1");
  const Runs pairs = RunsOfArm("full", {10, 20, 30}) + RunsOfArm("banded", {15, 24, 33});
  // banded - 0.8 full: 7, 8, 9: 8 -+ 2.484; the means are 20 and 24.
  const CheckOutcome refuted = Decide("ratio < 0.8", pairs);
  CHECK(refuted.verdict == ClaimVerdict::kRefuted);
  CHECK(refuted.recomputed == "1.2");
  CHECK(refuted.reason ==
        "The ratio of the means of loss is 1.2 over 3 seeds of banded and full; the 95% interval "
        "of banded - 0.8 full, [5.51586, 10.4841], is nowhere < 0.");
  CHECK(Decide("ratio >= 0.8", pairs).verdict == ClaimVerdict::kSupported);
  CHECK(Decide("ratio < 1", RunsOfArm("full", {-1, 2}) + RunsOfArm("banded", {1, 1})).reason ==
        "A ratio needs a baseline above 0, and loss of full is not.");
}

TEST_CASE("a value is the mean of one arm", "[check_experiment]") {
  const CheckOutcome outcome = Decide("value > 0.7", RunsOfArm("banded", {0.9, 1, 1.1}), "");
  CHECK(outcome.verdict == ClaimVerdict::kSupported);
  CHECK(outcome.recomputed == "1 [0.751586, 1.24841]");
  CHECK(outcome.reason ==
        "The mean of loss is 1 over 3 seeds of banded; the 95% interval of the mean, [0.751586, "
        "1.24841], is wholly > 0.7.");
  CHECK(Decide("value < 0.7", RunsOfArm("banded", {0.9, 1, 1.1}), "").verdict ==
        ClaimVerdict::kRefuted);
}

TEST_CASE("without runs a check is open, with one seed inconclusive", "[check_experiment]") {
  const CheckOutcome open = Decide("difference < 0", {});
  CHECK(!open.holds);
  CHECK(open.verdict == ClaimVerdict::kOpen);
  CHECK(open.reason == "No runs are recorded of B5, described, arm banded.");
  const CheckOutcome one =
      Decide("difference < 0", RunsOfArm("full", {1}) + RunsOfArm("banded", {1, 2}));
  CHECK(!one.holds);
  CHECK(one.verdict == ClaimVerdict::kInconclusive);
  CHECK(one.reason == "Runs of 2 seeds are needed; recorded in both arms: 1.");
  CHECK(Decide("value < 2", RunsOfArm("banded", {1.25}), "").reason ==
        "Runs of 2 seeds are needed; recorded: 1, whose loss is 1.25.");
}

std::vector<double> TenValues() { return {3, 1, 4, 1.5, 9, 2, 6, 5, 3.5, 8}; }

TEST_CASE("draws include what lies from the least to the greatest", "[check_experiment]") {
  const Runs arm = RunsOfArm("banded", TenValues());
  const CheckOutcome among = Decide("draws include 8.9", arm, "");
  CHECK(among.verdict == ClaimVerdict::kSupported);
  CHECK(among.recomputed == "[1, 9]");
  CHECK(among.reason ==
        "The values of loss over 10 seeds of banded lie in [1, 9], median 3.75, and 8.9 is among "
        "them.");
  CHECK(Decide("draws include 9.1", arm, "level = 0.8").verdict == ClaimVerdict::kRefuted);
  CHECK(Decide("draws include 0.9", arm, "level = 0.8").verdict == ClaimVerdict::kRefuted);
  CHECK(Decide("draws include 9", arm, "").holds == true);
  Runs nine = arm;
  nine.pop_back();
  CHECK(Decide("draws include 3", nine, "").reason == "Runs of 10 seeds are needed; recorded: 9.");
}

TEST_CASE("draws of a ratio are by pairs, and a claim lies within its digits",
          "[check_experiment]") {
  // Ratios from 0.0424 up: 0.042 may be 0.0425, so it is among them.
  std::vector<double> full(10, 100), banded = {4.24, 5, 6, 7, 8, 9, 10, 11, 12, 13};
  const auto ratio = [&] { return RunsOfArm("full", full) + RunsOfArm("banded", banded); };
  const CheckOutcome outcome = Decide("draws of ratio include Q4b", ratio());
  CHECK(outcome.verdict == ClaimVerdict::kSupported);
  CHECK(outcome.reason ==
        "The ratios of loss over 10 seeds of banded and full lie in [0.0424, 0.13], median 0.085, "
        "and Q4b (0.042) is among them.");
  banded[0] = 4.26;
  CHECK(Decide("draws of ratio include Q4b", ratio()).verdict == ClaimVerdict::kInconclusive);
}

TEST_CASE("few draws do not refute what lies just outside", "[check_experiment]") {
  // One more draw lies outside n with chance 2 / (n + 1): 2/39 of 38, 2/40 of 39.
  std::vector<double> values(38, 1);
  const CheckOutcome few = Decide("draws include 2", RunsOfArm("banded", values), "");
  CHECK(!few.holds);
  CHECK(few.verdict == ClaimVerdict::kInconclusive);
  CHECK(few.reason.ends_with("2 is not; one more draw would lie outside with a chance of 5.1%."));
  values.push_back(1);
  const CheckOutcome enough = Decide("draws include 2", RunsOfArm("banded", values), "");
  CHECK(enough.verdict == ClaimVerdict::kRefuted);
  CHECK(enough.reason.ends_with("2 is not; one more draw would lie outside with a chance of 5%."));
}

TEST_CASE("runs that diverge decide nothing, other alarms are named", "[check_experiment]") {
  Runs records = ClosePairs();
  records[0].alarms = {"leak: it sees its targets."};
  const CheckOutcome named = Decide("difference > 0", records);
  CHECK(named.verdict == ClaimVerdict::kSupported);
  CHECK(named.reason.ends_with(" is wholly > 0. Alarms: leak on 1 of 6 runs."));
  records[4].alarms = {"divergence: it grew."};
  const CheckOutcome diverged = Decide("difference > 0", records);
  CHECK(!diverged.holds);
  CHECK(diverged.verdict == ClaimVerdict::kInconclusive);
  CHECK(diverged.reason.ends_with(
      "Alarms: divergence on 1 of 6 runs and leak on 1 of 6 runs. Runs that diverge decide "
      "nothing; without the alarm it would be supported."));
}

TEST_CASE("a value that is no number makes it inconclusive", "[check_experiment]") {
  Runs records = ClosePairs();
  records[2].results["loss"] = std::numeric_limits<double>::infinity();
  const CheckOutcome outcome = Decide("difference > 0", records);
  CHECK(outcome.verdict == ClaimVerdict::kInconclusive);
  CHECK(outcome.reason == "Loss of arm full at seed 3 is missing or no finite number.");
}

TEST_CASE("an arm that was tuned says at what", "[check_experiment]") {
  Runs records = ClosePairs() + RunsOfArm("banded", {99, 99, 99}, 0.003);
  const CheckOutcome outcome =
      Decide("difference > 0", records, "baseline = \"full\", tune = \"loss\"");
  CHECK(outcome.verdict == ClaimVerdict::kSupported);
  CHECK(outcome.reason.find("3 seeds of banded and full (banded at rate=0.001);") !=
        std::string::npos);
}

}  // namespace
}  // namespace costcheck
