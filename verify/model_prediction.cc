#include "verify/model_prediction.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <variant>

#include "costmodel/algebra/error.h"
#include "costmodel/model/architecture_graph.h"
#include "costmodel/model/layer_graph.h"

namespace costcheck {
namespace {

constexpr std::array<std::string_view, 5> kTypes = {"gpt2", "llama", "mistral", "mixtral", "qwen2"};
constexpr int kMostLayers = 10000;

void CheckLayer(const Architecture& model, const LayerShape& layer) {
  const Integer& width = layer.attention.head_width;
  if (HasRotations(model) && width % 2 != 0) {
    throw CostError(model.name + ": rotary positions turn pairs of numbers, but heads are " +
                    ToString(width) + " wide");
  }
  const auto* experts = std::get_if<ExpertsShape>(&layer.feed_forward);
  if (experts == nullptr || experts->expert.activation == ActivationKind::kSilu) return;
  throw CostError(model.name + ": experts are run with SiLU alone");
}

}  // namespace

std::vector<std::string> RunnableModelTypes() { return {kTypes.begin(), kTypes.end()}; }

std::string ListOfRunnableModelTypes() {
  std::string list;
  for (std::string_view type : kTypes) list += (list.empty() ? "" : ", ") + std::string(type);
  return list;
}

void CheckRunnable(const Architecture& model, std::int64_t length) {
  if (std::find(kTypes.begin(), kTypes.end(), model.model_type) == kTypes.end()) {
    throw CostError(model.name + ": models of type '" + model.model_type +
                    "' cannot be run here, only those of " + ListOfRunnableModelTypes());
  }
  if (!model.head) throw CostError(model.name + ": has no head, and so no loss to train");
  Integer layers = 0;
  for (const LayerGroup& group : model.decoder.groups) {
    layers += group.count;
    CheckLayer(model, group.layer);
  }
  if (layers > kMostLayers) {
    throw CostError(model.name + ": " + ToString(layers) + " layers are more than can be run, " +
                    std::to_string(kMostLayers));
  }
  if (model.positions == PositionKind::kLearned && length > model.position_rows) {
    throw CostError(model.name + ": T = " + std::to_string(length) + " is more than the " +
                    ToString(model.position_rows) + " positions that are learned");
  }
}

bool HasExperts(const Architecture& model) {
  const std::vector<LayerGroup>& groups = model.decoder.groups;
  return std::any_of(groups.begin(), groups.end(), [](const LayerGroup& group) {
    return std::holds_alternative<ExpertsShape>(group.layer.feed_forward);
  });
}

bool HasRotations(const Architecture& model) { return model.positions == PositionKind::kRotary; }

Graph PredictedModelGraph(const Architecture& model, std::int64_t length, std::int64_t batch) {
  return ArchitectureGraph(WithSingleLayers(model), {Expr(length), Expr(length), Expr(batch)}, {});
}

}  // namespace costcheck
