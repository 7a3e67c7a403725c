#include "evidence/record_shared.h"

#include "evidence/hash.h"
#include "tests/catch.h"
#include "tests/evidence/samples.h"

namespace costcheck {
namespace {

constexpr char kConfiguration[] = R"({"model":{"d":37,"layers":2},"steps":11})";
constexpr char kEnvironment[] =
    R"({"blas":"OpenBLAS 0.3.21","code":"1.0","core":"Haswell","device":"cpu",)"
    R"("libtorch":"1.13.1","precision":"float32","threads":3})";

std::string NameOf(const std::string& text) { return Sha256(text).substr(0, 16); }

/// The line of an object, by hand.
std::string ObjectLine(const std::string& text, const std::string& name) {
  const std::string content = R"({"version":1,"shared":")" + name + R"(","object":)" + text;
  return content + ",\"checksum\":\"" + NameOf(content) + "\"}";
}

std::string Compact(const RunRecord& run) {
  std::set<std::string> shared;
  return CompactLine(run, shared);
}

/// The objects of the sample, as they are read.
SharedObjects Objects() {
  std::set<std::string> lines;
  CompactLine(SampleRun(3), lines);
  SharedObjects shared;
  for (const std::string& line : lines) ParseLine(line, "runs.jsonl:1", shared);
  return shared;
}

/// What a line is refused with, after the objects of the sample.
std::string Refusal(const std::string& line) {
  SharedObjects shared = Objects();
  return ErrorOf([&] { ParseLine(line, "runs.jsonl:7", shared); });
}

std::string EditRefusal(const std::string& old, const std::string& by) {
  return Refusal(EditedLine(Compact(SampleRun(3)), Replacing(old, by)));
}

}  // namespace

TEST_CASE("Random records read back from compact lines as they were", "[shared]") {
  constexpr std::uint64_t kSeed = 20257;
  INFO("seed " << kSeed);
  std::mt19937_64 random(kSeed);
  const std::string configurations[] = {
      "{}", R"({"b": 1e-3, "a": [1, 1.0, -7, null]})", R"({"wall_seconds":3,"shared":"x"})",
      R"({"a":{"é":"\u0000\"","configuration":"0123456789abcdef"}})"};
  SharedObjects shared;
  for (int i = 0; i < 500; ++i) {
    RunRecord run = RandomRun(random);
    run.configuration = configurations[random() % std::size(configurations)];
    std::set<std::string> objects;
    const std::string line = CompactLine(run, objects);
    CAPTURE(i, line);
    CHECK(line.find('\n') == std::string::npos);
    REQUIRE(objects.size() == 2);
    SharedObjects read_objects;
    for (const std::string& object : objects) CHECK_FALSE(ParseLine(object, "a:1", read_objects));
    const std::optional<RunRecord> read = ParseLine(line, "a:2", read_objects);
    REQUIRE(read.has_value());
    CHECK(RecordLine(*read) == RecordLine(run));
    for (const auto& [name, object] : read_objects) CHECK(object.used);
  }
}

TEST_CASE("A compact line names its objects, whose lines hold them in canonical form", "[shared]") {
  RunRecord run = SampleRun(3);
  run.configuration = " {\"steps\": 11,\n \"model\": {\"layers\":2, \"d\":37}}";
  std::set<std::string> shared;
  const std::string line = CompactLine(run, shared);
  const std::string configuration = NameOf(kConfiguration), environment = NameOf(kEnvironment);
  CHECK(shared ==
        std::set{ObjectLine(kConfiguration, configuration), ObjectLine(kEnvironment, environment)});
  CHECK(line.starts_with(R"({"version":1,"experiment":"B5","form":"corrected","arm":"banded",)"
                         R"("seed":3,"settings":{"rate":0.001,"schedule":"cosine"},)"
                         R"("configuration":")" +
                         configuration + R"(","environment":")" + environment +
                         R"(","wall_seconds":0.75,"status":"finished","steps":11,)"));
  CHECK(line.find("configuration_hash") == std::string::npos);
  const std::string content = line.substr(0, line.rfind(",\"checksum\""));
  CHECK(line == content + ",\"checksum\":\"" + NameOf(content) + "\"}");
}

