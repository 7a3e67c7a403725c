#include "verify/experiments/comparison.h"

#include <cmath>

#include "tests/algebra/error_text.h"
#include "tests/catch.h"
#include "tests/verify/experiments/example.h"
#include "verify/experiments/decision.h"
#include "verify/experiments/experiment_file.h"
#include "verify/experiments/plan.h"

namespace costcheck {
namespace {

/// The example's plan, run by arithmetic: 'full' has 4 + noise at rate 0.001 and is 0.5 better at
/// 0.003; 'banded' is `benefit` better than that.
std::vector<RunRecord> Runs(const ExperimentSpec& spec, double benefit) {
  std::vector<RunRecord> records;
  for (const PlannedRun& run : PlanOf(spec)) {
    RunRecord record = RecordOf(spec, run);
    const double noise = 0.01 * static_cast<double>(run.seed * run.seed % 7);
    const double wobble = 0.001 * static_cast<double>(run.seed % 3);
    double loss = 4 + noise - (run.arm == 0 && run.rate == 1e-3 ? 0 : 0.5);
    if (run.arm == 1) loss -= benefit + wobble;
    record.results = {{"test_loss", loss}, {"validation_loss", loss + 0.1}};
    records.push_back(record);
  }
  return records;
}

/// Up to rounding.
bool IsNear(double a, double b) { return std::abs(a - b) < 1e-12; }

ExperimentSpec Spec() { return ParseExperiment("e.toml", kExample); }

Finding FindingOf(const ExperimentSpec& spec, const std::vector<RunRecord>& records) {
  return Decide(spec, spec.decisions[0], records).finding;
}

TEST_CASE("arms are compared by seed, each at its best rate") {
  const ExperimentSpec spec = Spec();
  const DecisionOutcome outcome = Decide(spec, spec.decisions[0], Runs(spec, 0.05));
  REQUIRE(outcome.arms.size() == 2);
  CHECK(outcome.arms[0].arm == "full");
  CHECK(outcome.arms[0].rate == 3e-3);
  CHECK(outcome.arms[0].tried.size() == 2);
  CHECK(outcome.arms[1].rate == 1e-3);
  CHECK(outcome.seeds.size() == 11);
  REQUIRE(outcome.comparison);
  // Of seeds 1 to 11, four are 1 and four are 2 modulo 3.
  CHECK(IsNear(outcome.comparison->mean_difference, -(0.05 + 0.012 / 11)));
  CHECK(outcome.finding.conclusion == Conclusion::kSupported);
  CHECK(outcome.alarms.empty());
}

TEST_CASE("a benefit below the relevant one is refuted, one on the border is inconclusive") {
  const ExperimentSpec spec = Spec();
  CHECK(FindingOf(spec, Runs(spec, 0.005)).conclusion == Conclusion::kRefuted);
  CHECK(FindingOf(spec, Runs(spec, -0.05)).conclusion == Conclusion::kRefuted);
  CHECK(FindingOf(spec, Runs(spec, 0.009)).conclusion == Conclusion::kInconclusive);
}

TEST_CASE("a best rate at the end of its grid is noted") {
  const ExperimentSpec spec = Spec();
  CHECK(Decide(spec, spec.decisions[0], Runs(spec, 0.05)).notes ==
        std::vector<std::string>{"The best learning rate of 'full', 0.003, is at the end of those "
                                 "tried: a better one may lie beyond."});
}

TEST_CASE("rates that did not run are noted") {
  const ExperimentSpec spec = Spec();
  std::vector<RunRecord> records = Runs(spec, 0.05);
  std::erase_if(records, [](const RunRecord& record) {
    return record.arm == "full" && record.settings == RunSettings{{"rate", 3e-3}};
  });
  const DecisionOutcome outcome = Decide(spec, spec.decisions[0], records);
  CHECK(outcome.notes.front() == "Of 2 learning rates of 'full', 1 ran.");
  CHECK(outcome.arms[0].rate == 1e-3);
}

TEST_CASE("runs of another configuration are not of this experiment") {
  const ExperimentSpec spec = Spec();
  const ExperimentSpec longer = WithOverrides(spec, {{}, 5, {}});
  std::vector<RunRecord> records = Runs(longer, 0.05);
  CHECK(RunsOf(spec, records).empty());
  CHECK(RunsOf(longer, records).size() == records.size());
  CHECK(FindingOf(spec, records).reason == "There are no runs of 'full'.");
  records.front().seed = 99;
  CHECK(RunsOf(longer, records).size() == records.size());
  records.front().settings = {{"rate", 7e-3}};
  CHECK(RunsOf(longer, records).size() == records.size() - 1);
}

TEST_CASE("seeds that are missing in one arm are in no pair") {
  const ExperimentSpec spec = Spec();
  std::vector<RunRecord> records = Runs(spec, 0.05);
  std::erase_if(records,
                [](const RunRecord& record) { return record.arm == "banded" && record.seed == 4; });
  const DecisionOutcome outcome = Decide(spec, spec.decisions[0], records);
  CHECK(outcome.seeds == std::vector<std::uint64_t>{1, 2, 3, 5, 6, 7, 8, 9, 10, 11});
  CHECK(outcome.finding.conclusion == Conclusion::kSupported);
  std::erase_if(records, [](const RunRecord& record) { return record.seed == 5; });
  CHECK(FindingOf(spec, records).conclusion == Conclusion::kInconclusive);
}

TEST_CASE("a value that is no number leaves nothing concluded") {
  const ExperimentSpec spec = Spec();
  std::vector<RunRecord> records = Runs(spec, 0.05);
  for (RunRecord& record : records) {
    if (record.arm == "banded" && record.seed == 4) record.results["test_loss"] = NAN;
  }
  CHECK(FindingOf(spec, records).conclusion == Conclusion::kInconclusive);
  CHECK(FindingOf(spec, records).reason == "test_loss of 'banded' at seed 4 is nan.");
}

TEST_CASE("an alarm of a run that is compared leaves nothing concluded, and is carried over") {
  const ExperimentSpec spec = Spec();
  std::vector<RunRecord> records = Runs(spec, 0.05);
  for (RunRecord& record : records) {
    if (record.arm == "full" && record.seed == 2) record.alarms = {"It has not converged."};
  }
  const DecisionOutcome outcome = Decide(spec, spec.decisions[0], records);
  CHECK(outcome.finding.conclusion == Conclusion::kInconclusive);
  CHECK(outcome.finding.reason.find("1 of the 22 runs compared have an alarm; without it: "
                                    "supported, as ") == 0);
  CHECK(outcome.alarms ==
        std::vector<std::string>{"full, rate=0.003, seed 2: It has not converged."});
}

TEST_CASE("an alarm at a rate that was not chosen does not matter") {
  const ExperimentSpec spec = Spec();
  std::vector<RunRecord> records = Runs(spec, 0.05);
  for (RunRecord& record : records) {
    if (record.settings == RunSettings{{"rate", 1e-3}} && record.arm == "full") {
      record.alarms = {"It has not converged."};
    }
  }
  CHECK(FindingOf(spec, records).conclusion == Conclusion::kSupported);
}

TEST_CASE("of four arms the changes are compared") {
  const char* two_more = R"(
[[arms]]
name = "sparse"
rates = [1e-3]

[[arms]]
name = "both"
rates = [1e-3]

[[decisions]]
baseline = "banded"
challenger = "both"
beside_baseline = "full"
beside_challenger = "sparse"
metric = "test_loss"
relevant = 0
)";
  const std::string text =
      With(std::string(kExample) + two_more, "rates = [1e-3, 3e-3]", "rates = [1e-3]");
  const ExperimentSpec spec = ParseExperiment("e.toml", text);
  std::vector<RunRecord> records;
  for (const PlannedRun& run : PlanOf(spec)) {
    RunRecord record = RecordOf(spec, run);
    const double wobble = 0.001 * static_cast<double>(run.seed % 3);
    // full 4, banded 3.9, sparse 4.3, both 4.15: the sparse step costs 0.25 here and 0.3 there.
    const double losses[] = {4, 3.9, 4.3, 4.15 + wobble};
    record.results = {{"test_loss", losses[run.arm]}, {"validation_loss", losses[run.arm]}};
    records.push_back(record);
  }
  const DecisionOutcome outcome = Decide(spec, spec.decisions[1], records);
  REQUIRE(outcome.comparison);
  CHECK(IsNear(outcome.comparison->mean_a, 0.25 + 0.012 / 11));
  CHECK(IsNear(outcome.comparison->mean_b, 0.3));
  CHECK(outcome.finding.conclusion == Conclusion::kSupported);
}

TEST_CASE("a rule can be said in words") {
  CHECK(RuleText(Spec().decisions[0]) ==
        "Is test_loss of 'banded' lower than that of 'full' by at least 0.01? Each arm at the "
        "learning rate with the least mean validation_loss; pairs of runs from one seed. Supported "
        "where the 95 % interval of the mean difference lies wholly on that side and the sign_flip "
        "test has p <= 0.05; refuted where the interval lies wholly on the other; with fewer than "
        "10 pairs, and else, inconclusive.");
}

}  // namespace
}  // namespace costcheck
