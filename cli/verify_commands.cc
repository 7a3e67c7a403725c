#include "cli/verify_commands.h"

namespace costcheck {

std::string VerifyHelp(std::span<const Command> commands) {
  return "Usage: costcheck verify SUBCOMMAND [OPTION]...\n\n"
         "Runs components in LibTorch and holds every prediction against what it saw; trains the\n"
         "arms of experiments, and compares them.\n\n" +
         CommandLines(commands) +
         "\n'costcheck verify SUBCOMMAND --help' shows its options and examples.\n"
         "counts, memory and train need the program costcheck-verify, beside costcheck or in "
         "PATH,\n"
         "and LibTorch: 'tools/costcheck verify' in a checkout of the source installs and builds\n"
         "both. compare and merge need neither.\n"
         "Exit status: 0 every difference is 0, every decision supported; 1 some is not, or "
         "refuted;\n"
         "2 usage or bad input; 3 could not check, or not decide.\n";
}

}  // namespace costcheck
