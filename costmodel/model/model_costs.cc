#include "costmodel/model/model_costs.h"

#include <utility>

#include "costmodel/model/architecture_graph.h"
#include "costmodel/model/cost_sum.h"

namespace costcheck {

ModelCoster::ModelCoster(CostChoices choices) : choices_(std::move(choices)) {}

void ModelCoster::CountBy(const Convention& convention) {
  choices_.formulas.convention = convention;
  for (auto& [structure, formulas] : formulas_) {
    formulas.flops = formulas.graphs.Count(convention, choices_.formulas.phase);
  }
}

const GraphFormulas& ModelCoster::LayerOf(const LayerShape& layer, const ModelSizes& sizes) {
  const auto [at, is_new] = formulas_.try_emplace("layer " + StructureOf(layer));
  if (is_new) at->second = FormulasOfLayer(layer, sizes.InSymbols(), choices_.formulas);
  return at->second;
}

const GraphFormulas& ModelCoster::TablesOf(const Architecture& architecture,
                                           const ModelSizes& sizes) {
  const auto [at, is_new] = formulas_.try_emplace("tables " + StructureOf(architecture));
  if (is_new) at->second = FormulasOfTables(architecture, sizes.InSymbols(), choices_.formulas);
  return at->second;
}

std::vector<ModelPart> ModelCoster::PartsOf(const Architecture& architecture) {
  const Expr encoded = choices_.encoded ? Expr(*choices_.encoded) : Expr(Symbol("T"));
  const bool both = !architecture.encoder.groups.empty() && !architecture.decoder.groups.empty();
  std::vector<ModelPart> parts;
  const auto add = [&](std::string group, const GraphFormulas& formulas, const Integer& count,
                       const ModelSizes& sizes, const LayerShape* layer, bool encoder) {
    Bindings numbers = sizes.numbers();
    Bindings on_device = OnDevice(numbers, choices_.parallel.tensor);
    for (Bindings* bindings : {&numbers, &on_device}) {
      bindings->insert_or_assign("S", encoded);
      if (encoder && both) bindings->insert_or_assign("T", encoded);
    }
    parts.push_back({std::move(group), &formulas, count, numbers, on_device, layer});
  };
  const ModelSizes tables = ModelSizes::OfTables(architecture);
  add("tables", TablesOf(architecture, tables), 1, tables, nullptr, false);
  for (const Stack* stack : {&architecture.encoder, &architecture.decoder}) {
    const bool encoder = stack == &architecture.encoder;
    for (const LayerGroup& group : stack->groups) {
      const ModelSizes sizes = ModelSizes::OfLayer(group.layer, architecture.width);
      add((encoder && both ? "encoder " : "") + group.name, LayerOf(group.layer, sizes),
          group.count, sizes, &group.layer, encoder);
    }
  }
  return parts;
}

std::vector<KeptLine> ModelCoster::KeptLinesOf(const Architecture& architecture) {
  KeptLines kept(choices_);
  for (const ModelPart& part : PartsOf(architecture)) kept.Add(part, part.formulas->kept);
  return kept.Take();
}

const GraphFormulas& ModelCoster::MultiTokenOf(const Architecture& architecture,
                                               const ModelSizes& sizes) {
  const auto [at, is_new] =
      formulas_.try_emplace("multi-token " + StructureOf(architecture.multi_token->layer));
  if (is_new) {
    at->second = FormulasOfMultiToken(architecture, sizes.InSymbols(), choices_.formulas);
  }
  return at->second;
}

ModelCosts ModelCoster::CostsOf(const Architecture& architecture) {
  CheckPhase(architecture, choices_.formulas.phase);
  CostSum sum(choices_, architecture);
  if (architecture.multi_token) {
    const ModelSizes sizes = ModelSizes::OfMultiToken(architecture);
    sum.AddMultiToken(MultiTokenOf(architecture, sizes), sizes.numbers());
  }
  KeptLines kept(choices_);
  for (const ModelPart& part : PartsOf(architecture)) {
    sum.Add(part);
    kept.Add(part, part.formulas->kept_sums);
  }
  sum.AddKept(kept.Take());
  return sum.Finish();
}

}  // namespace costcheck
