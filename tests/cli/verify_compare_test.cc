#include <algorithm>
#include <cmath>
#include <set>

#include "evidence/files.h"
#include "evidence/lines.h"
#include "evidence/store.h"
#include "tests/catch.h"
#include "tests/cli/run.h"
#include "tests/evidence/samples.h"
#include "tests/verify/experiments/example.h"
#include "verify/experiments/experiment_file.h"
#include "verify/experiments/plan.h"

// The program compares alone: none of this needs LibTorch.

namespace costcheck {
namespace {

using Json = nlohmann::json;

/// The runs of the example by arithmetic: 'full' is 0.5 better at rate 0.003 than at 0.001, and
/// 'banded' `benefit` better than that.
std::vector<RunRecord> ExampleRuns(const ExperimentSpec& spec, double benefit) {
  std::vector<RunRecord> records;
  for (const PlannedRun& run : PlanOf(spec)) {
    RunRecord record = RecordOf(spec, run);
    double loss = 4 + 0.01 * static_cast<double>(run.seed * run.seed % 7);
    if (run.arm == 1) loss -= 0.5 + benefit + 0.001 * static_cast<double>(run.seed % 3);
    if (run.arm == 0 && run.rate == 3e-3) loss -= 0.5;
    record.steps = 28;
    record.tokens = 1092;
    record.environment.wall_seconds = 2;
    record.results = {{"test_loss", loss}, {"validation_loss", loss + 0.1}};
    records.push_back(record);
  }
  return records;
}

/// A folder with the example's file and a file of these records.
struct Bench {
  explicit Bench(const std::vector<RunRecord>& records, std::string_view toml = kExample) {
    ReplaceFile(experiment, toml);
    WriteRunLines(evidence, records);
  }

  std::vector<std::string> Command(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"verify", "compare", experiment, "--evidence", evidence};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  RunResult Compare(const std::vector<std::string>& more = {}) const { return Run(Command(more)); }
  Json CompareJson() const { return Json::parse(Compare({"--format", "json"}).out); }