TEST_CASE("Runs that differ in seed, settings, result or time share both objects", "[shared]") {
  std::set<std::string> shared;
  for (std::uint64_t seed = 0; seed < 7; ++seed) {
    RunRecord run = SampleRun(seed, 1.5);
    run.settings = {{"rate", 0.5 * static_cast<double>(seed)}};
    run.environment.wall_seconds = static_cast<double>(seed);
    CompactLine(run, shared);
  }
  CHECK(shared.size() == 2);
  RunRecord other = SampleRun(0);
  other.environment.threads = 2;
  CompactLine(other, shared);
  CHECK(shared.size() == 3);
  other.configuration = "{}";
  CompactLine(other, shared);
  CHECK(shared.size() == 4);
}

TEST_CASE("A whole record is read among compact ones", "[shared]") {
  SharedObjects none;
  const auto record = ParseLine(RecordLine(SampleRun(3)), "a:1", none);
  REQUIRE(record.has_value());
  CHECK(RecordLine(*record) == RecordLine(SampleRun(3)));
  CHECK(none.empty());
}

TEST_CASE("A compact line or an object's that is cut or changed in any byte is refused",
          "[shared]") {
  std::set<std::string> objects;
  const std::string compact = CompactLine(SampleRun(3), objects);
  std::vector<std::string> lines(objects.begin(), objects.end());
  lines.push_back(compact);
  for (const std::string& line : lines) {
    const auto refused = [&](const std::string& damaged) {
      SharedObjects shared = line == compact ? Objects() : SharedObjects();
      return ErrorOf([&] { ParseLine(damaged, "a:7", shared); }).starts_with("a:7: ");
    };
    CHECK_FALSE(refused(line));
    CHECK(refused(line + " "));
    for (std::size_t at = 0; at < line.size(); ++at) {
      CAPTURE(line, at);
      CHECK(refused(line.substr(0, at)));
      for (const int change : {0x01, 0x20, 0x80}) {
        std::string damaged = line;
        damaged[at] = static_cast<char>(damaged[at] ^ change);
        CHECK(refused(damaged));
      }
    }
  }
}

TEST_CASE("A name that no line before gives is refused", "[shared]") {
  const std::string line = Compact(SampleRun(3)), name = NameOf(kConfiguration);
  CHECK(Refusal(line).empty());
  CHECK(EditRefusal(name, "0123456789abcdef") ==
        "runs.jsonl:7: 'configuration' is the object '0123456789abcdef', which no line before this "
        "one gives");
  CHECK(EditRefusal(NameOf(kEnvironment), "") ==
        "runs.jsonl:7: 'environment' is the object '', which no line before this one gives");
  SharedObjects shared;
  ParseLine(ObjectLine(kEnvironment, NameOf(kEnvironment)), "a:1", shared);
  const std::string error =
      "a:2: 'configuration' is the object '" + name + "', which no line before this one gives";
  CHECK(ErrorOf([&] { ParseLine(line, "a:2", shared); }) == error);
  CHECK(ErrorOf([&] { ParseRecord(line, "a:2"); }) == error);
}

TEST_CASE("An object under a name that is not its own is refused", "[shared]") {
  const std::string text = R"({"a":2})", name = NameOf(text);
  CHECK(Refusal(ObjectLine(text, name)).empty());
  CHECK(Refusal(ObjectLine(R"({ "a": 2 })", name)).empty());
  CHECK(Refusal(ObjectLine(R"({"a":3})", name)) ==
        "runs.jsonl:7: '" + name + "' is not the name of this object");
  for (const std::string& wrong : {std::string(), name.substr(1), name + "0", Sha256(text)}) {
    CAPTURE(wrong);
    CHECK(Refusal(ObjectLine(text, wrong)).starts_with("runs.jsonl:7: '" + wrong + "' is not"));
  }
}

TEST_CASE("An object that was given before is refused", "[shared]") {
  const std::string name = NameOf(kConfiguration);
  CHECK(Refusal(ObjectLine(kConfiguration, name)) ==
        "runs.jsonl:7: the object '" + name + "' stands in runs.jsonl:1 too");
}

