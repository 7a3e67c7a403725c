#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

/// What a run of the real program left.
struct RunResult {
  int exit;  ///< -1 where a signal ended it
  std::string out;
  std::string err;
};

/// Runs `costcheck` with these arguments, standard output to a file.
RunResult Run(const std::vector<std::string>& arguments);

/// The same with standard output to `path`, a device or a pipe, so that `out` is "".
RunResult RunInto(const std::string& path, const std::vector<std::string>& arguments);

/// The same with a standard output that nobody reads: a pipe closed at once.
RunResult RunIntoClosedPipe(const std::vector<std::string>& arguments);

/// Runs with --format json besides; requires exit status 0 and one JSON object.
nlohmann::json RunJson(std::vector<std::string> arguments);

/// True where the run ended as bad input does: exit status 2, nothing on standard
/// output, and on standard error one line that begins with "costcheck: error: "
/// and holds `part`. Else says on standard error what it was.
bool IsBadInput(const RunResult& result, const std::string& part);

/// A folder of this test's own, empty at first.
std::string ScratchFolder();

std::string FileText(const std::string& path);
