#include "verify/experiments/recorded_runs.h"

#include "evidence/gather.h"
#include "tests/catch.h"
#include "tests/verify/experiments/example.h"
#include "verify/experiments/experiment_file.h"

namespace costcheck {
namespace {

ExperimentSpec Spec() { return ParseExperiment("e.toml", kExample); }

/// The plan's runs, 'banded' being `benefit` better.
std::vector<RunRecord> Runs(const ExperimentSpec& spec, double benefit = 0.05) {
  std::vector<RunRecord> records;
  for (const PlannedRun& run : PlanOf(spec)) {
    RunRecord record = RecordOf(spec, run);
    double loss = 4 + 0.01 * static_cast<double>(run.seed % 5);
    if (run.arm == 1) loss -= benefit + 0.001 * static_cast<double>(run.seed % 3);
    record.results = {{"test_loss", loss}, {"validation_loss", loss}};
    records.push_back(record);
  }
  return records;
}

KeyedRuns Keyed(const std::vector<RunRecord>& records) {
  std::vector<StoredRun> runs;
  for (const RunRecord& record : records) runs.push_back({record, "r"});
  return RunsByKey(std::move(runs));
}

RecordedRuns Only(const ExperimentSpec& spec, const std::vector<RunRecord>& records) {
  std::vector<RecordedRuns> found = FindRecordedRuns(spec, Keyed(records));
  REQUIRE(found.size() == 1);
  return found.front();
}

TEST_CASE("the runs of a plan are found in its order, and what is missing is named") {
  std::vector<RunRecord> records = Runs(Spec());
  RecordedRuns all = Only(Spec(), {records.rbegin(), records.rend()});
  REQUIRE(all.runs.size() == 33);
  CHECK(all.missing.empty());
  CHECK(MissingTexts(all).empty());
  for (std::size_t i = 0; i < 33; ++i) {
    CHECK(ConfigurationHash(all.runs[i]) == ConfigurationHash(records[i]));
  }
  std::erase_if(records, [](const RunRecord& run) { return run.seed == 4 || run.seed > 9; });
  const RecordedRuns some = Only(Spec(), records);
  CHECK(some.missing.size() == 9);
  CHECK(
      MissingTexts(some) ==
      std::vector<std::string>{"Arm 'full' at each of 2 rates: 8 of 11 seeds; missing 4, 10 to 11.",
                               "Arm 'banded': 8 of 11 seeds; missing 4, 10 to 11."});
  CHECK(MissingTexts(Only(Spec(), {})) == std::vector<std::string>{"No runs are recorded yet."});
}

TEST_CASE("runs of another name, form, rate or model are not of the experiment") {
  for (const auto& [from, to] :
       {std::pair("name = \"E1\"", "name = \"E2\""),
        std::pair("form = \"corrected\"", "form = \"described\""),
        std::pair("[1e-3, 3e-3]", "[2e-3]"), std::pair("width = 20", "width = 25")}) {
    const ExperimentSpec other = ParseExperiment("e.toml", Example(from, to));
    CAPTURE(to);
    CHECK(Only(Spec(), Runs(other)).runs.size() == (other.arms[0].rates.size() == 1 ? 11U : 0U));
  }
}

TEST_CASE("runs of other epochs stand apart, and alone where the file's own are missing") {
  std::vector<RunRecord> records = Runs(Spec());
  for (const std::int64_t epochs : {9, 2}) {
    for (RunRecord& run : Runs(WithOverrides(Spec(), {{}, epochs, {}}))) records.push_back(run);
  }
  const std::vector<RecordedRuns> found = FindRecordedRuns(Spec(), Keyed(records));
  REQUIRE(found.size() == 3);
  CHECK(found[0].spec.training.epochs == 4);
  CHECK_FALSE(found[0].other_epochs);
  CHECK(found[1].spec.training.epochs == 2);
  CHECK(found[2].spec.training.epochs == 9);
  CHECK(found[2].other_epochs);
  const RecordedRuns alone = Only(Spec(), {records.begin() + 33, records.begin() + 66});
  CHECK(alone.spec.training.epochs == 9);
  CHECK(alone.runs.size() == 33);
}

TEST_CASE("a decision with runs missing is inconclusive, and says what follows so far") {
  std::vector<RunRecord> records = Runs(Spec());
  const DecisionSpec decision = Spec().decisions[0];
  CHECK(DecideRecorded(Only(Spec(), records), decision).finding.conclusion ==
        Conclusion::kSupported);
  records.erase(records.begin());
  const Finding finding = DecideRecorded(Only(Spec(), records), decision).finding;
  CHECK(finding.conclusion == Conclusion::kInconclusive);
  CHECK(finding.reason.find("1 of the 33 runs that are planned for it are missing; so far: "
                            "supported, as ") == 0);
}

TEST_CASE("rates without a common seed leave nothing decided, and are no error") {
  std::vector<RunRecord> records = Runs(Spec());
  std::erase_if(records, [](const RunRecord& run) {
    const bool slow = run.settings == RunSettings{{"rate", 1e-3}};
    return run.arm == "full" && slow == (run.seed % 2 == 0);
  });
  const Finding finding = DecideRecorded(Only(Spec(), records), Spec().decisions[0]).finding;
  CHECK(finding.conclusion == Conclusion::kInconclusive);
  CHECK(finding.reason.find("no seed ran in every setting") != std::string::npos);
}

TEST_CASE("timed shapes have runs without a rate") {
  const ExperimentSpec spec = LoadExperiment("TS2");
  std::vector<RunRecord> records;
  for (const PlannedRun& run : PlanOf(spec)) records.push_back(RecordOf(spec, run));
  CHECK(Only(spec, records).missing.empty());
  records.pop_back();
  CHECK(MissingTexts(Only(spec, records)) ==
        std::vector<std::string>{"Arm 'width-1024': 9 of 10 seeds; missing 10."});
}

}  // namespace
}  // namespace costcheck
