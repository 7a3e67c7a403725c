#include "evidence/store.h"

#include <signal.h>
#include <sys/resource.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "costmodel/algebra/error.h"
#include "evidence/files.h"
#include "tests/catch.h"
#include "tests/evidence/samples.h"

namespace costcheck {
namespace {

namespace fs = std::filesystem;

std::string PathOf(const std::string& folder, const RunRecord& run) {
  return folder + "/" + run.experiment + "/" + ConfigurationHash(run) + ".json";
}

}  // namespace

TEST_CASE("A record that is added is found, listed and read", "[store]") {
  const std::string folder = NewFolder() + "/runs";
  const RunStore store(folder);
  const RunRecord run = SampleRun(3);
  CHECK_FALSE(store.Find("B5", ConfigurationHash(run)));
  CHECK(store.Add(run) == Stored::kNew);
  const auto found = store.Find("B5", ConfigurationHash(run));
  REQUIRE(found);
  CHECK(RecordLine(found->record) == RecordLine(run));
  CHECK(found->place == PathOf(folder, run) + ":1");
  CHECK(store.Files() == std::vector<std::string>{PathOf(folder, run)});
  const StoredRuns all = store.ReadAll();
  CHECK(all.runs.size() == 1);
  CHECK(all.refused.empty());
}

TEST_CASE("The same run twice is one file, unchanged", "[store]") {
  const std::string folder = NewFolder();
  const RunStore store(folder);
  RunRecord run = SampleRun(3);
  store.Add(run);
  const std::string before = ReadWholeFile(PathOf(folder, run));
  run.environment.wall_seconds = 99;
  run.environment.core = "SkylakeX";
  CHECK(store.Add(run) == Stored::kKnown);
  CHECK(ReadWholeFile(PathOf(folder, run)) == before);
  CHECK(store.Files().size() == 1);
}

TEST_CASE("Another result of the same run is refused by name, and the first one stays", "[store]") {
  const std::string folder = NewFolder();
  const RunStore store(folder);
  store.Add(SampleRun(3, 2.5));
  const std::string error = ErrorOf([&] { store.Add(SampleRun(3, 2.25)); });
  CHECK(error.starts_with(PathOf(folder, SampleRun(3)) + ":1: here is another result"));
  CHECK(error.find(RunName(SampleRun(3))) != std::string::npos);
  CHECK(store.ReadAll().runs.front().record.results.at("loss") == 2.5);
}

TEST_CASE("A damaged file is named, and the others are read", "[store]") {
  const std::string folder = NewFolder();
  const RunStore store(folder);
  for (const std::uint64_t seed : {1, 2, 3}) store.Add(SampleRun(seed));
  const std::string path = PathOf(folder, SampleRun(2)), whole = ReadWholeFile(path);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    ReplaceFile(path, whole.substr(0, size));
    CAPTURE(size);
    const StoredRuns all = store.ReadAll();
    CHECK(all.runs.size() == 2);
    REQUIRE(all.refused.size() == 1);
    CHECK(all.refused.front().starts_with(path + ":1: "));
  }
  ReplaceFile(path, whole + whole);
  CHECK(store.ReadAll().refused.size() == 1);
  CHECK(ErrorOf([&] { store.Find("B5", ConfigurationHash(SampleRun(2))); }).starts_with(path));
  CHECK(ErrorOf([&] { store.Add(SampleRun(2)); }).starts_with(path));
}

TEST_CASE("A file that bears another run's name, or lies in another's folder, is refused",
          "[store]") {
  const std::string folder = NewFolder();
  const RunStore store(folder);
  store.Add(SampleRun(1));
  const std::string path = PathOf(folder, SampleRun(1));
  fs::copy_file(path, PathOf(folder, SampleRun(2)));
  MakeFolder(folder + "/B4");
  fs::copy_file(path, folder + "/B4/" + fs::path(path).filename().string());
  const StoredRuns all = store.ReadAll();
  CHECK(all.runs.size() == 1);
  CHECK(all.refused.size() == 2);
}

TEST_CASE("What is no record, or was left by a killed writer, is not read", "[store]") {
  const std::string folder = NewFolder();
  const RunStore store(folder);
  store.Add(SampleRun(1));
  ReplaceFile(folder + "/B5/" + std::string(kTemporaryPrefix) + "0123", "half a rec");
  ReplaceFile(folder + "/B5/.hidden.json", "half a rec");
  ReplaceFile(folder + "/B5/checkpoint.bin", "no record");
  const StoredRuns all = store.ReadAll();
  CHECK(all.runs.size() == 1);
  CHECK(all.refused.empty());
}

TEST_CASE("A folder that is not there, or is a file, is named", "[store]") {
  const std::string folder = NewFolder();
  CHECK(ErrorOf([&] { RunStore(folder + "/none").ReadAll(); }) ==
        "cannot read '" + folder + "/none': No such file or directory");
  ReplaceFile(folder + "/file", "x");
  CHECK(ErrorOf([&] { RunStore(folder + "/file").ReadAll(); }).find("cannot read '") == 0);
  CHECK(ErrorOf([&] { RunStore(folder + "/file").Add(SampleRun(1)); }).find("cannot make") == 0);
}

TEST_CASE("Writers that are killed leave whole records alone", "[store]") {
  const std::string folder = NewFolder();
  const RunStore store(folder);
  std::mt19937_64 random(20253);
  // Until enough was written between kills, on a slow disk too.
  for (std::uint64_t round = 1; round <= 30 || (round <= 150 && store.Files().size() < 40);
       ++round) {
    const int writer = Start([&] {
      for (std::uint64_t seed = 1000 * round;; ++seed) {
        RunRecord run = SampleRun(seed);
        run.curve.resize(500, {7, "train_loss", 1.0 / 3});
        store.Add(run);
      }
      return 0;
    });
    std::this_thread::sleep_for(std::chrono::microseconds(random() % (1000 * round)));
    kill(writer, SIGKILL);
    CHECK(Wait(writer) == -1);
  }
  const StoredRuns all = store.ReadAll();
  CHECK(all.refused.empty());
  CHECK(all.runs.size() >= 40);
}

TEST_CASE("Processes that write the same runs at once make each file once", "[store]") {
  const std::string folder = NewFolder();
  const RunStore store(folder);
  std::vector<int> processes;
  for (int i = 0; i < 4; ++i) {
    processes.push_back(Start([&] {
      int made = 0;
      for (std::uint64_t seed = 0; seed < 40; ++seed)
        made += store.Add(SampleRun(seed)) == Stored::kNew;
      return made;
    }));
  }
  int made = 0;
  for (const int process : processes) made += Wait(process);
  CHECK(made == 40);
  CHECK(store.ReadAll().runs.size() == 40);
}

TEST_CASE("A record that does not fit on the disk leaves no file", "[store]") {
  const std::string folder = NewFolder();
  const RunStore store(folder);
  const int status = InChild([&store] {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{100, 100};
    setrlimit(RLIMIT_FSIZE, &limit);
    return ErrorOf([&store] { store.Add(SampleRun(1)); }).find("cannot write '") == 0 ? 0 : 1;
  });
  CHECK(status == 0);
  CHECK(store.Files().empty());
  CHECK(fs::is_empty(folder + "/B5"));
}

}  // namespace costcheck
