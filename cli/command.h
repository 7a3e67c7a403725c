#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace costcheck {

/// The exit statuses that scripts rely on.
inline constexpr int kExitHolds = 0;
inline constexpr int kExitFails = 1;        ///< a claim or a check does not hold
inline constexpr int kExitUsage = 2;        ///< usage or bad input
inline constexpr int kExitCannotCheck = 3;  ///< nothing to check with: no LibTorch, no module

/// One subcommand. `run` gets what stands after its name, prints its result and
/// returns the exit status; bad input is a CostError.
struct Command {
  std::string_view name;
  std::string_view summary;
  int (*run)(const std::vector<std::string>& arguments);
};

int RunTable(const std::vector<std::string>& arguments);
int RunCrossover(const std::vector<std::string>& arguments);
int RunFormula(const std::vector<std::string>& arguments);
int RunEmbedding(const std::vector<std::string>& arguments);
int RunModel(const std::vector<std::string>& arguments);
int RunCheck(const std::vector<std::string>& arguments);
int RunClaims(const std::vector<std::string>& arguments);
int RunList(const std::vector<std::string>& arguments);
int RunVerify(const std::vector<std::string>& arguments);

/// Runs the command that the first argument names, with the rest. CostError, with the nearest name,
/// where there is none. `program` is what stands before it on the command line.
int RunCommand(std::span<const Command> commands, const std::vector<std::string>& arguments,
               const std::string& program);

/// What a program's main returns: that of `run`, or what an error comes to, its sentence printed on
/// standard error behind "costcheck: error: ".
int RunProgram(int (*run)(const std::vector<std::string>& arguments), int argc, char** argv);

/// "  name        summary", a line a command.
std::string CommandLines(std::span<const Command> commands);

}  // namespace costcheck
