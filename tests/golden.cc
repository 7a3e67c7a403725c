#include "tests/golden.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

namespace {

namespace fs = std::filesystem;

fs::path EnvironmentPath(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? fs::path() : fs::path(value);
}

/// Where accepted output goes; empty if outputs are compared.
fs::path AcceptFolder() {
  const fs::path folder = EnvironmentPath("COSTCHECK_UPDATE_GOLDEN");
  if (folder.empty() || folder.is_absolute()) return folder;
  return EnvironmentPath("BUILD_WORKSPACE_DIRECTORY") / folder;  // set by bazel run
}

std::string Accept(const fs::path& path, const std::string& actual) {
  fs::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << actual;
  file.close();
  if (!file) return path.string() + ": cannot be written";
  std::cerr << "accepted " << path.string() << "\n";
  return "";
}

std::string FirstDifference(const std::string& expected, const std::string& actual) {
  std::istringstream expected_lines(expected);
  std::istringstream actual_lines(actual);
  for (int number = 1;; ++number) {
    std::string want;
    std::string got;
    const bool has_want = static_cast<bool>(std::getline(expected_lines, want));
    const bool has_got = static_cast<bool>(std::getline(actual_lines, got));
    if (!has_want && !has_got) return "the end: one of them lacks the last newline";
    if (has_want == has_got && want == got) continue;
    return "line " + std::to_string(number) + "\n  expected " +
           (has_want ? "|" + want + "|" : "nothing") + "\n  actual   " +
           (has_got ? "|" + got + "|" : "nothing");
  }
}

}  // namespace

std::string GoldenDifference(const std::string& path, const std::string& actual) {
  const fs::path accept = AcceptFolder();
  if (!accept.empty()) return Accept(accept / path, actual);
  std::ifstream file(path, std::ios::binary);
  std::ostringstream expected;
  expected << file.rdbuf();
  const std::string how = "\nTo accept: COSTCHECK_UPDATE_GOLDEN=. bazel run <this test>";
  if (!file) return path + ": cannot be read" + how;
  if (expected.str() == actual) return "";
  return path + " differs at " + FirstDifference(expected.str(), actual) + how;
}
