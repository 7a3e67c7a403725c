#include "evidence/record.h"

#include <bit>
#include <cmath>
#include <limits>

#include "costmodel/algebra/error.h"
#include "evidence/hash.h"
#include "tests/catch.h"
#include "tests/evidence/samples.h"

namespace costcheck {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

bool Contains(const std::string& text, const std::string& part) {
  const bool contains = text.find(part) != std::string::npos;
  if (!contains) UNSCOPED_INFO("'" << text << "' does not contain '" << part << "'");
  return contains;
}

/// The same bits; of NaN there is one.
bool Same(double a, double b) {
  if (std::isnan(a)) return std::isnan(b);
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

bool Same(const RunSettings& a, const RunSettings& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double *first = std::get_if<double>(&a[i].second),
                 *second = std::get_if<double>(&b[i].second);
    if (a[i].first != b[i].first || (first == nullptr) != (second == nullptr)) return false;
    if (first == nullptr ? a[i].second != b[i].second : !Same(*first, *second)) return false;
  }
  return true;
}

bool SameResult(const RunRecord& a, const RunRecord& b) {
  if (a.curve.size() != b.curve.size() || a.results.size() != b.results.size()) return false;
  for (std::size_t i = 0; i < a.curve.size(); ++i) {
    const CurvePoint &first = a.curve[i], &second = b.curve[i];
    if (first.step != second.step || first.name != second.name) return false;
    if (!Same(first.value, second.value)) return false;
  }
  for (const auto& [name, value] : a.results) {
    if (b.results.count(name) == 0 || !Same(value, b.results.at(name))) return false;
  }
  return a.status == b.status && a.steps == b.steps && a.tokens == b.tokens && a.flops == b.flops &&
         a.alarms == b.alarms;
}

bool SameEnvironment(const RunEnvironment& a, const RunEnvironment& b) {
  return a.code == b.code && a.libtorch == b.libtorch && a.blas == b.blas && a.core == b.core &&
         a.threads == b.threads && a.precision == b.precision && a.device == b.device &&
         Same(a.wall_seconds, b.wall_seconds);
}

/// The sentence that the edited line of the sample is refused with.
std::string Refusal(const std::function<void(std::string&)>& edit) {
  const std::string line = EditedLine(RecordLine(SampleRun(3)), edit);
  return ErrorOf([&line] { ParseRecord(line, "runs.jsonl:7"); });
}

}  // namespace

TEST_CASE("Random records read back as they were, to the bit", "[record]") {
  constexpr std::uint64_t kSeed = 20251;
  INFO("seed " << kSeed);
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 500; ++i) {
    const RunRecord run = RandomRun(random);
    const std::string line = RecordLine(run);
    CAPTURE(i, line);
    const RunRecord read = ParseRecord(line, "here");
    CHECK(RecordLine(read) == line);
    CHECK(line.find('\n') == std::string::npos);
    CHECK(read.experiment == run.experiment);
    CHECK(read.form == run.form);
    CHECK(read.arm == run.arm);
    CHECK(read.seed == run.seed);
    CHECK(Same(read.settings, run.settings));
    CHECK(read.configuration == run.configuration);
    CHECK(SameEnvironment(read.environment, run.environment));
    CHECK(SameResult(read, run));
  }
}

