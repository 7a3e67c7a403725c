#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "evidence/files.h"
#include "evidence/lines.h"
#include "tests/catch.h"
#include "tests/cli/run.h"
#include "tests/evidence/samples.h"

// The program merges alone: none of this needs LibTorch.

namespace costcheck {
namespace {

using Json = nlohmann::json;

/// A folder of runs with these seeds.
std::string RunsOf(std::uint64_t from, std::uint64_t to) {
  const std::string folder = NewFolder();
  for (; from < to; ++from) RunStore(folder).Add(SampleRun(from));
  return folder;
}

std::string ExportOf(const std::string& database, const std::string& any_runs) {
  const std::string file = NewFolder() + "/all.jsonl";
  Run({"verify", "merge", any_runs, "--into", database, "--export", file});
  return FileText(file);
}

std::string Quoted(const std::string& text) { return "'" + text + "'"; }

/// The exit status of a shell command.
int Shell(const std::string& command) {
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("verify merge says what it merged, by arm", "[cli]") {
  const std::string runs = RunsOf(0, 5), database = NewFolder() + "/runs.db";
  const Json first = RunJson({"verify", "merge", runs, "--into", database});
  CHECK(first["command"] == "verify merge");
  const Json row = {{"experiment", "B5"}, {"form", "corrected"}, {"arm", "banded"},
                    {"new", "5"},         {"known", "0"},        {"conflicts", "0"}};
  CHECK(first["rows"] == Json::array({row}));
  const Json again =
      RunJson({"verify", "merge", runs, RunsOf(3, 7), "--into", database})["rows"][0];
  CHECK(again["new"] == "2");
  CHECK(again["known"] == "7");
  const RunResult csv = Run({"verify", "merge", runs, "--into", database, "--format", "csv"});
  CHECK(csv.out == "experiment,form,arm,new,known,conflicts\nB5,corrected,banded,0,5,0\n");
}

TEST_CASE("verify merge exports the same bytes whatever was merged first", "[cli]") {
  const std::string folder = NewFolder(), one = RunsOf(0, 6), two = RunsOf(4, 9);
  WriteRunLines(folder + "/old.jsonl", std::vector{SampleRun(9), SampleRun(0)});
  const std::string old = folder + "/old.jsonl";
  CHECK(Run({"verify", "merge", one, two, old, "--into", folder + "/a.db", "--export",
             folder + "/a.jsonl"})
            .exit == 0);
  CHECK(Run({"verify", "merge", old, "--into", folder + "/b.db"}).exit == 0);
  CHECK(Run({"verify", "merge", two, one, "--into", folder + "/b.db", "--export",
             folder + "/b.jsonl"})
            .exit == 0);
  std::vector<RunRecord> all;
  for (std::uint64_t seed = 0; seed < 10; ++seed) all.push_back(SampleRun(seed));
  CHECK(FileText(folder + "/a.jsonl") == RunLines(all));
  CHECK(FileText(folder + "/b.jsonl") == RunLines(all));
}

TEST_CASE("verify merge shows conflicts with their places, and exits with 1", "[cli]") {
  const std::string folder = NewFolder(), database = folder + "/runs.db";
  RunStore(folder + "/one").Add(SampleRun(3, 2.5));
  RunStore(folder + "/two").Add(SampleRun(3, 2.25));
  RunStore(folder + "/two").Add(SampleRun(4));
  const RunResult result = Run({"verify", "merge", folder + "/one", folder + "/two", "--into",
                                database, "--format", "json"});
  CHECK(result.exit == 1);
  const Json json = Json::parse(result.out);
  CHECK(json["rows"][0]["conflicts"] == "1");
  REQUIRE(json["conflict_rows"].size() == 1);
  const Json row = json["conflict_rows"][0];
  CHECK(row["key"] == ConfigurationHash(SampleRun(3)));
  CHECK(row["run"] == RunName(SampleRun(3)));
  CHECK(row["one"].get<std::string>().starts_with(folder + "/one/B5/"));
  CHECK(row["another"].get<std::string>().starts_with(folder + "/two/B5/"));
  // it stays one, whatever is merged next
  CHECK(Run({"verify", "merge", folder + "/one", "--into", database}).exit == 1);
  CHECK(RunsIn(ExportOf(database, folder + "/one")) == 3);
}

TEST_CASE("verify merge names a damaged file and merges the others", "[cli]") {
  const std::string runs = RunsOf(0, 3), database = NewFolder() + "/runs.db";
  const std::string damaged = RunStore(runs).Files()[1];
  const std::string whole = FileText(damaged);
  ReplaceFile(damaged, whole.substr(0, whole.size() / 2));
  const RunResult result = Run({"verify", "merge", runs, "--into", database, "--format", "csv"});
  CHECK(result.exit == 2);
  CHECK(result.out == "experiment,form,arm,new,known,conflicts\nB5,corrected,banded,2,0,0\n");
  CHECK(result.err.starts_with("costcheck: error: " + damaged + ":1: "));
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
  ReplaceFile(damaged, whole);
  CHECK(RunJson({"verify", "merge", runs, "--into", database})["rows"][0]["new"] == "1");
}

TEST_CASE("verify merge says in one sentence what is wrong with its arguments", "[cli]") {
  const std::string runs = RunsOf(0, 2), folder = NewFolder();
  CHECK(IsBadInput(Run({"verify", "merge"}), "an argument is missing"));
  CHECK(IsBadInput(Run({"verify", "merge", runs}), "--into is missing"));
  CHECK(IsBadInput(Run({"verify", "merge", runs, "--inot", "x"}), "did you mean '--into'?"));
  CHECK(IsBadInput(Run({"verify", "merg"}), "did you mean 'merge'?"));
  CHECK(IsBadInput(Run({"verify", "merge", folder + "/none", "--into", folder + "/a.db"}),
                   "cannot read '" + folder + "/none': No such file or directory"));
  CHECK(IsBadInput(Run({"verify", "merge", folder, "--into", folder + "/a.db"}),
                   "is a folder without records of runs"));
  CHECK_FALSE(std::filesystem::exists(folder + "/a.db"));
  ReplaceFile(folder + "/text", "not a database, but longer than nothing");
  CHECK(IsBadInput(Run({"verify", "merge", runs, "--into", folder + "/text"}),
                   "file is not a database"));
  CHECK(FileText(folder + "/text").starts_with("not a database"));
  const RunResult help = Run({"verify", "merge", "--help"});
  CHECK(help.exit == 0);
  CHECK(help.out.starts_with("Usage: costcheck verify merge FOLDER|FILE... --into DATABASE"));
}

TEST_CASE("Where verify merge cannot write it says so, and nothing is lost", "[cli]") {
  const std::string runs = RunsOf(0, 2), folder = NewFolder(), database = folder + "/runs.db";
  CHECK(IsBadInput(Run({"verify", "merge", runs, "--into", "/proc/runs.db"}),
                   "cannot use the database '/proc/runs.db': unable to open database file"));
  CHECK(IsBadInput(Run({"verify", "merge", runs, "--into", database, "--export", "/dev/full"}),
                   "cannot write '/dev/full': No space left on device"));
  CHECK(IsBadInput(RunInto("/dev/full", {"verify", "merge", runs, "--into", database}),
                   "No space left on device"));
  // files of this shell's programs take at most 64 blocks, as on a full disk
  const std::string many = RunsOf(10, 90), errors = folder + "/errors";
  const std::string command = "trap '' XFSZ; ulimit -f 64; cli/costcheck verify merge " +
                              Quoted(many) + " --into " + Quoted(database) + " 2>" + Quoted(errors);
  CHECK(Shell(command) == 2);
  CHECK(FileText(errors).starts_with("costcheck: error: cannot use the database '" + database));
  CHECK(RunsIn(ExportOf(database, runs)) == 2);
  CHECK(Run({"verify", "merge", many, "--into", database}).exit == 0);
}

TEST_CASE("Four programs that merge into one database at once lose and double nothing", "[cli]") {
  const std::string database = NewFolder() + "/runs.db";
  std::string command;
  for (std::uint64_t i = 0; i < 4; ++i) {
    command += "cli/costcheck verify merge " + Quoted(RunsOf(20 * i, 20 * i + 40)) + " --into " +
               Quoted(database) + " >/dev/null & p" + std::to_string(i) + "=$!; ";
  }
  CHECK(Shell(command + "wait $p0 && wait $p1 && wait $p2 && wait $p3") == 0);
  std::vector<RunRecord> all;
  for (std::uint64_t seed = 0; seed < 100; ++seed) all.push_back(SampleRun(seed));
  CHECK(ExportOf(database, RunsOf(0, 1)) == RunLines(all));
}

TEST_CASE("A merge that is killed is made good by another one", "[cli]") {
  const std::string runs = RunsOf(0, 150), expected = ExportOf(NewFolder() + "/whole.db", runs);
  for (const char* seconds : {"0.002", "0.01", "0.02", "0.04"}) {
    const std::string database = NewFolder() + "/runs.db";
    Shell("timeout -s KILL " + std::string(seconds) + " cli/costcheck verify merge " +
          Quoted(runs) + " --into " + Quoted(database) + " >/dev/null 2>&1");
    CAPTURE(seconds);
    CHECK(ExportOf(database, runs) == expected);
  }
}

}  // namespace costcheck
