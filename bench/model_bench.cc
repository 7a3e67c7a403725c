// Costs of many models: every quantity of 1,000 models at 8 lengths each, and those of one model
// where nothing is known of its structure yet; and where two quantities of a model meet.

#include <benchmark/benchmark.h>

#include <utility>
#include <vector>

#include "costmodel/attention/bigbird.h"
#include "costmodel/crossover/crossover.h"
#include "costmodel/model/formula_values.h"
#include "costmodel/model/model_costs.h"
#include "costmodel/model/named_models.h"

namespace costcheck {
namespace {

CostChoices Training() {
  CostChoices choices;
  choices.formulas.convention = FindConvention("first-principles");
  choices.formulas.convention.scope = Scope::kModel;
  choices.formulas.phase = Phase::kTraining;
  return choices;
}

/// The named models in turn, each with a vocabulary of its own.
std::vector<Architecture> Models(int count) {
  const std::vector<std::string> names = NamedModelNames();
  std::vector<Architecture> models;
  for (int i = 0; i < count; ++i) {
    models.push_back(NamedArchitecture(names[static_cast<std::size_t>(i) % names.size()]));
    models.back().vocabulary += i;
  }
  return models;
}

void ValuesOf(ModelCoster& coster, const Architecture& model) {
  static const std::vector<Integer> lengths = {1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072};
  const ModelCosts costs = coster.CostsOf(model);
  for (const ModelQuantity& quantity : ModelQuantities()) {
    benchmark::DoNotOptimize(ValuesAt(costs.*quantity.formula, lengths));
  }
}

void ThousandModelsAtEightLengths(benchmark::State& state) {
  const std::vector<Architecture> models = Models(1000);
  for (auto _ : state) {
    ModelCoster coster(Training());
    for (const Architecture& model : models) ValuesOf(coster, model);
  }
}
BENCHMARK(ThousandModelsAtEightLengths)->Unit(benchmark::kMillisecond);

void OneModelAtEightLengths(benchmark::State& state) {
  const Architecture model = NamedArchitecture("deepseek-v3");
  for (auto _ : state) {
    ModelCoster coster(Training());
    ValuesOf(coster, model);
  }
}
BENCHMARK(OneModelAtEightLengths)->Unit(benchmark::kMillisecond);

/// Where the core of an attention overtakes the linear layers: one that sees both ways, in blocks,
/// so that every place in a block has pieces of its own.
void CrossoverInAModel(benchmark::State& state) {
  CostChoices choices = Training();
  choices.formulas.phase = Phase::kForward;
  choices.formulas.attention = AttentionChoice{&kBigBird, Settings()};
  for (const auto& [name, value] : {std::pair{"b", 64}, std::pair{"window_blocks", 3},
                                    std::pair{"global_blocks", 1}, std::pair{"r", 3}}) {
    choices.formulas.attention->settings.Set(name, value);
  }
  const ModelCosts costs = ModelCoster(choices).CostsOf(NamedArchitecture("t5-base"));
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        FindCrossovers(costs.flops_attention_core, costs.flops_linear, Symbol("T")));
  }
}
BENCHMARK(CrossoverInAModel)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace costcheck

BENCHMARK_MAIN();