TEST_CASE("A line has its keys in a fixed order, and settings in theirs", "[record]") {
  RunRecord run = SampleRun(3);
  run.settings = {{"z", 1.0}, {"a", "b"}};
  run.curve = {{11, "loss", -kInf}};
  run.results = {{"x", std::nan("")}, {"a", kInf}};
  run.alarms = {"The loss is below the entropy."};
  const std::string hash = ConfigurationHash(run);
  const std::string content =
      R"({"version":1,"experiment":"B5","form":"corrected","arm":"banded","seed":3,)"
      R"("settings":{"z":1.0,"a":"b"},"configuration":{"model":{"d":37,"layers":2},"steps":11},)"
      R"("configuration_hash":")" +
      hash +
      R"(","environment":{"code":"1.0","libtorch":"1.13.1","blas":"OpenBLAS 0.3.21",)"
      R"("core":"Haswell","threads":3,"precision":"float32","device":"cpu","wall_seconds":0.75},)"
      R"("status":"finished","steps":11,"tokens":1331,"flops":"123456789012345678901234567890",)"
      R"("curve":[[11,"loss","-inf"]],"results":{"a":"inf","x":"nan"},)"
      R"("alarms":["The loss is below the entropy."])";
  CHECK(RecordLine(run) == content + ",\"checksum\":\"" + Sha256(content).substr(0, 16) + "\"}");
}

TEST_CASE("The configuration's hash is that of the canonical text", "[record]") {
  CHECK(ConfigurationHash(SampleRun(3)) ==
        Sha256(R"({"arm":"banded","configuration":{"model":{"d":37,"layers":2},"steps":11},)"
               R"("experiment":"B5","form":"corrected","seed":3,)"
               R"("settings":{"rate":0.001,"schedule":"cosine"}})"));
}

TEST_CASE("Order and spelling do not change the configuration's hash", "[record]") {
  RunRecord other = SampleRun(3);
  other.configuration = " {\"steps\": 11,\n \"model\": {\"layers\":2, \"d\":37}}";
  other.settings = {{"schedule", "cosine"}, {"rate", 1e-3}};
  CHECK(ConfigurationHash(other) == ConfigurationHash(SampleRun(3)));
  const RunRecord read = ParseRecord(RecordLine(other), "here");
  CHECK(read.configuration == SampleRun(3).configuration);
}

TEST_CASE("All that tells runs apart is in the configuration's hash, and nothing else is",
          "[record]") {
  const std::string hash = ConfigurationHash(SampleRun(3));
  const auto changed = [&hash](const std::function<void(RunRecord&)>& change) {
    RunRecord run = SampleRun(3);
    change(run);
    return ConfigurationHash(run) != hash;
  };
  CHECK(changed([](RunRecord& run) { run.experiment = "B4"; }));
  CHECK(changed([](RunRecord& run) { run.form = "as-described"; }));
  CHECK(changed([](RunRecord& run) { run.arm = "full"; }));
  CHECK(changed([](RunRecord& run) { run.seed = 4; }));
  CHECK(changed([](RunRecord& run) { run.settings[0].second = 0.0010000000000000002; }));
  CHECK(changed([](RunRecord& run) { run.settings.pop_back(); }));
  CHECK(changed([](RunRecord& run) { run.configuration = "{}"; }));
  CHECK_FALSE(changed([](RunRecord& run) { run.environment = {}; }));
  CHECK_FALSE(changed([](RunRecord& run) { run.results["loss"] = 1; }));
  CHECK_FALSE(changed([](RunRecord& run) { run.curve.clear(); }));
}

TEST_CASE("The result's hash holds what the run gave, and nothing else", "[record]") {
  const std::string hash = ResultHash(SampleRun(3));
  const auto changed = [&hash](const std::function<void(RunRecord&)>& change) {
    RunRecord run = SampleRun(3);
    change(run);
    return ResultHash(run) != hash;
  };
  CHECK(changed([](RunRecord& run) { run.results["loss"] = std::nextafter(2.5, 3.0); }));
  CHECK(changed([](RunRecord& run) { run.curve[1].value = std::nan(""); }));
  CHECK(changed([](RunRecord& run) { run.status = RunStatus::kStopped; }));
  CHECK(changed([](RunRecord& run) { run.steps = 12; }));
  CHECK(changed([](RunRecord& run) { run.tokens = 12; }));
  CHECK(changed([](RunRecord& run) { run.flops = "12"; }));
  CHECK(changed([](RunRecord& run) { run.alarms = {"leak"}; }));
  CHECK_FALSE(changed([](RunRecord& run) { run.environment.wall_seconds = 9; }));
  CHECK_FALSE(changed([](RunRecord& run) { run.seed = 4; }));
}