TEST_CASE("Keys of another form of line, missing, repeated and mistyped ones are refused",
          "[shared]") {
  CHECK(EditRefusal(",\"wall_s", ",\"configuration_hash\":\"a\",\"wall_s") ==
        "runs.jsonl:7: 'configuration_hash' is not a key here; did you mean 'configuration'?");
  CHECK(EditRefusal(",\"wall_seconds\":0.75", ",\"wall_seconds\":0.75,\"wall_seconds\":0.75") ==
        "runs.jsonl:7: 'wall_seconds' is given twice");
  const std::string configuration = '"' + NameOf(kConfiguration) + '"';
  const std::string environment = '"' + NameOf(kEnvironment) + '"';
  const std::pair<std::string, std::string> wrong[] = {
      {"\"version\":1", "\"version\":2"},
      {",\"wall_seconds\":0.75", ""},
      {"\"wall_seconds\":0.75", "\"wall_seconds\":null"},
      {"\"wall_seconds\":0.75", "\"wall_seconds\":-0.75"},
      {configuration, kConfiguration},
      {configuration, "1"},
      {environment, kEnvironment},
      {environment, configuration},
      {",\"wall_s", ",\"shared\":\"a\",\"wall_s"},
      {",\"wall_s", ",\"wall_second\":1,\"wall_s"},
  };
  for (const auto& [old, by] : wrong) {
    CAPTURE(old, by);
    CHECK(EditRefusal(old, by).starts_with("runs.jsonl:7: "));
  }
  const std::string whole = EditedLine(RecordLine(SampleRun(3)),
                                       Replacing(",\"status\"", ",\"wall_seconds\":1,\"status\""));
  CHECK(Refusal(whole).starts_with("runs.jsonl:7: 'configuration_hash' is not a key here"));
}

TEST_CASE("The line of an object has four keys and holds an object", "[shared]") {
  const std::string text = R"({"a":2})", line = ObjectLine(text, NameOf(text));
  const std::pair<const char*, const char*> wrong[] = {
      {"\"version\":1", "\"version\":2"},
      {"\"version\":1,", ""},
      {"\"object\":", "\"objekt\":"},
      {",\"object\":{\"a\":2}", ""},
      {"{\"a\":2}", "{\"a\":2,\"a\":2}"},
      {"{\"a\":2}", "[{\"a\":2}]"},
      {",\"object\"", ",\"seed\":1,\"object\""},
  };
  for (const auto& [old, by] : wrong) {
    CAPTURE(old, by);
    CHECK(Refusal(EditedLine(line, Replacing(old, by))).starts_with("runs.jsonl:7: "));
  }
  CHECK(Refusal(ObjectLine("[]", NameOf("[]"))) == "runs.jsonl:7: 'object' is no object");
  const std::string number = EditedLine(line, Replacing('"' + NameOf(text) + '"', "16"));
  CHECK(Refusal(number) == "runs.jsonl:7: 'shared' is no text");
}

TEST_CASE("A shared environment with a time of its own is refused", "[shared]") {
  const std::string timed =
      std::string(kEnvironment).substr(0, std::string(kEnvironment).size() - 1) +
      ",\"wall_seconds\":9.5}";
  SharedObjects shared = Objects();
  ParseLine(ObjectLine(timed, NameOf(timed)), "a:1", shared);
  const std::string line =
      EditedLine(Compact(SampleRun(3)), Replacing(NameOf(kEnvironment), NameOf(timed)));
  CHECK(ErrorOf([&] { ParseLine(line, "a:2", shared); }) == "a:2: 'wall_seconds' is given twice");
}

TEST_CASE("A record that could not be read back is not written in compact form", "[shared]") {
  std::set<std::string> shared;
  RunRecord run = SampleRun(3);
  run.environment.core = "\xff";
  CHECK_FALSE(ErrorOf([&] { CompactLine(run, shared); }).empty());
  run = SampleRun(3);
  run.configuration = "[]";
  CHECK_FALSE(ErrorOf([&] { CompactLine(run, shared); }).empty());
  CHECK(shared.empty());
}

}  // namespace costcheck
