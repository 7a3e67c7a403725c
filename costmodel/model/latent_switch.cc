#include "costmodel/model/latent_switch.h"

#include "costmodel/model/latent_attention.h"
#include "costmodel/operators/convention.h"

namespace costcheck {

Crossovers LatentSwitch(const AttentionShape& shape, const ModelSizes& sizes, const Integer& keys) {
  LatentLengths lengths;
  lengths.queries = Symbol("T");
  lengths.keys = Expr(keys);
  lengths.causal = shape.causal;
  lengths.batch = 1;
  Convention module;
  module.scope = Scope::kModule;
  const auto flops = [&](LatentMode mode) {
    const Graph graph = LatentAttentionGraph(shape, sizes, lengths, mode);
    return CountFlops(graph, module, Phase::kForward, shape.causal).value();
  };
  CrossoverOptions options;
  options.to = keys;
  return FindCrossovers(flops(LatentMode::kAbsorbed), flops(LatentMode::kExpanded), Symbol("T"),
                        options);
}

}  // namespace costcheck
