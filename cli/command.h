#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace costcheck {

/// The exit statuses that scripts rely on.
inline constexpr int kExitHolds = 0;
inline constexpr int kExitFails = 1;  ///< a claim or a check does not hold
inline constexpr int kExitUsage = 2;  ///< usage or bad input

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
int RunCheck(const std::vector<std::string>& arguments);
int RunList(const std::vector<std::string>& arguments);

}  // namespace costcheck