TEST_CASE("A line that is cut short at any byte is refused, with its place", "[record]") {
  const std::string line = RecordLine(SampleRun(3));
  for (std::size_t size = 0; size < line.size(); ++size) {
    CAPTURE(size);
    const std::string error =
        ErrorOf([&] { ParseRecord(std::string_view(line).substr(0, size), "runs.jsonl:7"); });
    CHECK(error.starts_with("runs.jsonl:7: "));
  }
}

TEST_CASE("A line with any byte changed, or one too many, is refused", "[record]") {
  const std::string line = RecordLine(SampleRun(3));
  for (std::size_t at = 0; at < line.size(); ++at) {
    for (const int change : {0x01, 0x02, 0x20, 0x80, 0xff}) {
      std::string damaged = line;
      damaged[at] = static_cast<char>(damaged[at] ^ change);
      CAPTURE(at, change);
      CHECK(ErrorOf([&damaged] { ParseRecord(damaged, "a:1"); }).starts_with("a:1: "));
    }
  }
  CHECK(ErrorOf([&line] { ParseRecord(line + " ", "a:1"); }).starts_with("a:1: "));
  CHECK(ErrorOf([&line] { ParseRecord(line + line, "a:1"); }).starts_with("a:1: "));
}

TEST_CASE("Unknown, missing, repeated and mistyped keys are refused, with place and nearest name",
          "[record]") {
  CHECK(Refusal([](std::string&) {}).empty());
  CHECK(Refusal(Replacing("\"steps\":11,\"tok", "\"stepz\":11,\"tok")) ==
        "runs.jsonl:7: 'stepz' is not a key here; did you mean 'steps'?");
  CHECK(Refusal(Replacing("\"steps\":11,\"tok", "\"tok")) == "runs.jsonl:7: 'steps' is missing");
  CHECK(Refusal(Replacing("\"steps\":11,\"tok", "\"steps\":11,\"steps\":12,\"tok")) ==
        "runs.jsonl:7: 'steps' is given twice");
  CHECK(Refusal(Replacing("\"core\"", "\"cores\"")) ==
        "runs.jsonl:7: 'cores' is not a key here; did you mean 'core'?");
  const std::pair<const char*, const char*> mistyped[] = {
      {"\"version\":1", "\"version\":2"},
      {"\"version\":1", "\"version\":\"1\""},
      {"\"experiment\":\"B5\"", "\"experiment\":5"},
      {"\"seed\":3", "\"seed\":-3"},
      {"\"seed\":3", "\"seed\":3.0"},
      {"\"seed\":3", "\"seed\":18446744073709551616"},
      {"\"rate\":0.001", "\"rate\":1"},
      {"\"rate\":0.001", "\"rate\":null"},
      {"\"settings\":{\"rate\":0.001,\"schedule\":\"cosine\"}", "\"settings\":[]"},
      {"\"configuration\":{\"model\":{\"d\":37,\"layers\":2},\"steps\":11}", "\"configuration\":1"},
      {"\"threads\":3", "\"threads\":0"},
      {"\"wall_seconds\":0.75", "\"wall_seconds\":\"nan\""},
      {"\"wall_seconds\":0.75", "\"wall_seconds\":-0.75"},
      {"\"finished\"", "\"done\""},
      {"\"steps\":11,\"tok", "\"steps\":-11,\"tok"},
      {"\"steps\":11,\"tok", "\"steps\":9223372036854775808,\"tok"},
      {"\"tokens\":1331", "\"tokens\":1331.5"},
      {"\"flops\":\"1", "\"flops\":\"-1"},
      {"[0,\"train_loss\",6.5]", "[0,\"train_loss\"]"},
      {"[0,\"train_loss\",6.5]", "[0,6.5,\"train_loss\"]"},
      {"[0,\"train_loss\",6.5]", "[0,\"train_loss\",\"NaN\"]"},
      {"[0,\"train_loss\",6.5]", "[0.5,\"train_loss\",6.5]"},
      {"\"results\":{\"loss\":2.5", "\"results\":{\"loss\":1e999"},
      {"\"results\":{\"loss\":2.5", "\"results\":{\"loss\":true"},
      {"\"alarms\":[]", "\"alarms\":[1]"},
      {"\"alarms\":[]", "\"alarms\":\"\""},
      {"\"alarms\":[]", "\"alarms\":[[[]]"},
  };
  for (const auto& [old, by] : mistyped) {
    CAPTURE(old, by);
    CHECK(Refusal(Replacing(old, by)).starts_with("runs.jsonl:7: "));
  }
}

