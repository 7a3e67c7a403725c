#include "tests/cli/run.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

namespace {

namespace fs = std::filesystem;

constexpr char kProgram[] = "cli/costcheck";

int OpenForWriting(const std::string& path) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (descriptor < 0) throw std::runtime_error("cannot open " + path);
  return descriptor;
}

/// In the child: never returns.
[[noreturn]] void Execute(std::vector<std::string> arguments, int out, int err) {
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  std::string program = kProgram;
  std::vector<char*> argv = {program.data()};
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  execv(kProgram, argv.data());
  _exit(127);
}

RunResult RunWith(const std::vector<std::string>& arguments, int out) {
  const std::string errors = ScratchFolder() + "/stderr";
  const int err = OpenForWriting(errors);
  const pid_t child = fork();
  if (child == 0) Execute(arguments, out, err);
  close(out);
  close(err);
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) throw std::runtime_error("cannot run");
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, "", FileText(errors)};
}

}  // namespace

std::string FileText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string ScratchFolder() {
  static const std::string folder = [] {
    const char* given = std::getenv("TEST_TMPDIR");
    const fs::path base = given == nullptr ? fs::temp_directory_path() : fs::path(given);
    const fs::path own = base / ("cli_test." + std::to_string(getpid()));
    fs::remove_all(own);
    fs::create_directories(own);
    return own.string();
  }();
  return folder;
}

RunResult Run(const std::vector<std::string>& arguments) {
  const std::string path = ScratchFolder() + "/stdout";
  RunResult result = RunWith(arguments, OpenForWriting(path));
  result.out = FileText(path);
  return result;
}

RunResult RunInto(const std::string& path, const std::vector<std::string>& arguments) {
  return RunWith(arguments, OpenForWriting(path));
}

RunResult RunIntoClosedPipe(const std::vector<std::string>& arguments) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("cannot make a pipe");
  close(ends[0]);
  return RunWith(arguments, ends[1]);
}

nlohmann::json RunJson(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--format", "json"});
  const RunResult result = Run(arguments);
  if (result.exit != 0) throw std::runtime_error("exit status not 0: " + result.err);
  return nlohmann::json::parse(result.out);
}

bool IsBadInput(const RunResult& result, const std::string& part) {
  const bool one_line = std::count(result.err.begin(), result.err.end(), '\n') == 1;
  const bool is = result.exit == 2 && result.out.empty() && one_line &&
                  result.err.starts_with("costcheck: error: ") &&
                  result.err.find(part) != std::string::npos;
  if (!is) {
    std::cerr << "exit " << result.exit << "\nstdout: " << result.out << "\nstderr: " << result.err
              << "\nexpected: " << part << "\n";
  }
  return is;
}
