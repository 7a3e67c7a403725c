#include "evidence/database.h"

#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <limits>
#include <thread>

#include "evidence/files.h"
#include "evidence/lines.h"
#include "tests/catch.h"
#include "tests/evidence/samples.h"

namespace costcheck {
namespace {

StoredRun At(const RunRecord& run, const std::string& place = "here:1") { return {run, place}; }

std::vector<StoredRun> Samples(std::uint64_t from, std::uint64_t to) {
  std::vector<StoredRun> runs;
  for (; from < to; ++from) runs.push_back(At(SampleRun(from)));
  return runs;
}

std::vector<RunRecord> Records(const std::vector<StoredRun>& runs) {
  std::vector<RunRecord> records;
  for (const StoredRun& run : runs) records.push_back(run.record);
  return records;
}

std::int64_t Ask(const std::string& path, const char* query) {
  const SqliteConnection connection(path);
  SqliteStatement statement(connection, query);
  REQUIRE(statement.Step());
  return statement.Int(0);
}

}  // namespace

TEST_CASE("Random records come out of a database as they went in", "[database]") {
  std::mt19937_64 random(20255);
  std::vector<StoredRun> runs;
  for (int i = 0; i < 100; ++i) runs.push_back(At(RandomRun(random)));
  RunDatabase database(NewFolder() + "/runs.db");
  for (const Merged answer : database.Add(runs)) CHECK(answer == Merged::kNew);
  for (const Merged answer : database.Add(runs)) CHECK(answer == Merged::kKnown);
  CHECK(database.Export() == RunLines(Records(runs)));
  CHECK(RunLines(database.Runs({})) == database.Export());
}

TEST_CASE("Parts of records stand in tables of their own, each strict", "[database]") {
  const std::string path = NewFolder() + "/runs.db";
  RunDatabase database(path);
  RunRecord run = SampleRun(18446744073709551615U);
  run.results["bad"] = std::nan("");
  database.Add(std::vector{At(run), At(SampleRun(4))});
  CHECK(Ask(path, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND strict") == 5);
  CHECK(Ask(path, "SELECT count(*) FROM runs WHERE seed = '18446744073709551615'") == 1);
  CHECK(Ask(path,
            "SELECT count(*) FROM runs WHERE seed = 4 AND threads = 3 AND core = 'Haswell'"
            " AND steps = 11 AND flops = '123456789012345678901234567890'") == 1);
  CHECK(Ask(path, "SELECT count(*) FROM settings WHERE name = 'rate' AND value = 0.001") == 2);
  CHECK(Ask(path, "SELECT count(*) FROM settings WHERE value = 'cosine'") == 2);
  CHECK(Ask(path, "SELECT count(*) FROM curves WHERE step = 11 AND value = 2.5") == 2);
  CHECK(Ask(path, "SELECT count(*) FROM results WHERE metric = 'loss' AND value = 2.5") == 2);
  CHECK(Ask(path, "SELECT count(*) FROM results WHERE metric = 'bad' AND value IS NULL") == 1);
  CHECK(Ask(path, "SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'") == 1);
}

TEST_CASE("Another result of one run is reported, kept, and refused to readers", "[database]") {
  RunDatabase database(NewFolder() + "/runs.db");
  const StoredRun first = At(SampleRun(3, 2.5), "a:1"), other = At(SampleRun(3, 2.25), "b:7");
  CHECK(database.Add(std::vector{first, other, At(SampleRun(4))}) ==
        std::vector{Merged::kNew, Merged::kConflict, Merged::kNew});
  CHECK(database.Add(std::vector{other}) == std::vector{Merged::kConflict});
  CHECK(database.Add(std::vector{first}) == std::vector{Merged::kKnown});
  const std::vector<RunConflict> conflicts = database.Conflicts();
  REQUIRE(conflicts.size() == 1);
  CHECK(conflicts[0].first.place == "a:1");
  CHECK(conflicts[0].first.record.results.at("loss") == 2.5);
  CHECK(conflicts[0].second.place == "b:7");
  CHECK(conflicts[0].second.record.results.at("loss") == 2.25);
  CHECK(ErrorOf([&] { database.Runs({}); }).find("two results of one run (B5") !=
        std::string::npos);
  CHECK(ErrorOf([&] { database.Values({}, "loss"); }).find("two results") != std::string::npos);
  CHECK(database.Runs({.seed = 4}).size() == 1);
  CHECK(RunsIn(database.Export()) == 3);
}

TEST_CASE("What is exported is the same bytes whatever the order and the batches", "[database]") {
  std::vector<StoredRun> runs = Samples(0, 20);
  for (std::uint64_t seed = 0; seed < 20; seed += 3) {
    RunRecord elsewhere = SampleRun(seed);
    elsewhere.environment.wall_seconds = 0.01 * static_cast<double>(seed + 1);
    elsewhere.environment.core = "SkylakeX";
    runs.push_back(At(elsewhere));
    if (seed % 2 == 0) continue;
    RunRecord other = SampleRun(seed, 1.75);
    runs.push_back(At(other));
    other.environment.threads = 1;
    runs.push_back(At(other));
  }
  const std::string expected = RunLines(Records(runs));
  CHECK(RunsIn(expected) == 20 + 3);
  std::mt19937_64 random(20256);
  for (int round = 0; round < 8; ++round) {
    std::shuffle(runs.begin(), runs.end(), random);
    RunDatabase database(NewFolder() + "/runs.db");
    for (std::size_t at = 0; at < runs.size();) {
      const std::size_t size = std::min(1 + random() % 9, runs.size() - at);
      database.Add(std::span(runs).subspan(at, size));
      at += size;
    }
    CHECK(database.Export() == expected);
    CHECK(database.Conflicts().size() == 3);
  }
}

TEST_CASE("Four processes that make and fill one database lose and double nothing", "[database]") {
  for (int round = 0; round < 5; ++round) {
    const std::string path = NewFolder() + "/runs.db";
    std::vector<int> processes;
    for (std::uint64_t i = 0; i < 4; ++i) {
      processes.push_back(Start([&path, i] {
        RunDatabase database(path);
        const std::vector<StoredRun> runs = Samples(30 * i, 30 * i + 60);
        int added = 0;
        for (std::size_t at = 0; at < runs.size(); at += 4) {
          const auto answers = database.Add(std::span(runs).subspan(at, 4));
          added += static_cast<int>(std::count(answers.begin(), answers.end(), Merged::kNew));
        }
        return added;
      }));
    }
    int added = 0;
    for (const int process : processes) added += Wait(process);
    CHECK(added == 150);
    CHECK(RunDatabase(path).Export() == RunLines(Records(Samples(0, 150))));
    CHECK(Ask(path, "SELECT count(*) FROM curves") == 300);
    CHECK(Ask(path, "SELECT count(*) FROM results") == 300);
  }
}

TEST_CASE("A process that is killed while it adds leaves whole batches", "[database]") {
  constexpr char kRuns[] = "SELECT count(*) FROM runs";
  const std::string path = NewFolder() + "/runs.db";
  RunDatabase{path};
  std::mt19937_64 random(20257);
  // Until enough was written between kills, on a slow disk too.
  for (std::uint64_t round = 1; round <= 20 || (round <= 100 && Ask(path, kRuns) < 40); ++round) {
    const int writer = Start([&] {
      RunDatabase database(path);
      for (std::uint64_t i = 0;; ++i) {
        database.Add(Samples(1000 * round + 5 * i, 1000 * round + 5 * i + 5));
      }
      return 0;
    });
    std::this_thread::sleep_for(std::chrono::microseconds(random() % (3000 * round)));
    kill(writer, SIGKILL);
    CHECK(Wait(writer) == -1);
    CHECK(Ask(path, "SELECT count(*) % 5 FROM runs") == 0);
  }
  CHECK(Ask(path, kRuns) >= 40);
  CHECK(Ask(path, "SELECT (SELECT count(*) FROM runs) * 2 = (SELECT count(*) FROM curves)") == 1);
  CHECK(Ask(path, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'") == 1);
}

TEST_CASE("A batch that does not fit on the disk is not added at all", "[database]") {
  const std::string path = NewFolder() + "/runs.db";
  RunDatabase(path).Add(Samples(0, 2));
  const int status = InChild([&path] {
    signal(SIGXFSZ, SIG_IGN);
    RunDatabase database(path);
    const rlimit limit{100'000, 100'000};
    setrlimit(RLIMIT_FSIZE, &limit);
    const std::string error = ErrorOf([&database] { database.Add(Samples(0, 900)); });
    return error.starts_with("cannot use the database '") ? 0 : 1;
  });
  CHECK(status == 0);
  RunDatabase database(path);
  CHECK(database.Export() == RunLines(Records(Samples(0, 2))));
  CHECK(database.Add(Samples(2, 3)) == std::vector{Merged::kNew});
}

TEST_CASE("What is no database of runs is refused by name", "[database]") {
  const std::string folder = NewFolder();
  const auto error = [](const std::string& path) {
    return ErrorOf([&path] { RunDatabase{path}; });
  };
  ReplaceFile(folder + "/text.db", std::string(5000, 'x'));
  CHECK(error(folder + "/text.db") ==
        "cannot use the database '" + folder + "/text.db': file is not a database");
  SqliteConnection(folder + "/other.db").Run("CREATE TABLE runs(key)");
  CHECK(error(folder + "/other.db") ==
        "cannot use the database '" + folder + "/other.db': it is no database of runs");
  CHECK(Ask(folder + "/other.db",
            "SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'delete'") == 1);
  RunDatabase{folder + "/newer.db"};
  SqliteConnection(folder + "/newer.db").Run("PRAGMA user_version = 2");
  CHECK(error(folder + "/newer.db").find("its tables are of version 2") != std::string::npos);
  CHECK(error(folder + "/none/runs.db").find("No such file or directory") != std::string::npos);
  CHECK(error(folder).find("cannot use the database") == 0);
  CHECK(error("") == "a database needs a file's name");
}

TEST_CASE("A run is found by experiment, form, arm, seed and settings", "[database]") {
  RunDatabase database(NewFolder() + "/runs.db");
  std::vector<StoredRun> runs = Samples(8, 12);
  runs[0].record.experiment = "B4";
  runs[1].record.form = "as-described";
  runs[2].record.arm = "full";
  runs[3].record.settings = {{"rate", 0.5}};
  runs.push_back(At(SampleRun(100, std::numeric_limits<double>::infinity())));
  runs.push_back(At(SampleRun(9)));
  runs.back().record.results = {{"other", 1}};
  database.Add(runs);
  CHECK(database.Runs({}).size() == 6);
  CHECK(database.Runs({.experiment = "B4"}).at(0).seed == 8);
  CHECK(database.Runs({.form = "as-described"}).at(0).seed == 9);
  CHECK(database.Runs({.arm = "full"}).at(0).seed == 10);
  CHECK(database.Runs({.settings = RunSettings{{"rate", 0.5}}}).at(0).seed == 11);
  CHECK(database.Runs({.settings = RunSettings{{"schedule", "cosine"}, {"rate", 1e-3}}}).size() ==
        5);
  CHECK(database.Runs({.experiment = "B5", .form = "corrected", .arm = "banded"}).size() == 3);
  CHECK(database.Runs({.experiment = "B6"}).empty());
  const std::vector<RunValue> values = database.Values({.experiment = "B5"}, "loss");
  REQUIRE(values.size() == 4);
  CHECK(values[0].form == "as-described");
  CHECK(values[1].settings == R"({"rate":0.001,"schedule":"cosine"})");
  CHECK(values[1].seed == 100);
  CHECK(values[1].value == std::numeric_limits<double>::infinity());
  CHECK(values[2].settings == R"({"rate":0.5})");
  CHECK(values[3].arm == "full");
  CHECK(values[3].value == 2.5);
}

TEST_CASE("Runs stand in the order of their seeds as numbers", "[database]") {
  RunDatabase database(NewFolder() + "/runs.db");
  std::vector<StoredRun> runs;
  for (const std::uint64_t seed : {9223372036854775808U, 10UL, 9UL, 100UL}) {
    runs.push_back(At(SampleRun(seed)));
  }
  database.Add(runs);
  std::vector<std::uint64_t> seeds;
  for (const RunValue& value : database.Values({}, "loss")) seeds.push_back(value.seed);
  CHECK(seeds == std::vector<std::uint64_t>{9, 10, 100, 9223372036854775808U});
}

}  // namespace costcheck
