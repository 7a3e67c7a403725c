// tools/corpora without a network: what stands for npm is written here.

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/catch.h"

namespace costcheck {
namespace {

namespace fs = std::filesystem;

struct Outcome {
  std::string output;  // stdout and stderr
  int status;
};

fs::path Folder() {
  const char* folder = std::getenv("TEST_TMPDIR");
  REQUIRE(folder != nullptr);
  return folder;
}

// Runs tools/corpora with an empty cache and with this script as npm.
Outcome Fetch(const std::string& arguments, const std::string& npm) {
  const fs::path folder = Folder();
  fs::remove_all(folder / "cache");
  fs::create_directories(folder / "bin");
  std::ofstream(folder / "bin" / "npm") << "#!/bin/bash\n" << npm << "\n";
  fs::permissions(folder / "bin" / "npm", fs::perms::owner_all);
  const std::string command = "PATH='" + (folder / "bin").string() +
                              "':/usr/bin:/bin XDG_CACHE_HOME='" + (folder / "cache").string() +
                              "' tools/corpora " + arguments + " 2>&1";
  std::FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string output;
  for (int byte = std::fgetc(pipe); byte != EOF; byte = std::fgetc(pipe)) {
    output += static_cast<char>(byte);
  }
  return {output, WEXITSTATUS(pclose(pipe))};
}

bool CacheIsEmpty() {
  const fs::path cache = Folder() / "cache" / "costcheck" / "corpora";
  return !fs::exists(cache) || fs::is_empty(cache);
}

bool Says(const Outcome& outcome, const std::string& words) {
  return outcome.output.find(words) != std::string::npos;
}

TEST_CASE("Help names every text, and fetches nothing") {
  const Outcome help = Fetch("--help", "exit 1");
  CHECK(help.status == 0);
  for (const char* name : {"moby-dick ", "sotu ", "kjv "}) CHECK(Says(help, name));
  CHECK(CacheIsEmpty());
}

TEST_CASE("An unknown text is refused before any other is fetched") {
  const Outcome outcome = Fetch("moby-dick moby_dick", "echo fetched; exit 1");
  CHECK(outcome.status == 2);
  CHECK(Says(outcome, "There is no text 'moby_dick': those known are moby-dick sotu kjv"));
  CHECK_FALSE(Says(outcome, "fetched"));
}

TEST_CASE("Without a network a text is not there, and the sentence says why") {
  const Outcome outcome = Fetch("moby-dick", "echo 'no route to registry' >&2; exit 1");
  CHECK(outcome.status == 1);
  CHECK(Says(outcome, "The text moby-dick cannot be fetched:\n  no route to registry\n"));
  CHECK(Says(outcome, "moby-dick.txt."));
  CHECK(CacheIsEmpty());
}

TEST_CASE("A text other than the noted one is refused, and none of it stays") {
  const Outcome outcome =
      Fetch("moby-dick",
            "mkdir -p package/data && echo other >package/data/data.txt && tar -czf a.tgz package");
  CHECK(outcome.status == 1);
  CHECK(Says(outcome, "The text moby-dick is another one"));
  CHECK(CacheIsEmpty());
}

}  // namespace
}  // namespace costcheck
