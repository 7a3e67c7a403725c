#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

#include "evidence/store.h"
#include "tests/catch.h"
#include "tests/cli/run.h"

// `costcheck verify train` as a person runs it, in LibTorch.

namespace costcheck {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

/// Two arms of one model, of which one hardly learns: 12 runs of 22 steps.
constexpr char kTiny[] = R"(name = "tiny"
form = "corrected"
title = "A tiny experiment"
seeds = 6
target = "following"

[corpus]
kind = "zipf"
types = 31
exponent = 1.1
tokens = 900
train_share = 0.7
test_share = 0.1

[batch]
length = 7
sequences = 5
order = "random"

[model]
family = "mean_pool"
width = 6
final_norm = false
initialization = "pytorch"

[training]
optimizer = "adam"
epochs = 2
steps_per_epoch = 11

[evaluation]
every_epochs = 1

[[arms]]
name = "slow"
rates = [1e-6]

[[arms]]
name = "quick"
rates = [3e-2]

[[decisions]]
baseline = "slow"
challenger = "quick"
metric = "expected_loss"
relevant = 0.01
least_pairs = 6
)";

/// A folder of one test case, with the experiment's file.
struct Bench {
  explicit Bench(const std::string& name, std::string toml = kTiny)
      : folder(ScratchFolder() + "/" + name) {
    fs::create_directories(folder);
    std::ofstream(experiment()) << toml;
  }
  std::string experiment() const { return folder + "/tiny.toml"; }
  std::string evidence() const { return folder + "/runs"; }

