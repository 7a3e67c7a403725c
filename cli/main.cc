#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/file_output.h"
#include "cli/version.h"

namespace costcheck {
namespace {

constexpr Command kCommands[] = {
    {"table", "scaling table: variants x lengths x metric", RunTable},
    {"crossover", "where A and B meet, by metric", RunCrossover},
    {"formula", "the cost of a component, as text, LaTeX or C", RunFormula},
    {"embedding", "what an embedding costs, band by band", RunEmbedding},
    {"model", "parameters, FLOPs and memory of a model: a name or a config.json", RunModel},
    {"check", "decide one claim: \"full(T=8K)/topk_mlp(T=8K,K=32) = 500 +- 1%\"", RunCheck},
    {"claims", "decide a file of published claims, each with its reason", RunClaims},
    {"list", "components, models, conventions, symbols, presets, experiments, metrics, formats",
     RunList},
    {"verify", "predictions against what LibTorch executes: counts, memory", RunVerify},
};

std::string Help() {
  return "costcheck says what a transformer's attention and embeddings cost, exactly.\n\n"
         "Usage: costcheck SUBCOMMAND [OPTION]...\n\n" +
         CommandLines(kCommands) +
         "\n'costcheck SUBCOMMAND --help' shows its options and examples.\n"
         "'costcheck table' alone prints the scaling table of one layer, 64 to 128K tokens.\n"
         "Exit status: 0 all holds, 1 a claim or check fails, 2 usage or bad input,\n"
         "3 could not check.\n";
}

int Run(const std::vector<std::string>& arguments) {
  const std::string name = arguments.empty() ? "" : arguments.front();
  if (name == "--help" || name == "-h") return WriteOut(Help()), kExitHolds;
  if (name == "--version") {
    return WriteOut(std::string("costcheck ") + kVersionNumber + "\n"), kExitHolds;
  }
  return RunCommand(kCommands, arguments, "costcheck");
}

}  // namespace
}  // namespace costcheck

int main(int argc, char** argv) { return costcheck::RunProgram(costcheck::Run, argc, argv); }
