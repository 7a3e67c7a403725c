#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "cli/command.h"
#include "cli/file_output.h"
#include "cli/verify_commands.h"
#include "cli/verify_compare.h"
#include "cli/verify_merge.h"
#include "cli/verify_train.h"
#include "verify/request.h"

// Starts costcheck-verify, the only program with LibTorch, as this process, for what needs it.

namespace costcheck {
namespace {

namespace fs = std::filesystem;

constexpr char kProgram[] = "costcheck-verify";
constexpr char kHowToGetLibTorch[] =
    "install the package libtorch-dev, or set LIBTORCH to an unpacked LibTorch, and start "
    "tools/costcheck verify in a checkout of the source, which builds it";

bool IsProgram(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
}

/// Beside this program, else in PATH.
fs::path FindVerifier() {
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  if (!error && IsProgram(self.parent_path() / kProgram)) return self.parent_path() / kProgram;
  const char* path = std::getenv("PATH");
  std::string_view folders = path == nullptr ? "" : path;
  while (!folders.empty()) {
    const std::size_t end = folders.find(':');
    const fs::path candidate = fs::path(folders.substr(0, end)) / kProgram;
    if (IsProgram(candidate)) return candidate;
    folders.remove_prefix(end == std::string_view::npos ? folders.size() : end + 1);
  }
  throw CannotCheck(std::string(kProgram) +
                    ", which runs components in LibTorch, is not here: " + kHowToGetLibTorch);
}

/// The first library that the loader would not find for a program; "" if it finds all. In this
/// mode the loader lists them and does not start the program.
std::string MissingLibrary(const fs::path& program) {
  std::string quoted = program.string();
  for (std::size_t at = 0; (at = quoted.find('\'', at)) != std::string::npos; at += 4) {
    quoted.replace(at, 1, "'\\''");
  }
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(
      popen(("LD_TRACE_LOADED_OBJECTS=1 '" + quoted + "' 2>/dev/null").c_str(), "re"), pclose);
  std::array<char, 4096> line{};
  while (pipe && std::fgets(line.data(), line.size(), pipe.get()) != nullptr) {
    const std::string_view text = line.data();
    if (text.find("=> not found") == std::string_view::npos) continue;
    const std::size_t begin = text.find_first_not_of(" \t");
    return std::string(text.substr(begin, text.find(' ', begin) - begin));
  }
  return "";
}

/// Replaces this process by the verifier.
int Start(std::string command, std::vector<std::string> arguments) {
  const fs::path program = FindVerifier();
  if (const std::string missing = MissingLibrary(program); !missing.empty()) {
    throw CannotCheck(program.string() + " needs " + missing +
                      ", which is not here: " + kHowToGetLibTorch);
  }
  // Waiting threads must not hold a core that another process needs.
  setenv("GOMP_SPINCOUNT", "0", 0);
  setenv("OMP_WAIT_POLICY", "passive", 0);
  std::string name = kProgram;
  std::vector<char*> argv = {name.data(), command.data()};
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  execv(program.c_str(), argv.data());
  throw CannotCheck("cannot start " + program.string() + ": " + std::strerror(errno));
}

using Arguments = std::vector<std::string>;

constexpr Command kCommands[] = {
    {"counts", kCountsSummary, [](const Arguments& rest) { return Start("counts", rest); }},
    {"memory", kMemorySummary, [](const Arguments& rest) { return Start("memory", rest); }},
    {"train", kTrainSummary, [](const Arguments& rest) { return Start("train", rest); }},
    {"compare", kCompareSummary, RunVerifyCompare},
    {"merge", kMergeSummary, RunVerifyMerge},
};

}  // namespace

int RunVerify(const std::vector<std::string>& arguments) {
  const std::string name = arguments.empty() ? "" : arguments.front();
  if (name == "--help" || name == "-h") return WriteOut(VerifyHelp(kCommands)), kExitHolds;
  return RunCommand(kCommands, arguments, "costcheck verify");
}

}  // namespace costcheck