  std::vector<std::string> Arguments(const std::vector<std::string>& more) const {
    std::vector<std::string> all = {"verify", "train", experiment(), "--evidence", evidence()};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  RunResult Train(const std::vector<std::string>& more = {}) const { return Run(Arguments(more)); }

  std::size_t CountRuns() const { return RunStore(evidence()).Files().size(); }

  std::string folder;
};

/// The other way round, the decision is refuted.
std::string Turned() {
  std::string text = kTiny;
  const std::string rule = "baseline = \"slow\"\nchallenger = \"quick\"";
  return text.replace(text.find(rule), rule.size(), "baseline = \"quick\"\nchallenger = \"slow\"");
}

std::set<std::string> KeysOf(const Json& object) {
  std::set<std::string> keys;
  for (const auto& item : object.items()) keys.insert(item.key());
  return keys;
}

/// The exit status of a shell command.
int Shell(const std::string& command) {
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// What the only run that is recorded in the folder gave.
std::string ResultOf(const std::string& evidence) {
  const StoredRuns all = RunStore(evidence).ReadAll();
  REQUIRE(all.runs.size() == 1);
  return ResultHash(all.runs[0].record);
}

}  // namespace

TEST_CASE("verify train prints one object with the keys that scripts rely on", "[cli][verify]") {
  const Bench bench("keys");
  const RunResult result = bench.Train({"--format", "json"});
  CHECK(result.exit == 0);
  const Json json = Json::parse(result.out);
  CHECK(json["command"] == "verify train");
  CHECK(bench.CountRuns() == 12);
  std::set<std::string> runs, metrics;
  for (const Json& row : json["rows"]) {
    CHECK(KeysOf(row) == std::set<std::string>{"experiment", "form", "arm", "seed", "rate", "steps",
                                               "metric", "value"});
    CHECK(row["experiment"] == "tiny");
    CHECK(row["steps"] == "22");
    runs.insert(row["arm"].get<std::string>() + row["seed"].get<std::string>());
    metrics.insert(row["metric"].get<std::string>());
  }
  CHECK(runs.size() == 12);
  for (const char* metric : {"validation_loss", "test_loss", "expected_loss", "parameters",
                             "source_entropy", "tokens_per_s"}) {
    CAPTURE(metric);
    CHECK(metrics.count(metric) == 1);
  }
  const Json& comparison = json["comparison"];
  CHECK(comparison["pairs"] == "6");
  CHECK(comparison["mean_difference"].get<double>() < -0.01);
  CHECK(comparison["interval"].size() == 2);
  CHECK(comparison["level"] == 0.95);
  CHECK(comparison["p_value"] == 2.0 / 64);
  CHECK(comparison["test"] == "sign_flip");
  CHECK(comparison["verdict"] == "supported");
  // verify compare says the same of the records
  const Json again =
      RunJson({"verify", "compare", bench.experiment(), "--evidence", bench.evidence()});
  CHECK(again["comparison"] == comparison);
}

TEST_CASE("verify train exits with what is decided, and makes no run twice", "[cli][verify]") {
  const Bench bench("exit");
  CHECK(bench.Train().exit == 0);
  const std::string first = bench.Train({"--format", "csv"}).out;
  CHECK(bench.Train({"--format", "csv"}).out == first);
  std::ofstream(bench.experiment()) << Turned();
  CHECK(bench.Train().exit == 1);
  CHECK(bench.CountRuns() == 12);
  CHECK(bench.Train({"--seeds", "5"}).exit == 3);
  CHECK(bench.CountRuns() == 12);
  // of one arm nothing can be decided
  CHECK(bench.Train({"--seeds", "7", "--arms", "quick"}).exit == 3);
  CHECK(bench.CountRuns() == 13);
}

TEST_CASE("shares of verify train make every run once", "[cli][verify]") {
  const Bench bench("task");
  const RunResult first = bench.Train({"--task", "1/2", "--format", "json"});
  CHECK(first.exit == 0);
  CHECK(bench.CountRuns() == 6);
  const Json json = Json::parse(first.out);
  CHECK(json.count("comparison") == 0);
  CHECK(json["notes"][0] == "6 of 12 runs are recorded; decisions are made when all are.");
  const RunResult second = bench.Train({"--task", "2/2", "--format", "json"});
  CHECK(second.exit == 0);
  CHECK(bench.CountRuns() == 12);
  CHECK(Json::parse(second.out)["comparison"]["verdict"] == "supported");
  const std::regex code("\\d+\\.\\d+\\.\\d+\\+[0-9a-f]{12}");
  for (const StoredRun& run : RunStore(bench.evidence()).ReadAll().runs) {
    CHECK(std::regex_match(run.record.environment.code, code));
    CHECK_FALSE(run.record.environment.code.ends_with("e3b0c44298fc"));  // SHA-256 of no sources
  }
  CHECK(IsBadInput(bench.Train({"--task", "3/2"}), "--task: '3/2' is no task"));
}

namespace {

/// One run of some seconds.
const std::vector<std::string> kOneRun = {"--arms", "quick", "--seeds", "1", "--epochs", "2000"};

/// What it gives in one go.
const std::string& WholeResult() {
  static const std::string result = [] {
    const Bench whole("whole");
    whole.Train(kOneRun);
    return ResultOf(whole.evidence());
  }();
  return result;
}

bool SaysHowToGoOn(const RunResult& result) {
  return result.exit == 3 && result.err.find("the same command goes on there") != std::string::npos;
}

}  // namespace

TEST_CASE("a run that is stopped by its limit goes on to the same bits", "[cli][verify]") {
  const Bench bench("limit");
  std::vector<std::string> limited = kOneRun;
  limited.insert(limited.end(), {"--limit", "1"});
  int stops = 0;
  while (stops < 100 && SaysHowToGoOn(bench.Train(limited))) {
    ++stops;
    CHECK_FALSE(fs::is_empty(bench.evidence() + "/.checkpoints"));
  }
  CHECK(stops > 0);
  CHECK(ResultOf(bench.evidence()) == WholeResult());
  CHECK(fs::is_empty(bench.evidence() + "/.checkpoints"));
}

TEST_CASE("a run that is interrupted keeps what it has, and goes on", "[cli][verify]") {
  const Bench bench("interrupted");
  std::string command = "cli/costcheck";
  for (const std::string& argument : bench.Arguments(kOneRun)) command += " '" + argument + "'";
  const std::string checkpoints = bench.evidence() + "/.checkpoints";
  // Before training has begun there is nothing to keep: then a little later.
  for (double seconds = 0.5; seconds < 100 && !fs::exists(checkpoints); seconds *= 1.5) {
    const int status = Shell("timeout --preserve-status -s INT " + std::to_string(seconds) + " " +
                             command + " >/dev/null 2>&1");
    CAPTURE(seconds);
    REQUIRE(status == 130);
  }
  CHECK_FALSE(fs::is_empty(checkpoints));
  CHECK_FALSE(fs::exists(bench.evidence() + "/tiny"));
  bench.Train(kOneRun);
  CHECK(ResultOf(bench.evidence()) == WholeResult());
}

TEST_CASE("verify train says in one sentence what is wrong with its arguments", "[cli][verify]") {
  const Bench bench("arguments");
  CHECK(IsBadInput(Run({"verify", "train"}), "an argument is missing"));
  CHECK(IsBadInput(Run({"verify", "train", "B5-correctd"}), "did you mean 'B5-corrected'?"));
  CHECK(IsBadInput(Run({"verify", "train", bench.folder + "/none.toml"}),
                   "No such file or directory"));
  CHECK(IsBadInput(bench.Train({"--arms", "quik"}), "did you mean 'quick'?"));
  CHECK(IsBadInput(bench.Train({"--seeds", "0"}), "--seeds: '0' is not a whole number from 1 to"));
  CHECK(IsBadInput(bench.Train({"--limit", "1.5"}), "--limit: '1.5' is not a whole number"));
  std::string misspelt = kTiny;
  misspelt.replace(misspelt.find("exponent"), 8, "exponnet");
  std::ofstream(bench.experiment()) << misspelt;
  CHECK(IsBadInput(bench.Train(), bench.experiment() + ":"));
  CHECK_FALSE(fs::exists(bench.evidence()));
}

}  // namespace costcheck
