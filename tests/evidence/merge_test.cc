#include "evidence/merge.h"

#include "evidence/files.h"
#include "evidence/lines.h"
#include "tests/catch.h"
#include "tests/evidence/samples.h"

namespace costcheck {
namespace {

MergeReport MergeAll(const std::vector<std::string>& paths, RunDatabase& database) {
  return Merge(FilesToMerge(paths), database, [](const std::string&) {});
}

/// "added known conflicts" of the sample's arm.
std::vector<std::int64_t> Counts(const MergeReport& report) {
  const MergeCounts& counts = report.arms.at({"B5", "corrected", "banded"});
  return {counts.added, counts.known, counts.conflicts};
}

}  // namespace

TEST_CASE("Folders and files of lines are merged, and merging again changes nothing", "[merge]") {
  const std::string folder = NewFolder(), lines = folder + "/old.jsonl";
  const RunStore one(folder + "/one"), two(folder + "/two");
  for (std::uint64_t seed = 0; seed < 7; ++seed) one.Add(SampleRun(seed));
  for (std::uint64_t seed = 5; seed < 11; ++seed) two.Add(SampleRun(seed));
  WriteRunLines(lines, std::vector{SampleRun(10), SampleRun(11), SampleRun(12)});
  const std::vector<std::string> paths = {folder + "/one", folder + "/two", lines};
  RunDatabase database(folder + "/runs.db");
  CHECK(Counts(MergeAll(paths, database)) == std::vector<std::int64_t>{13, 3, 0});
  const std::string text = database.Export();
  CHECK(Counts(MergeAll(paths, database)) == std::vector<std::int64_t>{0, 16, 0});
  CHECK(database.Export() == text);
  RunDatabase backwards(folder + "/backwards.db");
  MergeAll({lines, folder + "/two", folder + "/one"}, backwards);
  CHECK(backwards.Export() == text);
  ReplaceFile(folder + "/all.jsonl", text);
  RunDatabase again(folder + "/again.db");
  MergeAll({folder + "/all.jsonl"}, again);
  CHECK(again.Export() == text);
}

TEST_CASE("More runs than a batch holds are all merged", "[merge]") {
  const std::string folder = NewFolder();
  std::vector<std::string> paths;
  std::vector<RunRecord> all;
  for (std::uint64_t file = 0; file < 5; ++file) {
    std::vector<RunRecord> runs;
    for (std::uint64_t seed = 0; seed < 131; ++seed) runs.push_back(SampleRun(131 * file + seed));
    paths.push_back(folder + "/" + std::to_string(file) + ".jsonl");
    WriteRunLines(paths.back(), runs);
    all.insert(all.end(), runs.begin(), runs.end());
  }
  RunDatabase database(folder + "/runs.db");
  CHECK(Counts(MergeAll(paths, database)) == std::vector<std::int64_t>{655, 0, 0});
  CHECK(database.Export() == RunLines(all));
}

TEST_CASE("A damaged file is named, nothing of it is merged, and the others are", "[merge]") {
  const std::string folder = NewFolder();
  const RunStore store(folder + "/runs");
  store.Add(SampleRun(1));
  store.Add(SampleRun(2));
  const std::string damaged = store.Files().front(), lines = folder + "/cut.jsonl";
  ReplaceFile(damaged, ReadWholeFile(damaged).substr(0, 100));
  ReplaceFile(lines, RecordLine(SampleRun(7)) + "\n" + RecordLine(SampleRun(8)));
  RunDatabase database(folder + "/runs.db");
  const MergeReport report = MergeAll({folder + "/runs", lines}, database);
  CHECK(Counts(report) == std::vector<std::int64_t>{1, 0, 0});
  REQUIRE(report.refused.size() == 2);
  CHECK(report.refused[0].starts_with(damaged + ":1: "));
  CHECK(report.refused[1].starts_with(lines + ":2: "));
  CHECK(database.Runs({}).size() == 1);
}

TEST_CASE("Conflicts are counted by arm", "[merge]") {
  const std::string folder = NewFolder();
  RunStore(folder + "/one").Add(SampleRun(1, 2.5));
  RunStore(folder + "/two").Add(SampleRun(1, 2.25));
  RunDatabase database(folder + "/runs.db");
  CHECK(Counts(MergeAll({folder + "/one", folder + "/two"}, database)) ==
        std::vector<std::int64_t>{1, 0, 1});
  CHECK(database.Conflicts().size() == 1);
}

TEST_CASE("A path where nothing is, and a folder without records, are named", "[merge]") {
  const std::string folder = NewFolder();
  CHECK(ErrorOf([&] { FilesToMerge({folder + "/none"}); }) ==
        "cannot read '" + folder + "/none': No such file or directory");
  CHECK(ErrorOf([&] { FilesToMerge({folder}); }) ==
        "'" + folder + "' is a folder without records of runs");
}

}  // namespace costcheck
