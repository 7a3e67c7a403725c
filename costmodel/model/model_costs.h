#pragma once

#include <map>
#include <string>
#include <vector>

#include "costmodel/model/architecture.h"
#include "costmodel/model/cost_choices.h"
#include "costmodel/model/kept_lines.h"
#include "costmodel/model/model_quantities.h"

namespace costcheck {

/// Computes costs of models that are run in one way. Formulas of a structure are found once, so
/// that further models with it, whatever their sizes, take a fraction of a millisecond.
///
/// Memory of training, with p bytes a weight (2 for 16-bit formats, then mixed precision as in
/// ZeRO: 2 of weights, 2 of gradients, 12 of Adam: a 4-byte copy of the weights and two moments):
///
///   optimizer   copy (where p < 4) + moments, for each parameter that a gradient reaches
///   ZeRO        stage 1 divides the optimizer's by `data`, 2 the gradients too, 3 the weights too.
///               Rajbhandari 2020 (arXiv:1910.02054), Sec. 5
///   tensor      H, H_kv (at least one head stays), f and V divided; with `sequence` the rest of
///   the
///               kept bytes as well. Korthikanti 2022, Eq. 2 and 4
///   pipeline    layers of each group divided; the first stage has the look-ups, and activations of
///               `pipeline` microbatches: as much as all layers'. Korthikanti 2022, Eq. 5
///   expert      routed experts divided
///
/// Communication of one device in a training step, one microbatch, p bytes a number, rings:
///
///   data      2 (n-1)/n of its gradients, 3 (n-1)/n with stage 3 (ZeRO, Sec. 7: 2 and 3 Psi)
///   tensor    8 (t-1)/t B T d a layer with two sublayers: two all-reduces forward, two backward,
///   and
///             two more where layers are recomputed. Narayanan 2021 (arXiv:2104.04473), Sec. 3.2
///   pipeline  2 B T d: activations on, gradients back; a t-th of it with `sequence`
///   expert    4 (e-1)/e B T chosen d a layer with experts: there and back, twice; balanced
class ModelCoster {
 public:
  explicit ModelCoster(CostChoices choices);

  /// Counts FLOPs by another convention from now on. What is held and sent is the same by each.
  void CountBy(const Convention& convention);

  /// CostError where the model cannot be run so, or degrees do not divide it.
  ModelCosts CostsOf(const Architecture& architecture);

  /// What kept_bytes is the sum of.
  std::vector<KeptLine> KeptLinesOf(const Architecture& architecture);

 private:
  std::vector<ModelPart> PartsOf(const Architecture& architecture);
  const GraphFormulas& LayerOf(const LayerShape& layer, const ModelSizes& sizes);
  const GraphFormulas& TablesOf(const Architecture& architecture, const ModelSizes& sizes);
  const GraphFormulas& MultiTokenOf(const Architecture& architecture, const ModelSizes& sizes);

  CostChoices choices_;
  std::map<std::string, GraphFormulas> formulas_;
};

}  // namespace costcheck
