#include "costmodel/model/model_notes.h"

#include <algorithm>
#include <functional>

namespace costcheck {
namespace {

bool AnyLayer(const Architecture& model, const std::function<bool(const LayerShape&)>& is) {
  for (const Stack* stack : {&model.encoder, &model.decoder}) {
    for (const LayerGroup& group : stack->groups) {
      if (is(group.layer)) return true;
    }
  }
  return false;
}

bool HasExperts(const LayerShape& layer) {
  return std::holds_alternative<ExpertsShape>(layer.feed_forward);
}
bool HasLatents(const LayerShape& layer) { return layer.attention.latent.has_value(); }
bool HasIndexer(const LayerShape& layer) { return layer.attention.indexer.has_value(); }

/// What the model itself gives rise to.
void NoteModel(const Architecture& model, const CostChoices& choices,
               std::vector<std::string>& notes) {
  for (const std::string& text : model.assumed) notes.push_back("Assumed: " + text + ".");
  if (AnyLayer(model, HasExperts)) {
    notes.push_back(
        "No row of an expert is dropped or padded; devices' shares of experts' work "
        "are balanced.");
  }
  if (AnyLayer(model, HasLatents) && !choices.formulas.attention) {
    notes.push_back(
        "Latent attention is counted expanded, and absorbed in decode and with an "
        "indexer.");
  }
  if (AnyLayer(model, HasIndexer) && !choices.formulas.attention) {
    notes.push_back("The indexer's own training (distillation) is not counted.");
  }
  if (model.multi_token) {
    notes.push_back(
        "Modules that predict further tokens are counted apart: parameters and FLOPs "
        "of theirs are in no sum.");
  }
}

/// What the way to run it gives rise to.
void NoteChoices(const Architecture& model, const CostChoices& choices,
                 std::vector<std::string>& notes) {
  const FormulaChoices& run = choices.formulas;
  if (run.attention) {
    notes.push_back("Attention of every layer is " + std::string(run.attention->component->name) +
                    ", on plain queries, keys and values of the model's heads" +
                    (run.attention->component->has_causal_form ? "." : ", without a mask."));
  }
  if (run.phase == Phase::kPrefill) notes.push_back("Logits are those of all T tokens.");
  if (choices.weight_bytes < 2) {
    notes.push_back("Weights have " + ToString(choices.weight_bytes) +
                    (choices.weight_bytes == 1 ? " byte" : " of a byte") +
                    " each, scales of their formats left out; gradients and activations 2.");
  }
  if (choices.recompute == Recompute::kFull) {
    notes.push_back("While a layer is recomputed, its own activations are there besides.");
  }
  if (run.convention.name == "palm" || run.convention.name == "nanogpt") {
    notes.push_back("Linear FLOPs are 2N a token and forward, N being every parameter" +
                    std::string(run.convention.name == "palm" ? "" : " but those of positions") +
                    (AnyLayer(model, HasExperts) ? " that a token passes." : "."));
  }
  if (choices.parallel.pipeline > 1) {
    notes.push_back(
        "Bytes are those of the first of the stages, over which layers of each kind "
        "are spread evenly.");
  }
  if (model.context != 0) {
    notes.push_back("The model is made for at most " + ToString(model.context) + " tokens.");
  }
}

}  // namespace

std::vector<std::string> NotesOn(const Architecture& architecture, const CostChoices& choices) {
  std::vector<std::string> notes;
  NoteModel(architecture, choices, notes);
  NoteChoices(architecture, choices, notes);
  return notes;
}

}  // namespace costcheck
