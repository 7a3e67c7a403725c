#include "claims/experiment_runs.h"

#include <limits>

#include "tests/algebra/error_text.h"
#include "tests/catch.h"
#include "tests/claims/runs.h"

namespace costcheck {
namespace {

using Seeds = std::vector<std::uint64_t>;
using Values = std::vector<double>;

ClaimExperiment Experiment(const std::string& arm = "banded",
                           const std::string& baseline = "full") {
  ClaimExperiment experiment;
  experiment.name = "B5";
  experiment.form = "described";
  experiment.metric = "loss";
  experiment.arm = arm;
  experiment.baseline = baseline;
  return experiment;
}

TEST_CASE("arms are paired by the seeds that both have", "[experiment_runs]") {
  auto records = RunsOfArm("full", {1, 2, 3}) + RunsOfArm("banded", {5, 7, 11, 13});
  records.erase(records.begin() + 1);
  RunRecord other = records.front();
  other.form = "corrected";
  other.results["loss"] = 99;
  records.push_back(other);
  const ExperimentRuns runs = FindExperimentRuns(Experiment(), records);
  CHECK(runs.seeds == Seeds{1, 3});
  CHECK(runs.arm == Values{5, 11});
  CHECK(runs.baseline == Values{1, 3});
  CHECK(runs.missing.empty());
  CHECK(runs.unfit.empty());
  CHECK(runs.settings.empty());
  CHECK(runs.alarms.empty());
  CHECK(!runs.broken);
}

TEST_CASE("one arm needs no baseline", "[experiment_runs]") {
  const ExperimentRuns runs = FindExperimentRuns(Experiment("full", ""), RunsOfArm("full", {1, 2}));
  CHECK(runs.arm == Values{1, 2});
  CHECK(runs.baseline.empty());
}

TEST_CASE("what is not recorded is said", "[experiment_runs]") {
  CHECK(FindExperimentRuns(Experiment(), {}).missing ==
        "No runs are recorded of B5, described, arm banded.");
  CHECK(FindExperimentRuns(Experiment(), RunsOfArm("banded", {1, 2})).missing ==
        "No runs are recorded of B5, described, arm full.");
}

TEST_CASE("an arm of several settings has the best by 'tune'", "[experiment_runs]") {
  auto records = RunsOfArm("banded", {5, 7}, 0.001) + RunsOfArm("banded", {4, 9}, 0.003) +
                 RunsOfArm("full", {1, 2});
  for (RunRecord& record : records) record.results["tuned"] = -record.results["loss"];
  CHECK(ErrorTextOf([&] { FindExperimentRuns(Experiment(), records); }) ==
        "arm banded ran with 2 settings; say with 'tune' by which metric they are chosen");
  ClaimExperiment experiment = Experiment();
  experiment.tune = "tuned";
  const ExperimentRuns runs = FindExperimentRuns(experiment, records);
  CHECK(runs.arm == Values{4, 9});
  CHECK(runs.settings == "banded at rate=0.003");
  experiment.tune = "loss";
  CHECK(FindExperimentRuns(experiment, records).arm == Values{5, 7});
}

TEST_CASE("an unknown metric is an error with the nearest", "[experiment_runs]") {
  ClaimExperiment experiment = Experiment();
  experiment.metric = "los";
  const auto records = RunsOfArm("full", {1}) + RunsOfArm("banded", {1});
  CHECK(ErrorTextOf([&] { FindExperimentRuns(experiment, records); }) ==
        "no run of B5, described, arm banded has a metric 'los'; did you mean 'loss'?");
}

TEST_CASE("runs that cannot be compared are told", "[experiment_runs]") {
  auto records = RunsOfArm("full", {1, 2}) + RunsOfArm("banded", {1, 2});
  SECTION("a value that is no number") {
    records[1].results["loss"] = std::numeric_limits<double>::quiet_NaN();
    CHECK(FindExperimentRuns(Experiment(), records).unfit ==
          "loss of arm full at seed 2 is missing or no finite number.");
  }
  SECTION("a run of another length among an arm's") {
    records[1].configuration = R"({"arm":"full","training":{"epochs":5}})";
    CHECK(FindExperimentRuns(Experiment(), records).unfit ==
          "The runs of arm full have several configurations.");
  }
  SECTION("arms of different lengths") {
    for (std::size_t i : {0, 1}) {
      records[i].configuration = R"({"arm":"full","training":{"epochs":5}})";
    }
    CHECK(FindExperimentRuns(Experiment(), records).unfit ==
          "The runs of the two arms differ in their training or corpus.");
  }
}

TEST_CASE("alarms of the runs compared are counted", "[experiment_runs]") {
  auto records = RunsOfArm("full", {1, 2}) + RunsOfArm("banded", {1, 2, 3});
  records[0].alarms = {"leak: it sees its targets."};
  records[2].alarms = {"leak: it sees its targets.", "not_converged: it still falls."};
  records[4].alarms = {"divergence: not compared, as full has no seed 3."};
  const ExperimentRuns runs = FindExperimentRuns(Experiment(), records);
  CHECK(runs.alarms ==
        std::vector<std::string>{"leak on 2 of 4 runs", "not_converged on 1 of 4 runs"});
  CHECK(!runs.broken);
  for (const char* alarm : {"divergence: it grew.", "not_a_number: inf"}) {
    records[1].alarms = {alarm};
    CHECK(FindExperimentRuns(Experiment(), records).broken);
  }
}

}  // namespace
}  // namespace costcheck
