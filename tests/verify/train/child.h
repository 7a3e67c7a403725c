#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/catch.h"

// Training in a process of its own, to be killed: a new process of the test's program, for LibTorch
// 2 does not train in a forked copy of one that has trained.

namespace costcheck {

inline constexpr const char* kCheckpointVariable = "COSTCHECK_CHILD_CHECKPOINT";
inline constexpr const char* kStepsVariable = "COSTCHECK_CHILD_STEPS";

/// What the child is told.
struct ChildTask {
  std::string checkpoint;
  std::int64_t steps = 0;
};

/// In the hidden case that StartChild names.
inline ChildTask ReadChildTask() {
  const char *path = std::getenv(kCheckpointVariable), *text = std::getenv(kStepsVariable);
  REQUIRE(path != nullptr);
  REQUIRE(text != nullptr);
  return {path, std::stoll(text)};
}

/// Starts this program for one of its cases.
inline pid_t StartChild(const char* test_case, const ChildTask& task) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    setenv(kCheckpointVariable, task.checkpoint.c_str(), 1);
    setenv(kStepsVariable, std::to_string(task.steps).c_str(), 1);
    unsetenv("BAZEL_TEST");  // else Catch2 writes over its parent's report
    if (std::freopen("/dev/null", "w", stdout) == nullptr) _exit(126);
    execl("/proc/self/exe", "test", test_case, static_cast<char*>(nullptr));
    _exit(127);
  }
  return child;
}

/// Waits for its end.
inline bool WasKilled(pid_t child) {
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status);
}

}  // namespace costcheck
