#include "evidence/gather.h"

#include <algorithm>

#include "evidence/files.h"
#include "evidence/lines.h"
#include "tests/catch.h"
#include "tests/evidence/samples.h"

namespace costcheck {

TEST_CASE("Records are found in a folder's files of one and of many, and nowhere else",
          "[gather]") {
  const std::string folder = NewFolder();
  RunStore(folder).Add(SampleRun(3));
  WriteRunLines(folder + "/b.jsonl", std::vector{SampleRun(1), SampleRun(2)});
  WriteRunLines(folder + "/a.jsonl", std::vector{SampleRun(4)});
  ReplaceFile(folder + "/README.md", "not a record\n");
  ReplaceFile(folder + "/.hidden.jsonl", "not a record\n");
  const std::vector<std::string> files = RecordFiles(folder);
  CHECK(files == std::vector<std::string>{RunStore(folder).Files().front(), folder + "/a.jsonl",
                                          folder + "/b.jsonl"});
  std::vector<std::uint64_t> seeds;
  for (const std::string& file : files) {
    for (const StoredRun& run : ReadRecordFile(file)) seeds.push_back(run.record.seed);
  }
  std::sort(seeds.begin(), seeds.end());
  CHECK(seeds == std::vector<std::uint64_t>{1, 2, 3, 4});
  CHECK(RecordFiles(folder + "/README.md") == std::vector{folder + "/README.md"});
  CHECK(RecordFiles(NewFolder()).empty());
  CHECK(ErrorOf([&] { RecordFiles(folder + "/none"); }) ==
        "cannot read '" + folder + "/none': No such file or directory");
}

TEST_CASE("A run that is there twice with one result counts once, in any order", "[gather]") {
  RunRecord here = SampleRun(5), elsewhere = SampleRun(5);
  elsewhere.environment.core = "Another";
  const auto one = RunsByKey({{here, "a:1"}, {elsewhere, "b:1"}, {SampleRun(6), "b:2"}});
  const auto two = RunsByKey({{SampleRun(6), "b:2"}, {elsewhere, "b:1"}, {here, "a:1"}});
  REQUIRE(one.size() == 2);
  CHECK(one.count(ConfigurationHash(here)) == 1);
  for (const auto& [key, run] : one) {
    CHECK(RecordLine(run.record) == RecordLine(two.at(key).record));
  }
}

TEST_CASE("Two results of one run are refused with both places", "[gather]") {
  const std::vector<StoredRun> runs = {{SampleRun(5, 2.5), "a:1"}, {SampleRun(5, 2.25), "b:7"}};
  CHECK(ErrorOf([&] { RunsByKey(runs); }) ==
        "b:7: another result of one run (" + RunName(SampleRun(5)) +
            ") stands in a:1; choose the records of one of them");
}

}  // namespace costcheck
