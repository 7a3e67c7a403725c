#include "evidence/lines.h"

#include <algorithm>

#include "evidence/files.h"
#include "tests/catch.h"
#include "tests/evidence/samples.h"

namespace costcheck {

TEST_CASE("Lines are the same text whatever the records' order, sorted by key", "[lines]") {
  std::vector<RunRecord> runs;
  for (std::uint64_t seed = 0; seed < 23; ++seed) runs.push_back(SampleRun(seed));
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
  CHECK(std::is_sorted(read.begin(), read.end(), [](const StoredRun& a, const StoredRun& b) {
    return ConfigurationHash(a.record) < ConfigurationHash(b.record);
  }));
  CHECK(read[4].place == path + ":5");
}

TEST_CASE("A run that was made twice is one line, and all its results are", "[lines]") {
  RunRecord slow = SampleRun(1), other = SampleRun(1, 2.25);
  slow.environment.wall_seconds = 9.5;
  const std::vector<RunRecord> runs = {SampleRun(1), slow, SampleRun(1), other};
  const std::string text = RunLines(runs);
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
  const std::vector<RunRecord> backwards(runs.rbegin(), runs.rend());
  CHECK(RunLines(backwards) == text);
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

}  // namespace costcheck
