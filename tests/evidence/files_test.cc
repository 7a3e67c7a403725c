#include "evidence/files.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/catch.h"
#include "tests/evidence/samples.h"

namespace costcheck {
namespace {

namespace fs = std::filesystem;

std::size_t FilesIn(const std::string& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

/// From here on a file of this process takes at most so many bytes, as on a full disk.
void LimitFiles(rlim_t bytes) {
  signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{bytes, bytes};
  REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

/// Makes this process root of a world of its own, in which it may mount; false where that is not
/// allowed.
bool BecomeRoot() {
  const std::string user = "0 " + std::to_string(geteuid()) + " 1",
                    group = "0 " + std::to_string(getegid()) + " 1";
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  std::ofstream("/proc/self/setgroups") << "deny";
  std::ofstream("/proc/self/uid_map") << user;
  std::ofstream("/proc/self/gid_map") << group;
  return geteuid() == 0 && getegid() == 0;
}

/// Turns the folder into a disk of 64 KiB, for this process; false where that is not allowed.
bool MountTinyDisk(const std::string& folder) {
  return BecomeRoot() && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         mount("none", folder.c_str(), "tmpfs", 0, "size=64k") == 0;
}

}  // namespace

TEST_CASE("A file is replaced whole, and read whole", "[files]") {
  const std::string folder = NewFolder(), path = folder + "/file";
  const std::string large(300'007, 'x');
  for (const std::string& text :
       {std::string("one\n"), large, std::string("\0a", 2), std::string()}) {
    ReplaceFile(path, text);
    CHECK(ReadWholeFile(path) == text);
    CHECK(FilesIn(folder) == 1);
  }
}

TEST_CASE("A new file never takes the place of one that is there", "[files]") {
  const std::string folder = NewFolder(), path = folder + "/file";
  CHECK(CreateNewFile(path, "one"));
  CHECK_FALSE(CreateNewFile(path, "two"));
  CHECK(ReadWholeFile(path) == "one");
  CHECK(FilesIn(folder) == 1);
}

TEST_CASE("Of many processes that write one new file at once, one does", "[files]") {
  const std::string folder = NewFolder(), path = folder + "/file";
  for (int round = 0; round < 20; ++round) {
    fs::remove(path);
    std::vector<int> processes;
    for (int i = 0; i < 4; ++i) {
      processes.push_back(Start([&] { return CreateNewFile(path, std::string(9, 'a')) ? 1 : 0; }));
    }
    int winners = 0;
    for (const int process : processes) winners += Wait(process);
    CHECK(winners == 1);
    CHECK(FilesIn(folder) == 1);
  }
}

TEST_CASE("A new file has the permissions that the process gives to files", "[files]") {
  const std::string path = NewFolder() + "/file";
  const mode_t mask = umask(027);
  ReplaceFile(path, "x");
  umask(mask);
  struct stat status;
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0640);
}

TEST_CASE("Folders are made with those that they lie in", "[files]") {
  const std::string folder = NewFolder() + "/a/b/c";
  MakeFolder(folder);
  MakeFolder(folder);
  CHECK(fs::is_directory(folder));
  ReplaceFile(folder + "/file", "x");
  CHECK(ErrorOf([&] { MakeFolder(folder + "/file/d"); }).find("cannot make the folder") == 0);
}

TEST_CASE("Errors name the path and the reason", "[files]") {
  const std::string folder = NewFolder();
  CHECK(ErrorOf([&] { ReadWholeFile(folder + "/none"); }) ==
        "cannot read '" + folder + "/none': No such file or directory");
  CHECK(ErrorOf([&] { ReadWholeFile(folder); }) == "cannot read '" + folder + "': Is a directory");
  CHECK(ErrorOf([&] { ReplaceFile(folder + "/none/file", "x"); }) ==
        "cannot write '" + folder + "/none/file': No such file or directory");
  CHECK(ErrorOf([&] { CreateNewFile(folder + "/none/file", "x"); }) ==
        "cannot write '" + folder + "/none/file': No such file or directory");
  CHECK(ErrorOf([&] { ReplaceFile(folder, "x"); }).find("cannot write '" + folder + "'") == 0);
}

TEST_CASE("Where a file cannot take all of the text, the old one stays, and no other is left",
          "[files]") {
  const std::string folder = NewFolder(), path = folder + "/file";
  ReplaceFile(path, "old");
  const int status = InChild([&] {
    LimitFiles(1000);
    const std::string large(1001, 'x');
    const bool replaced = ErrorOf([&] { ReplaceFile(path, large); }).empty();
    const bool created = ErrorOf([&] { CreateNewFile(folder + "/new", large); }).empty();
    return (replaced ? 1 : 0) + (created ? 2 : 0);
  });
  CHECK(status == 0);
  CHECK(ReadWholeFile(path) == "old");
  CHECK(FilesIn(folder) == 1);
}

TEST_CASE("On a full disk the old file stays, and the error says that it is full", "[files]") {
  const std::string folder = NewFolder();
  constexpr int kNoMount = 77;
  const int status = InChild([&] {
    if (!MountTinyDisk(folder)) return kNoMount;
    ReplaceFile(folder + "/file", "old");
    const std::string large(100'000, 'x');
    const std::string error = ErrorOf([&] { ReplaceFile(folder + "/file", large); });
    const bool said = error.find("No space left on device") != std::string::npos;
    const bool kept = ReadWholeFile(folder + "/file") == "old" && FilesIn(folder) == 1;
    const bool writable = ErrorOf([&] { ReplaceFile(folder + "/file", "new"); }).empty();
    return (said ? 0 : 1) + (kept ? 0 : 2) + (writable ? 0 : 4);
  });
  if (status == kNoMount) {
    WARN("a disk of its own cannot be mounted here: not tested");
  } else {
    CHECK(status == 0);
  }
}

TEST_CASE("A writer that is killed at any time leaves the old file or the new one", "[files]") {
  const std::string folder = NewFolder(), path = folder + "/file";
  const std::string texts[] = {std::string(70'001, 'a'), std::string(90'001, 'b')};
  ReplaceFile(path, texts[0]);
  std::mt19937_64 random(20252);
  for (int round = 0; round < 40; ++round) {
    const int writer = Start([&] {
      for (int i = 0;; ++i) ReplaceFile(path, texts[i % 2]);
      return 0;
    });
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 15'000));
    kill(writer, SIGKILL);
    CHECK(Wait(writer) == -1);
    const std::string text = ReadWholeFile(path);
    CHECK((text == texts[0] || text == texts[1]));
  }
}

}  // namespace costcheck
