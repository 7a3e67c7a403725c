#include "evidence/summary.h"

#include <cmath>

#include "tests/catch.h"
#include "tests/evidence/samples.h"

namespace costcheck {
namespace {

RunRecord Run(const std::string& arm, double rate, std::uint64_t seed, double loss) {
  RunRecord run = SampleRun(seed, loss);
  run.arm = arm;
  run.settings = {{"rate", rate}};
  return run;
}

double Rate(const RunSettings& settings) { return std::get<double>(settings.at(0).second); }

}  // namespace

TEST_CASE("Values stand by arm and setting, in the order of the seeds", "[summary]") {
  const std::vector<RunRecord> runs = {Run("full", 0.01, 11, 4), Run("banded", 0.1, 7, 3),
                                       Run("full", 0.01, 2, 5), Run("banded", 0.01, 7, 1)};
  const std::vector<ArmValues> values = Summarize(runs, "loss");
  REQUIRE(values.size() == 3);
  CHECK(values[0].arm == "banded");
  CHECK(Rate(values[0].settings) == 0.01);
  CHECK(values[0].values == std::vector<double>{1});
  CHECK(values[1].values == std::vector<double>{3});
  CHECK(values[2].arm == "full");
  CHECK(values[2].seeds == std::vector<std::uint64_t>{2, 11});
  CHECK(values[2].values == std::vector<double>{5, 4});
}

TEST_CASE("Experiments and forms are kept apart", "[summary]") {
  std::vector<RunRecord> runs(3, Run("full", 0.01, 1, 4));
  runs[1].form = "as-described";
  runs[2].experiment = "B4";
  const std::vector<ArmValues> values = Summarize(runs, "loss");
  REQUIRE(values.size() == 3);
  CHECK(values[0].experiment == "B4");
  CHECK(values[1].form == "as-described");
  CHECK(values[2].form == "corrected");
}

TEST_CASE("A run without the metric has NaN, so that its seed is not forgotten", "[summary]") {
  std::vector<RunRecord> runs = {Run("full", 0.01, 1, 4), Run("full", 0.01, 2, 5)};
  runs[0].results.clear();
  const std::vector<ArmValues> values = Summarize(runs, "loss");
  REQUIRE(values.size() == 1);
  CHECK(std::isnan(values[0].values[0]));
  CHECK(values[0].values[1] == 5);
}

TEST_CASE("A run that was made twice counts once; two results or configurations are refused",
          "[summary]") {
  std::vector<RunRecord> runs = {Run("full", 0.01, 1, 4), Run("full", 0.01, 1, 4)};
  runs[1].environment.wall_seconds = 77;
  CHECK(Summarize(runs, "loss").at(0).values == std::vector<double>{4});
  runs[1] = Run("full", 0.01, 1, 5);
  CHECK(ErrorOf([&] { Summarize(runs, "loss"); }).starts_with("there are two results"));
  runs[1] = runs[0];
  runs[1].configuration = "{}";
  const std::string error = ErrorOf([&] { Summarize(runs, "loss"); });
  CHECK(error.starts_with("there are two configurations"));
  CHECK(error.find(RunName(runs[0])) != std::string::npos);
}

TEST_CASE("Each arm gets its own setting with the lowest mean, and the others are named",
          "[summary]") {
  const std::vector<RunRecord> runs = {Run("banded", 0.1, 1, 3),  Run("banded", 0.1, 2, 5),
                                       Run("banded", 0.01, 1, 1), Run("banded", 0.01, 2, 6),
                                       Run("full", 0.1, 1, 2),    Run("full", 0.1, 2, 2),
                                       Run("full", 0.01, 1, 8),   Run("full", 0.01, 2, 1.5),
                                       Run("full", 0.5, 1, 2),    Run("full", 0.5, 2, 2)};
  const std::vector<ArmChoice> choices = ChooseSettings(runs, "loss");
  REQUIRE(choices.size() == 2);
  CHECK(Rate(choices[0].best.settings) == 0.01);
  CHECK(choices[0].best.values == std::vector<double>{1, 6});
  REQUIRE(choices[0].tried.size() == 2);
  CHECK(choices[0].tried[0].mean == 3.5);
  CHECK(choices[0].tried[1].mean == 4);
  CHECK(Rate(choices[1].best.settings) == 0.1);  // before 0.5, which is as good
  REQUIRE(choices[1].tried.size() == 3);
  CHECK(Rate(choices[1].tried[1].settings) == 0.5);
  CHECK(choices[1].tried[2].mean == 4.75);
}

TEST_CASE("Settings are compared over the seeds that ran in all of them", "[summary]") {
  const std::vector<RunRecord> runs = {Run("full", 0.1, 1, 3), Run("full", 0.1, 2, 3),
                                       Run("full", 0.01, 1, 4), Run("full", 0.01, 2, 4),
                                       Run("full", 0.01, 3, -6)};
  const std::vector<ArmChoice> choices = ChooseSettings(runs, "loss");
  REQUIRE(choices.size() == 1);
  CHECK(choices[0].compared_on == std::vector<std::uint64_t>{1, 2});
  CHECK(Rate(choices[0].best.settings) == 0.1);
  const std::vector<RunRecord> apart = {Run("full", 0.1, 1, 3), Run("full", 0.01, 2, 3)};
  CHECK(ErrorOf([&] { ChooseSettings(apart, "loss"); }).starts_with("no seed ran in every"));
}

TEST_CASE("A setting that diverged at one seed is never chosen over one that did not",
          "[summary]") {
  const double nan = std::nan("");
  const std::vector<RunRecord> runs = {Run("full", 0.1, 1, nan), Run("full", 0.1, 2, 0),
                                       Run("full", 0.5, 1, 9), Run("full", 0.5, 2, 9)};
  const std::vector<ArmChoice> choices = ChooseSettings(runs, "loss");
  REQUIRE(choices.size() == 1);
  CHECK(Rate(choices[0].best.settings) == 0.5);
  CHECK(std::isnan(choices[0].tried[1].mean));
  CHECK(ChooseSettings({}, "loss").empty());
}

}  // namespace costcheck
