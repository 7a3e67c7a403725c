#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/options.h"
#include "cli/verify_request.h"
#include "tables/table.h"

namespace costcheck {

/// What one subcommand of `costcheck verify` adds to what they share.
struct Verification {
  Usage usage;
  OptionGroup options{};                                        ///< of its own
  std::function<void(const Options&, RunOptions&)> read_own{};  ///< reads those
  /// Title and columns, one of them "difference".
  std::function<Table(const VerifyRequest&)> table;
  /// The rows of one configuration.
  std::function<std::vector<std::vector<Cell>>(const Configuration&, const RunOptions&)> rows;
  /// Sentences on what its rows leave out, before those on runs.
  std::function<std::vector<std::string>(const VerifyRequest&)> notes{};
  /// The filled table as people see it, where that reads better.
  std::function<std::vector<Table>(const Table&)> for_people{};
};

/// Reads the command line, runs every configuration in turn, prints the table. kExitHolds where
/// every difference is 0, else kExitFails.
int RunVerification(const Verification& verification, const std::vector<std::string>& arguments);

}  // namespace costcheck
