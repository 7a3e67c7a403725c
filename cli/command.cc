#include "cli/command.h"

#include <csignal>
#include <cstdio>
#include <exception>
#include <new>

#include "costmodel/algebra/error.h"
#include "verify/request.h"

namespace costcheck {

int RunCommand(std::span<const Command> commands, const std::vector<std::string>& arguments,
               const std::string& program) {
  if (arguments.empty()) throw CostError("a subcommand is missing; see " + program + " --help");
  const std::string& name = arguments.front();
  std::vector<std::string> names;
  for (const Command& command : commands) {
    if (name == command.name) return command.run({arguments.begin() + 1, arguments.end()});
    names.emplace_back(command.name);
  }
  const bool is_option = name.starts_with("-");
  if (is_option) names = {"--help", "--version"};
  std::string proposal = DidYouMean(name, names);
  if (proposal.empty()) proposal = "; see " + program + " --help";
  throw CostError("'" + name + "' is not " + (is_option ? "an option" : "a subcommand") + proposal);
}

int RunProgram(int (*run)(const std::vector<std::string>& arguments), int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is a write that fails
  try {
    return run({argv + 1, argv + argc});
  } catch (const CannotCheck& error) {
    std::fprintf(stderr, "costcheck: error: %s\n", error.what());
    return kExitCannotCheck;
  } catch (const CostError& error) {
    std::fprintf(stderr, "costcheck: error: %s\n", error.what());
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "costcheck: error: not enough memory for this request\n");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "costcheck: internal error: %s\n", error.what());
  }
  return kExitUsage;
}

std::string CommandLines(std::span<const Command> commands) {
  std::string text;
  for (const Command& command : commands) {
    std::string name(command.name);
    name.resize(12, ' ');
    text += "  " + name + std::string(command.summary) + "\n";
  }
  return text;
}

}  // namespace costcheck
