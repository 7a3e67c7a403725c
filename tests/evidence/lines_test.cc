#include "evidence/lines.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "evidence/files.h"
#include "tests/catch.h"
#include "tests/evidence/samples.h"

namespace costcheck {
namespace {

/// Runs of 3 configurations and 2 environments.
std::vector<RunRecord> MixedRuns(std::uint64_t count) {
  std::vector<RunRecord> runs;
  for (std::uint64_t seed = 0; seed < count; ++seed) {
    runs.push_back(SampleRun(seed));
    runs.back().configuration = "{\"width\": " + std::to_string(16 * (seed % 3 + 1)) + "}";
    runs.back().environment.core = seed % 2 == 0 ? "Haswell" : "SkylakeX";
    runs.back().environment.wall_seconds = 0.25 * static_cast<double>(seed);
  }
  return runs;
}

std::vector<std::string> SplitLines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<StoredRun> ReadBack(const std::string& path, const std::string& text) {
  ReplaceFile(path, text);
  return ReadRunLines(path);
}

bool IsObject(const std::string& line) { return line.starts_with("{\"version\":1,\"shared\""); }

/// Their RecordLines, sorted.
std::vector<std::string> WholeLines(const std::vector<RunRecord>& runs) {
  std::vector<std::string> lines;
  for (const RunRecord& run : runs) lines.push_back(RecordLine(run));
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::vector<std::string> WholeLines(const std::vector<StoredRun>& runs) {
  std::vector<RunRecord> records;
  for (const StoredRun& run : runs) records.push_back(run.record);
  return WholeLines(records);
}

}  // namespace

TEST_CASE("Lines are the same text whatever the records' order, sorted by key", "[lines]") {
  std::vector<RunRecord> runs = MixedRuns(23);
  const std::string text = RunLines(runs);
  std::mt19937_64 random(20254);
  for (int i = 0; i < 5; ++i) {
    std::shuffle(runs.begin(), runs.end(), random);
    CHECK(RunLines(runs) == text);
  }
  const std::string path = NewFolder() + "/runs.jsonl";
  WriteRunLines(path, runs);
  CHECK(ReadWholeFile(path) == text);
  const std::vector<StoredRun> read = ReadRunLines(path);
  REQUIRE(read.size() == 23);
  CHECK(WholeLines(read) == WholeLines(runs));
  CHECK(std::is_sorted(read.begin(), read.end(), [](const StoredRun& a, const StoredRun& b) {
    return ConfigurationHash(a.record) < ConfigurationHash(b.record);
  }));
  CHECK(read[4].place == path + ":10");
}

TEST_CASE("What runs share stands once, sorted, before all records", "[lines]") {
  const std::vector<std::string> lines = SplitLines(RunLines(MixedRuns(23)));
  REQUIRE(lines.size() == 3 + 2 + 23);
  CHECK(std::all_of(lines.begin(), lines.begin() + 5, IsObject));
  CHECK(std::none_of(lines.begin() + 5, lines.end(), IsObject));
  CHECK(std::is_sorted(lines.begin(), lines.begin() + 5));
}

TEST_CASE("Runs of one configuration take less than six tenths of their whole records", "[lines]") {
  std::mt19937_64 random(20256);
  std::vector<RunRecord> runs;
  std::size_t whole = 0;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    RunRecord run = SampleRun(seed);
    for (int i = 0; i < 40; ++i) {  // 1 KB, as an experiment's with all its defaults
      run.configuration.insert(1, "\"parameter-" + std::to_string(i) + "\":\"value-5\",");
    }
    run.curve.clear();
    for (std::int64_t step = 0; step < 24; ++step) {
      run.curve.push_back(
          {step, "validation_loss", std::ldexp(static_cast<double>(random()), -62)});
    }
    whole += RecordLine(run).size() + 1;
    runs.push_back(run);
  }
  CHECK(whole > 30 * 2000);
  CHECK(RunLines(runs).size() * 10 < whole * 6);
}

TEST_CASE("A run that was made twice is one line, and all its results are", "[lines]") {
  RunRecord slow = SampleRun(1), other = SampleRun(1, 2.25);
  slow.environment.wall_seconds = 9.5;
  const std::vector<RunRecord> runs = {SampleRun(1), slow, SampleRun(1), other};
  const std::string text = RunLines(runs);
  CHECK(RunsIn(text) == 2);
  const std::vector<RunRecord> backwards(runs.rbegin(), runs.rend());
  CHECK(RunLines(backwards) == text);
}

TEST_CASE("Of a record that is left out no environment stays behind", "[lines]") {
  RunRecord elsewhere = SampleRun(1);
  elsewhere.environment.core = "SkylakeX";
  CHECK(RunLines(std::vector{elsewhere, SampleRun(1)}) == RunLines(std::vector{SampleRun(1)}));
}

TEST_CASE("Whole records are read among compact ones, and written as these", "[lines]") {
  const std::string path = NewFolder() + "/runs.jsonl";
  const std::vector<RunRecord> runs = MixedRuns(12);
  std::string whole;
  for (const RunRecord& run : runs) whole += RecordLine(run) + "\n";
  CHECK(WholeLines(ReadBack(path, whole)) == WholeLines(runs));
  const std::span<const RunRecord> all(runs);
  const std::string old = RecordLine(runs[0]) + "\n", more = RecordLine(runs[1]) + "\n";
  for (const std::string& mixed :
       {old + RunLines(all.subspan(2)) + more, old + more + RunLines(all.subspan(2)),
        RunLines(all.subspan(2)) + more + old}) {
    const std::vector<StoredRun> read = ReadBack(path, mixed);
    CHECK(WholeLines(read) == WholeLines(runs));
    std::vector<RunRecord> records;
    for (const StoredRun& run : read) records.push_back(run.record);
    CHECK(RunLines(records) == RunLines(runs));
  }
}

TEST_CASE("No records are an empty file, and the other way round", "[lines]") {
  const std::string path = NewFolder() + "/runs.jsonl";
  WriteRunLines(path, {});
  CHECK(ReadWholeFile(path).empty());
  CHECK(ReadRunLines(path).empty());
}

TEST_CASE("A damaged line is refused with its number", "[lines]") {
  const std::string path = NewFolder() + "/runs.jsonl";
  const std::string one = RecordLine(SampleRun(1)), two = RecordLine(SampleRun(2));
  const auto error = [&path](const std::string& text) {
    ReplaceFile(path, text);
    return ErrorOf([&path] { ReadRunLines(path); });
  };
  CHECK(error(one + "\n" + two + "\n").empty());
  CHECK(error(one + "\n" + two).starts_with(path + ":2: the file is cut short"));
  CHECK(error(one + "\n" + two.substr(1) + "\n").starts_with(path + ":2: "));
  CHECK(error(one + "\n\n" + two + "\n").starts_with(path + ":2: "));
  CHECK(error("\n").starts_with(path + ":1: "));
  CHECK(error(one + "\r\n").starts_with(path + ":1: "));
}

TEST_CASE("Lines that lack one, or stand in another order, are refused with a number", "[lines]") {
  const std::string path = NewFolder() + "/runs.jsonl";
  const std::vector<std::string> lines = SplitLines(RunLines(std::vector{SampleRun(1)}));
  REQUIRE(lines.size() == 3);
  const auto error = [&](const std::vector<int>& order) {
    std::string text;
    for (const int line : order) text += lines[static_cast<std::size_t>(line)] + "\n";
    return ErrorOf([&] { ReadBack(path, text); });
  };
  CHECK(error({0, 1, 2}).empty());
  CHECK(error({1, 0, 2}).empty());
  CHECK(error({1, 0, 2, 2}).empty());
  for (const std::vector<int>& order : {std::vector{2, 0, 1}, {0, 2, 1}, {1, 2}, {2}}) {
    const auto place = std::find(order.begin(), order.end(), 2) - order.begin() + 1;
    const std::string message = error(order);
    CAPTURE(message);
    CHECK(message.starts_with(path + ":" + std::to_string(place) + ": '"));
    CHECK(message.ends_with("', which no line before this one gives"));
  }
  CHECK(error({0, 1, 0, 2}).starts_with(path + ":3: the object '"));
  const std::string name = lines[1].substr(lines[1].find("shared") + 9, 16);
  CHECK(error({1}) == path + ":1: no record names the object '" + name + "'");
}

TEST_CASE("An object that nobody names is refused with its line", "[lines]") {
  const std::string path = NewFolder() + "/runs.jsonl";
  RunRecord other = SampleRun(2);
  other.configuration = "{}";
  const std::vector<RunRecord> runs = {SampleRun(1), other};
  std::vector<std::string> lines = SplitLines(RunLines(runs));
  REQUIRE(lines.size() == 5);
  const auto unused = std::find_if(lines.begin(), lines.end(), [](const std::string& line) {
    return line.find("\"object\":{}") != line.npos;
  });
  const auto number = unused - lines.begin() + 1;
  std::string text;
  for (const std::string& line : lines) {
    if (line.find("\"seed\":2") == line.npos) text += line + "\n";
  }
  CHECK(ErrorOf([&] {
          ReadBack(path, text);
        }).starts_with(path + ":" + std::to_string(number) + ": no record names the object '"));
  CHECK(ErrorOf([&] { ReadBack(path, text + RecordLine(other) + "\n"); }).find("no record names") !=
        std::string::npos);
}

TEST_CASE("A file that is cut at any byte but a line's end is refused", "[lines]") {
  const std::string path = NewFolder() + "/runs.jsonl", text = RunLines(MixedRuns(3));
  for (std::size_t size = 1; size < text.size(); size += 7) {
    CAPTURE(size);
    if (text[size - 1] == '\n') continue;
    const auto line = std::count(text.begin(), text.begin() + static_cast<long>(size), '\n') + 1;
    CHECK(ErrorOf([&] {
            ReadBack(path, text.substr(0, size));
          }).starts_with(path + ":" + std::to_string(line) + ": "));
  }
}

}  // namespace costcheck
