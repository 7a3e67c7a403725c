#include <unistd.h>

#include <csignal>
#include <string>
#include <string_view>
#include <vector>

#include "cli/file_output.h"
#include "cli/verify_commands.h"
#include "cli/verify_train.h"

namespace costcheck {
namespace {

constexpr Command kCommands[] = {
    {"counts", kCountsSummary, RunVerifyCounts},
    {"memory", kMemorySummary, RunVerifyMemory},
    {"train", kTrainSummary, RunVerifyTrain},
};

/// What a shell says of a program that this signal ends.
constexpr int kExitInterrupted = 128;

/// Behind a line of progress, on a line of its own.
bool on_terminal = false;

/// One sentence, and no file: results are written only when all of them are there.
extern "C" void EndInterrupted(int signal) {
  std::string_view text = "\ncostcheck: error: interrupted, nothing was written\n";
  if (!on_terminal) text.remove_prefix(1);
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
  _exit(kExitInterrupted + signal);
}

int Run(const std::vector<std::string>& arguments) {
  on_terminal = isatty(STDERR_FILENO) != 0;
  std::signal(SIGINT, EndInterrupted);
  std::signal(SIGTERM, EndInterrupted);
  const std::string name = arguments.empty() ? "" : arguments.front();
  if (name == "--help" || name == "-h") return WriteOut(VerifyHelp(kCommands)), kExitHolds;
  return RunCommand(kCommands, arguments, "costcheck verify");
}

}  // namespace
}  // namespace costcheck

int main(int argc, char** argv) { return costcheck::RunProgram(costcheck::Run, argc, argv); }
