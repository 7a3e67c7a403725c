#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/catch.h"

// Every command in the documentation is run, and what it prints is compared with
// what stands below it. In a fenced block:
//
//   $ tools/costcheck ARGUMENTS    run, with a \ at the end going on
//   LINES                          what it prints; a line of ... stands for any

// Built twice: what runs components in LibTorch is a test of its own.

namespace {

#ifdef COSTCHECK_EXAMPLES_OF_VERIFY
constexpr bool kOfVerify = true;
constexpr std::size_t kLeastExamples = 3;
const std::vector<std::string> kCommands = {"verify counts", "verify memory"};
#else
constexpr bool kOfVerify = false;
constexpr std::size_t kLeastExamples = 9;
const std::vector<std::string> kCommands = {"table",     "crossover", "formula", "model",
                                            "embedding", "check",     "claims",  "list"};
#endif

struct Example {
  std::string place;
  std::string command;
  std::vector<std::string> expected;
};

struct Outcome {
  int exit;
  std::vector<std::string> lines;
};

std::vector<std::string> Lines(std::istream& in) {
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// Runs a shell command in which costcheck is the program under test.
Outcome RunShell(std::string command) {
  const std::string launcher = "tools/costcheck";
  for (std::size_t at = 0; (at = command.find(launcher, at)) != std::string::npos;) {
    command.replace(at, launcher.size(), "costcheck");
  }
  FILE* pipe = popen(("PATH=$PWD/cli:$PATH; { " + command + "\n} 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string text;
  std::array<char, 4096> buffer{};
  while (const std::size_t read = fread(buffer.data(), 1, buffer.size(), pipe)) {
    text.append(buffer.data(), read);
  }
  const int status = pclose(pipe);
  std::istringstream lines(text);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, Lines(lines)};
}

std::vector<Example> ExamplesIn(const std::string& path) {
  std::ifstream file(path);
  REQUIRE(file);
  std::vector<Example> examples;
  bool fenced = false, going_on = false;
  int number = 0;
  for (const std::string& line : Lines(file)) {
    ++number;
    if (line.rfind("```", 0) == 0) {
      fenced = !fenced;
      going_on = false;
      continue;
    }
    if (!fenced) continue;
    if (line.rfind("$ ", 0) == 0) {
      examples.push_back({path + ":" + std::to_string(number), line.substr(2), {}});
    } else if (going_on) {
      examples.back().command += "\n" + line;
    } else if (!examples.empty()) {
      examples.back().expected.push_back(line);
    }
    going_on = !line.empty() && line.back() == '\\' && (going_on || line.rfind("$ ", 0) == 0);
  }
  return examples;
}

/// "" if the lines match, "..." standing for any number of them; else the first
/// expected line that is not found where it should be.
std::string Mismatch(const std::vector<std::string>& expected,
                     const std::vector<std::string>& lines) {
  std::size_t at = 0;
  bool anywhere = false;
  for (const std::string& line : expected) {
    if (line == "...") {
      anywhere = true;
      continue;
    }
    while (anywhere && at < lines.size() && lines[at] != line) ++at;
    if (at == lines.size() || lines[at] != line) return line + " (not printed)";
    ++at;
    anywhere = false;
  }
  return anywhere || at == lines.size() ? "" : lines[at] + " (printed, but not in the example)";
}

bool IsOfVerify(const Example& example) {
  return example.command.find("costcheck verify ") != std::string::npos;
}

TEST_CASE("what the README shows is what the program prints", "[docs]") {
  std::size_t run = 0;
  for (const Example& example : ExamplesIn("README.md")) {
    if (IsOfVerify(example) != kOfVerify) continue;
    ++run;
    INFO(example.place << ": " << example.command);
    const Outcome outcome = RunShell(example.command);
    CHECK(outcome.exit != 2);
    CHECK(Mismatch(example.expected, outcome.lines) == "");
  }
  CHECK(run >= kLeastExamples);
}

TEST_CASE("an example that is not printed, or not whole, is noticed", "[docs]") {
  CHECK(Mismatch({"a", "...", "c"}, {"a", "b", "b", "c"}) == "");
  CHECK(Mismatch({"a", "..."}, {"a"}) == "");
  CHECK(Mismatch({"a"}, {"a", "b"}) == "b (printed, but not in the example)");
  CHECK(Mismatch({"...", "d"}, {"a", "b"}) == "d (not printed)");
  CHECK(Mismatch({"a", "c"}, {"a", "b", "c"}) == "c (not printed)");
}

/// What examples call path/to/config.json: a Llama of one layer.
void WriteExampleConfig() {
  REQUIRE(RunShell("mkdir -p $TEST_TMPDIR/path/to").exit == 0);
  std::ofstream file(std::string(std::getenv("TEST_TMPDIR")) + "/path/to/config.json");
  file << R"({"model_type": "llama", "hidden_size": 48, "num_hidden_layers": 1,
              "num_attention_heads": 6, "num_key_value_heads": 2, "head_dim": 8,
              "intermediate_size": 131, "vocab_size": 509, "max_position_embeddings": 131072,
              "hidden_act": "silu", "attention_bias": false, "mlp_bias": false,
              "tie_word_embeddings": false})";
}

/// What examples call path/to/claims.toml: one claim, which holds.
void WriteExampleClaims() {
  std::ofstream file(std::string(std::getenv("TEST_TMPDIR")) + "/path/to/claims.toml");
  file << R"toml(title = "An example"
                 [[sources]]
                 id = "P"
                 title = "A paper"
                 reference = "nobody"
                 [[claims]]
                 id = "S07c"
                 source = "P"
                 where = "table 1"
                 quote = "496x"
                 quantity = "speedup"
                 topic = "Counts"
                 set = "T=8192,K=32"
                 numbers = [ { value = "496", unit = "x", is = "2*T/(1+K)" } ])toml";
}

TEST_CASE("every example of every --help runs", "[docs]") {
  WriteExampleConfig();
  WriteExampleClaims();
  for (const std::string& name : kCommands) {
    bool in_examples = false;
    std::string command;
    int run = 0;
    for (const std::string& line : RunShell("costcheck " + name + " --help").lines) {
      if (in_examples) command += line + "\n";
      in_examples |= line == "Examples:";
      if (command.empty() || line.back() == '\\') continue;
      INFO(command);
      const int exit = RunShell("cd $TEST_TMPDIR && " + command).exit;
      CHECK((exit == 0 || exit == 1));
      command.clear();
      ++run;
    }
    INFO(name);
    CHECK(run >= 1);
  }
}

}  // namespace
