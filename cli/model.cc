#include <string>

#include "cli/command.h"
#include "cli/document.h"
#include "cli/model_request.h"
#include "cli/model_tables.h"
#include "cli/request_options.h"

namespace costcheck {
namespace {

constexpr Usage kUsage = {
    "model NAME|FILE [OPTION]...",
    "What a whole model costs, exactly: parameters, FLOPs, memory of training, caches. NAME is "
    "one\n"
    "of costcheck list models, FILE a Hugging Face config.json. --convention all shows what every\n"
    "source counts. Bytes are those of one device.",
    "  costcheck model gpt2 --lengths 1K\n"
    "  costcheck model path/to/config.json --lengths 8K,32K,128K --phase training --flash yes\n"
    "  costcheck model mistral-7b --attention topk_indexer --set K=2048\n"
    "  costcheck model gpt2 --convention all\n"
    "  costcheck model llama-3.1-70b --recompute full --zero 3 --dp 64 --tp 8 --sp\n",
    1, 1};

/// Counting without a mask of its own: the model says which it has.
OptionGroup ModelCountingOptions() {
  OptionGroup group("Counting");
  auto add = group.add_options();
  add("convention", TextValue("NAME|all")->default_value("first-principles"),
      "how FLOPs are counted (costcheck list conventions)");
  add("count", TextValue("useful|executed"), "pairs that the mask keeps, or that are computed");
  add("scope", TextValue("SCOPE"), "core, module, layer or model");
  add("phase", TextValue("PHASE")->default_value("forward"),
      "forward, training, prefill or decode");
  return group;
}

}  // namespace

int RunModel(const std::vector<std::string>& arguments) {
  const auto options = ParseOptions(
      kUsage, {ModelOptions(), SettingOptions(), ModelCountingOptions(), OutputOptions()},
      arguments);
  if (!options) return kExitHolds;
  const Output output = ParseOutput(*options);
  Print(ModelDocument(ParseModelRequest(*options)), output);
  return kExitHolds;
}

}  // namespace costcheck