  std::string folder = NewFolder();
  std::string experiment = folder + "/e1.toml", evidence = folder + "/runs.jsonl";
};

ExperimentSpec Spec() { return ParseExperiment("e1.toml", kExample); }

std::set<std::string> KeysOf(const Json& object) {
  std::set<std::string> keys;
  for (const auto& item : object.items()) keys.insert(item.key());
  return keys;
}

bool Has(const std::string& text, const std::string& part) {
  CAPTURE(text, part);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("verify compare prints one object with the keys that scripts rely on", "[cli]") {
  const Json json = Bench(ExampleRuns(Spec(), 0.05)).CompareJson();
  CHECK(json["command"] == "verify compare");
  REQUIRE(json["rows"].size() == 9);
  const Json expected = {{"experiment", "E1"}, {"form", "corrected"},      {"arm", "full"},
                         {"rate", 0.003},      {"chosen", true},           {"seeds", "11"},
                         {"steps", "28"},      {"metric", "tokens_per_s"}, {"mean", 546.0},
                         {"median", 546.0},    {"least", 546.0},           {"greatest", 546.0}};
  CHECK(json["rows"][5] == expected);
  CHECK(json["rows"][0]["chosen"] == false);
  CHECK(json["rows"][4]["metric"] == "test_loss");
  CHECK(json["rows"][4]["least"] == 3.5);
  CHECK(json["rows"][4]["greatest"] == 3.54);
  const Json& comparison = json["comparison"];
  for (const char* key : {"pairs", "mean_difference", "interval", "level", "p_value", "test",
                          "verdict", "effect_size", "smallest_resolvable", "ratio", "median_ratio",
                          "alarms", "reason", "rule", "baseline", "challenger", "metric"}) {
    CAPTURE(key);
    CHECK(comparison.count(key) == 1);
  }
  CHECK(comparison["pairs"] == "11");
  CHECK(comparison["verdict"] == "supported");
  const double difference = comparison["mean_difference"].get<double>();
  CHECK(std::abs(difference + 0.05 + 0.012 / 11) < 1e-12);
  CHECK(comparison["interval"].size() == 2);
  REQUIRE(json["comparisons"].size() == 1);
  CHECK(json["comparisons"][0]["lower"] == comparison["interval"][0]);
  CHECK(KeysOf(json["comparisons"][0]).count("experiment") == 1);
}

TEST_CASE("verify compare exits with what the runs decide", "[cli]") {
  CHECK(Bench(ExampleRuns(Spec(), 0.05)).Compare().exit == 0);
  CHECK(Bench(ExampleRuns(Spec(), -0.05)).Compare().exit == 1);
  CHECK(Bench(ExampleRuns(Spec(), 0.009)).Compare().exit == 3);
  CHECK(Bench({}).Compare().exit == 3);
}

TEST_CASE("verify compare shows people each arm at its chosen rate, and what was tried", "[cli]") {
  const RunResult result = Bench(ExampleRuns(Spec(), 0.05)).Compare({"--format", "markdown"});
  CHECK(Has(result.out, "**E1, corrected: An example**"));
  CHECK(Has(result.out, "| full   | 0.003 |"));
  CHECK_FALSE(Has(result.out, "| full   | 0.001 |"));
  CHECK(Has(result.out, "Arm 'full': learning rate 0.003 is the best of 0.003 (3.6"));
  CHECK(Has(result.out, "), 0.001 (4.1"));
  CHECK(Has(result.out,
            "Decision 1: Is test_loss of 'banded' lower than that of 'full' by at least 0.01? "
            "supported: "));
  CHECK(Has(result.out, "33 runs with costcheck "));
}

TEST_CASE("verify compare says which runs are missing, and decides nothing", "[cli]") {
  std::vector<RunRecord> records = ExampleRuns(Spec(), 0.05);
  std::erase_if(records, [](const RunRecord& run) {
    const bool slow = run.settings == RunSettings{{"rate", 1e-3}};
    return (run.arm == "banded" && (run.seed == 3 || run.seed >= 9)) ||
           (run.arm == "full" && slow && run.seed == 2);
  });
  const RunResult result = Bench(records).Compare();
  CHECK(result.exit == 3);
  CHECK(Has(result.out, "Arm 'full', rate 0.001: 10 of 11 seeds; missing 2."));
  CHECK(Has(result.out, "Arm 'banded': 7 of 11 seeds; missing 3, 9 to 11."));
  CHECK(Has(result.out, "5 of the 33 runs that are planned for it are missing; so far:"));
  // a benefit that is refuted so far is not refuted either
  records = ExampleRuns(Spec(), -0.05);
  records.pop_back();
  CHECK(Bench(records).Compare().exit == 3);
  CHECK(Bench(records).CompareJson()["comparison"]["verdict"] == "inconclusive");
  std::erase_if(records, [](const RunRecord& run) { return run.seed > 10; });
  CHECK(Bench(records).Compare({"--seeds", "10"}).exit == 1);
}

TEST_CASE("verify compare of an experiment without runs says so", "[cli]") {
  const RunResult result = Bench({}).Compare({"--format", "markdown"});
  CHECK(result.out == "**E1, corrected: An example**\n\n- No runs are recorded yet.\n");
  CHECK(result.exit == 3);
}

TEST_CASE("verify compare has runs of other epochs apart", "[cli]") {
  std::vector<RunRecord> records = ExampleRuns(Spec(), 0.05);
  const ExperimentSpec longer = WithOverrides(Spec(), {{}, 9, {}});
  for (RunRecord& run : ExampleRuns(longer, -0.05)) records.push_back(run);
  const Bench both(records);
  const RunResult result = both.Compare();
  CHECK(result.exit == 1);
  CHECK(Has(result.out, "An example; here with 9 epochs"));
  REQUIRE(both.CompareJson()["comparisons"].size() == 2);
  CHECK(both.CompareJson()["comparisons"][0]["verdict"] == "supported");
  CHECK(both.CompareJson()["comparisons"][1]["verdict"] == "refuted");
  const Bench other(ExampleRuns(longer, 0.05));
  CHECK(other.Compare().exit == 0);
  CHECK(other.CompareJson()["comparisons"].size() == 1);
}

TEST_CASE("verify compare counts a run once, and refuses two results of it", "[cli]") {
  const Bench bench(ExampleRuns(Spec(), 0.05));
  const std::string again = bench.folder + "/again";
  const std::vector<RunRecord> runs = ExampleRuns(Spec(), 0.05);
  for (const RunRecord& run : runs) RunStore(again).Add(run);
  const std::string once = bench.Compare().out;
  CHECK(bench.Compare({"--evidence", again}).out == once);
  WriteRunLines(bench.folder + "/other.jsonl", ExampleRuns(Spec(), 0.06));
  CHECK(IsBadInput(bench.Compare({"--evidence", bench.folder + "/other.jsonl"}),
                   "another result of one run (E1, corrected, arm banded, seed "));
}

TEST_CASE("verify compare exports what it compares as sorted lines", "[cli]") {
  std::vector<RunRecord> runs = ExampleRuns(Spec(), 0.05);
  const std::string lines = RunLines(runs);
  std::reverse(runs.begin(), runs.end());
  runs.push_back(SampleRun(1));
  const Bench bench(runs);
  const std::string folder = bench.folder + "/export/here";
  const RunResult result = bench.Compare({"--export", folder});
  CHECK(result.exit == 0);
  CHECK(FileText(folder + "/e1.jsonl") == lines);
  CHECK(Run({"verify", "compare", bench.experiment, "--evidence", folder}).out == result.out);
}

TEST_CASE("verify compare finds by itself which experiments have runs", "[cli]") {
  const std::string folder = NewFolder();
  std::vector<RunRecord> runs;
  for (const char* name : {"B5-corrected", "TS2"}) {
    const ExperimentSpec spec = LoadExperiment(name);
    for (const PlannedRun& run : PlanOf(spec)) runs.push_back(RecordOf(spec, run));
  }
  for (RunRecord& run : runs) {
    run.results = {{"expected_loss", 3}, {"validation_loss", 3}, {"time_ratio", 0.5}};
  }
  runs.push_back(SampleRun(1));
  WriteRunLines(folder + "/all.jsonl", runs);
  const RunResult result =
      Run({"verify", "compare", "--evidence", folder, "--format", "json", "--export", folder});
  CHECK(result.exit == 3);
  const Json json = Json::parse(result.out);
  std::set<std::string> names;
  for (const Json& row : json["rows"]) names.insert(row["experiment"].get<std::string>());
  CHECK(names == std::set<std::string>{"B5", "TS2"});
  CHECK(json["rows"].back()["rate"] == nullptr);
  CHECK(json["rows"].back()["arm"] == "width-1024");
  CHECK(Has(result.err, "1 record of B5, corrected left out"));
  CHECK(FileText(folder + "/B5-corrected.jsonl").size() > 100000);
  CHECK(Has(FileText(folder + "/TS2.jsonl"), "width-256"));
  CHECK(Run({"verify", "compare", "TS2", "--evidence", folder}).exit == 0);
}

TEST_CASE("verify compare has every format", "[cli]") {
  const Bench bench(ExampleRuns(Spec(), 0.05));
  const RunResult csv = bench.Compare({"--format", "csv"});
  CHECK(csv.out.rfind("experiment,form,arm,rate,chosen,seeds,steps,metric,mean,median,least,"
                      "greatest\nE1,corrected,full,0.001,false,11,28,validation_loss,",
                      0) == 0);
  for (const char* format : {"text", "markdown", "latex", "html"}) {
    CAPTURE(format);
    const RunResult result = bench.Compare({"--format", format});
    CHECK(result.exit == 0);
    CHECK(Has(result.out, "supported"));
    CHECK(Has(result.out, "An example"));
  }
}

TEST_CASE("verify compare says in one sentence what is wrong with its arguments", "[cli]") {
  const Bench bench(ExampleRuns(Spec(), 0.05));
  const std::string none = bench.folder + "/none";
  CHECK(IsBadInput(Run({"verify", "compare", "B5-correct", "--evidence", bench.evidence}),
                   "did you mean 'B5-corrected'?"));
  CHECK(IsBadInput(Run({"verify", "compare", "B5", "--evidence", none}),
                   "--evidence: cannot read '" + none + "': No such file or directory"));
  CHECK(IsBadInput(Run({"verify", "compare", "B5", "--evidnce", none}),
                   "did you mean '--evidence'?"));
  CHECK(IsBadInput(bench.Compare({"--seeds", "0"}), "--seeds: '0' is not a whole number from 1"));
  const std::string text = FileText(bench.evidence);
  ReplaceFile(bench.evidence, text.substr(0, text.size() / 2));
  CHECK(IsBadInput(bench.Compare(), bench.evidence + ":"));
  const RunResult nothing = Run({"verify", "compare", "--evidence", NewFolder()});
  CHECK(nothing.exit == 3);
  CHECK(nothing.out.empty());
  CHECK(Has(nothing.err, "no run of an experiment that is built in is recorded there"));
  CHECK(Run({"verify", "compare", "--help"}).exit == 0);
}

}  // namespace costcheck
