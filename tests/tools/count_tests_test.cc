// The counting of test cases in tools/test: what it reads is written here as Bazel and Catch2 write
// it. POSIX awk is at hand wherever the scripts run.

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "tests/catch.h"

namespace costcheck {
namespace {

struct Count {
  std::string line;
  int status;
};

Count CountTests(const std::string& bazel_output, const std::string& options = "") {
  const char* folder = std::getenv("TEST_TMPDIR");
  REQUIRE(folder != nullptr);
  const std::string path = std::string(folder) + "/bazel_output";
  std::ofstream(path) << bazel_output;
  const std::string count = "awk " + options + " -f tools/count_tests.awk '" + path + "'";
  const std::string command = count + " | tail -n 1; " + count + " >/dev/null";
  std::FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string line;
  for (int byte = std::fgetc(pipe); byte != EOF; byte = std::fgetc(pipe)) {
    line += static_cast<char>(byte);
  }
  return {line, WEXITSTATUS(pclose(pipe))};
}

std::string Section(const std::string& target, const std::string& closing_line) {
  return "==================== Test output for " + target + ":\n" + closing_line + "\n" +
         std::string(80, '=') + "\n";
}

constexpr const char* kGood = "Bazel ended with status 0\n";
constexpr const char* kTestsFailed = "Bazel ended with status 3\n";

TEST_CASE("the closing lines of programs without a failure are added up") {
  const Count count =
      CountTests(Section("//tests:a", "All tests passed (262 assertions in 5 test cases)") +
                 Section("//tests:b", "All tests passed (1 assertion in 1 test case)") +
                 "//tests:a      PASSED in 0.1s\n//tests:b      (cached) PASSED in 0.1s\n" + kGood);
  CHECK(count.line == "6 passed, 0 failed\n");
  CHECK(count.status == 0);
}

TEST_CASE("a failed case counts once, and one that failed as expected counts as passed") {
  const Count count = CountTests(
      Section("//tests:a", "test cases: 8 | 3 passed | 2 failed | 2 failed as expected") +
      Section("//tests:b", "test cases: 1 | 1 failed") +
      "//tests:a      FAILED in 0.1s\n//tests:b      FAILED in 0.1s\n" + kTestsFailed);
  CHECK(count.line == "5 passed, 3 failed\n");
  CHECK(count.status != 0);
}

TEST_CASE("a target without a closing line counts as one case") {
  const Count count = CountTests(Section("//tests:a", "terminate called") +
                                 "//tests:a      FAILED in 0.1s\n"
                                 "//tests:b      TIMEOUT in 60.0s\n"
                                 "//tests:c      FAILED TO BUILD\n"
                                 "//tests:d      NO STATUS\n"
                                 "//tests:e      PASSED in 0.1s\n" +
                                 kTestsFailed);
  CHECK(count.line == "1 passed, 4 failed\n");
}

TEST_CASE("a program that stopped after its closing line counts as failed") {
  const Count count =
      CountTests(Section("//tests:a", "All tests passed (2 assertions in 2 test cases)") +
                 "//tests:a      FAILED in 0.1s\n" + kTestsFailed);
  CHECK(count.line == "2 passed, 1 failed\n");
}

TEST_CASE("a failure of Bazel that no test shows counts as one") {
  const Count count =
      CountTests(Section("//tests:a", "All tests passed (2 assertions in 2 test cases)") +
                 "//tests:a      PASSED in 0.1s\nBazel ended with status 1\n");
  CHECK(count.line == "2 passed, 1 failed\n");
  CHECK(count.status != 0);
}

TEST_CASE("a program that ran nothing has failed, unless cases were chosen") {
  const std::string nothing =
      Section("//tests:a", "No tests ran") + "//tests:a      PASSED in 0.1s\n" + kGood;
  const std::string one = Section("//tests:b", "All tests passed (7 assertions in 3 test cases)");
  CHECK(CountTests(one + nothing).line == "3 passed, 1 failed\n");
  CHECK(CountTests(one + nothing).status != 0);
  CHECK(CountTests(one + nothing, "-v filtered=1").line == "3 passed, 0 failed\n");
  CHECK(CountTests(one + nothing, "-v filtered=1").status == 0);
  CHECK(CountTests(nothing, "-v filtered=1").status != 0);
}

}  // namespace
}  // namespace costcheck
