#include "cli/verify_commands.h"

namespace costcheck {

std::string VerifyHelp(std::span<const Command> commands) {
  return "Usage: costcheck verify SUBCOMMAND [OPTION]...\n\n"
         "Runs components in LibTorch and holds every prediction against what it saw.\n\n" +
         CommandLines(commands) +
         "\n'costcheck verify SUBCOMMAND --help' shows its options and examples.\n"
         "It needs the program costcheck-verify, beside costcheck or in PATH, and LibTorch:\n"
         "'tools/costcheck verify' in a checkout of the source installs and builds both.\n"
         "Exit status: 0 every difference is 0, 1 some is not, 2 usage or bad input,\n"
         "3 could not check.\n";
}

}  // namespace costcheck
