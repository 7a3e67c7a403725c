// Plans in shares, as tools/many-runs starts them.

#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "evidence/database.h"
#include "evidence/merge.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

namespace fs = std::filesystem;

constexpr char kTrain[] = "tests/verify/experiments/arithmetic_train";

/// A folder that is not there yet.
std::string Fresh(const std::string& name) {
  const fs::path path = fs::path(std::getenv("TEST_TMPDIR")) / name;
  fs::remove_all(path);
  return path.string();
}

int Shell(const std::string& command) { return WEXITSTATUS(std::system(command.c_str())); }

/// All records of a folder, merged, as lines.
std::string MergedLines(const std::string& folder) {
  RunDatabase database(Fresh("runs.db"));
  const MergeReport report = Merge(FilesToMerge({folder}), database, [](const std::string&) {});
  std::int64_t runs = 0;
  for (const auto& [arm, counts] : report.arms) runs += counts.added;
  CHECK(runs == 6 * 4 * 10);  // B9's arms, rates, seeds
  CHECK(report.refused.empty());
  CHECK(database.Conflicts().empty());
  return database.Export();
}

std::string InOneGo() {
  const std::string folder = Fresh("one");
  REQUIRE(Shell(std::string(kTrain) + " verify train B9 --task 1/1 --evidence " + folder) == 1);
  return MergedLines(folder);
}

TEST_CASE("GNU parallel is installed: tools/setup.sh tests") {
  REQUIRE(Shell("parallel --version | grep -q 'GNU parallel'") == 0);
}

TEST_CASE(
    "a plan in shares under GNU parallel, with a worker killed, merges to the same database") {
  const std::string folder = Fresh("many"), mark = Fresh("mark"), log = Fresh("log");
  const std::string command = "KILL_ONCE=" + mark + " COSTCHECK=" + kTrain +
                              " tools/many-runs/on-hosts B9 7 " + folder + " --jobs 3 >" + log;
  REQUIRE(Shell(command) == 0);
  CHECK(fs::exists(mark));
  // The share that was killed is the only one that ran twice, and has said one number.
  CHECK(Shell("test $(wc -l <" + log + ") = 7") == 0);
  const std::string merged = MergedLines(folder);
  CHECK(merged == InOneGo());
}

TEST_CASE("shares that are run again, in another number, make nothing twice") {
  const std::string folder = Fresh("again"), log = Fresh("log");
  const auto run = [&](const char* shares) {
    return Shell(std::string("COSTCHECK=") + kTrain + " tools/many-runs/on-hosts B9 " + shares +
                 " " + folder + " --jobs 2 >" + log);
  };
  REQUIRE(run("3") == 0);
  const std::string merged = MergedLines(folder);
  REQUIRE(run("5") == 0);
  std::stringstream said;
  said << std::ifstream(log).rdbuf();
  CHECK(said.str().find("share 5/5\t0 runs made") != std::string::npos);
  CHECK(MergedLines(folder) == merged);
}

TEST_CASE("a Slurm array of as many tasks as shares makes every run") {
  const std::string folder = Fresh("slurm");
  for (const char* task : {"1", "2", "3", "4"}) {
    REQUIRE(Shell(std::string("SLURM_ARRAY_TASK_ID=") + task + " COSTCHECK=" + kTrain +
                  " bash tools/many-runs/array.sbatch B9 4 " + folder + " >/dev/null") == 0);
  }
  CHECK(MergedLines(folder) == InOneGo());
}

TEST_CASE("the scripts say how they are called") {
  CHECK(Shell("tools/many-runs/on-hosts B9 2>&1 | grep -q 'EXPERIMENT SHARES FOLDER'") == 0);
  CHECK(Shell("bash tools/many-runs/array.sbatch B9 2>/dev/null") == 2);
}

}  // namespace
}  // namespace costcheck
