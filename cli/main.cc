#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/file_output.h"
#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

constexpr Command kCommands[] = {
    {"table", "scaling table: variants x lengths x metric", RunTable},
    {"crossover", "where A and B meet, by metric", RunCrossover},
    {"formula", "the cost of a component, as text, LaTeX or C", RunFormula},
    {"embedding", "what an embedding costs, band by band", RunEmbedding},
    {"check", "decide one claim: \"full(T=8K)/topk_mlp(T=8K,K=32) = 500 +- 1%\"", RunCheck},
    {"list", "components, conventions, symbols, presets, metrics, formats", RunList},
};

constexpr char kVersion[] = "costcheck 0.1.0\n";

std::string Help() {
  std::string text =
      "costcheck says what a transformer's attention and embeddings cost, exactly.\n\n"
      "Usage: costcheck SUBCOMMAND [OPTION]...\n\n";
  for (const Command& command : kCommands) {
    std::string name(command.name);
    name.resize(12, ' ');
    text += "  " + name + std::string(command.summary) + "\n";
  }
  return text +
         "\n'costcheck SUBCOMMAND --help' shows its options and examples.\n"
         "'costcheck table' alone prints the scaling table of one layer, 64 to 128K tokens.\n"
         "Exit status: 0 all holds, 1 a claim or check fails, 2 usage or bad input.\n";
}

int Run(const std::vector<std::string>& arguments) {
  if (arguments.empty()) throw CostError("a subcommand is missing; see costcheck --help");
  const std::string& name = arguments.front();
  if (name == "--help" || name == "-h") return WriteOut(Help()), kExitHolds;
  if (name == "--version") return WriteOut(kVersion), kExitHolds;
  std::vector<std::string> names;
  for (const Command& command : kCommands) {
    if (name == command.name) return command.run({arguments.begin() + 1, arguments.end()});
    names.emplace_back(command.name);
  }
  const bool is_option = name.starts_with("-");
  if (is_option) names = {"--help", "--version"};
  std::string proposal = DidYouMean(name, names);
  if (proposal.empty()) proposal = "; see costcheck --help";
  throw CostError("'" + name + "' is not " + (is_option ? "an option" : "a subcommand") + proposal);
}

}  // namespace
}  // namespace costcheck

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is a write that fails
  try {
    return costcheck::Run({argv + 1, argv + argc});
  } catch (const costcheck::CostError& error) {
    std::fprintf(stderr, "costcheck: error: %s\n", error.what());
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "costcheck: error: not enough memory for this request\n");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "costcheck: internal error: %s\n", error.what());
  }
  return costcheck::kExitUsage;
}