TEST_CASE("A changed configuration is seen by its hash, though the checksum be right", "[record]") {
  CHECK(Contains(Refusal(Replacing("\"seed\":3", "\"seed\":4")), "'configuration_hash' is not"));
  CHECK(Contains(Refusal(Replacing("\"d\":37", "\"d\":38")), "'configuration_hash' is not"));
}

TEST_CASE("Nesting too deep to be printed is refused", "[record]") {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  CHECK(Contains(Refusal(Replacing("\"alarms\":[]", "\"alarms\":" + deep)), "64 levels"));
}

TEST_CASE("A record that could not be read back is not written", "[record]") {
  const auto refusal = [](const std::function<void(RunRecord&)>& change) {
    RunRecord run = SampleRun(3);
    change(run);
    return ErrorOf([&run] { RecordLine(run); });
  };
  for (const char* name : {"", ".", "..", ".hidden", "a/b", "a b", "\xc3\xa9"}) {
    CAPTURE(name);
    CHECK(Contains(refusal([name](RunRecord& run) { run.experiment = name; }), "experiment"));
  }
  CHECK(Contains(refusal([](RunRecord& run) { run.arm = "\xff"; }), "arm is not UTF-8"));
  CHECK(Contains(refusal([](RunRecord& run) { run.alarms = {"\xc3"}; }), "alarms is not UTF-8"));
  CHECK(Contains(refusal([](RunRecord& run) { run.settings.emplace_back("rate", 1.0); }), "twice"));
  CHECK(Contains(refusal([](RunRecord& run) { run.settings[0].second = kInf; }), "'rate'"));
  CHECK(Contains(refusal([](RunRecord& run) { run.configuration = "[]"; }), "no JSON object"));
  CHECK(Contains(refusal([](RunRecord& run) { run.configuration = "{"; }), "not JSON"));
  CHECK(Contains(refusal([](RunRecord& run) { run.steps = -1; }), "steps"));
  CHECK(Contains(refusal([](RunRecord& run) { run.tokens = -1; }), "tokens"));
  CHECK(Contains(refusal([](RunRecord& run) { run.flops = "1e9"; }), "flops"));
  CHECK(Contains(refusal([](RunRecord& run) { run.flops = ""; }), "flops"));
  CHECK(Contains(refusal([](RunRecord& run) { run.curve[0].step = -1; }), "curve"));
  CHECK(Contains(refusal([](RunRecord& run) { run.environment.wall_seconds = -1; }), "wall"));
  CHECK(Contains(refusal([](RunRecord& run) { run.environment.threads = 0; }), "threads"));
}

TEST_CASE("A run's name says which it is", "[record]") {
  CHECK(RunName(SampleRun(3)) == "B5, corrected, arm banded, seed 3, rate=0.001, schedule=cosine");
  RunRecord run = SampleRun(3);
  run.settings.clear();
  CHECK(RunName(run) == "B5, corrected, arm banded, seed 3");
  CHECK(SettingsJson({{"b", 1.0}, {"a", "x"}}) == R"({"a":"x","b":1.0})");
}

}  // namespace costcheck
