#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "costmodel/model/architecture.h"
#include "costmodel/model/config_fields.h"

// What the model types have in common: the stack of like layers, of which some see a window only
// and some have experts.

namespace costcheck {

/// The fields' names, which differ from model type to model type.
struct ConfigNames {
  const char* width = "hidden_size";
  const char* layers = "num_hidden_layers";
  const char* heads = "num_attention_heads";
  const char* inner = "intermediate_size";
  const char* activation = "hidden_act";
  const char* context = "max_position_embeddings";
};

/// A model with one stack, while its fields are read.
struct Draft {
  Architecture model;
  LayerShape layer;  ///< with a dense feed-forward, seeing all keys
  int layers = 0;
  /// By layer; empty: none. Layers that slide have `window`.
  std::vector<bool> sliding{}, sparse{};
  Integer window{};
  ExpertsShape experts{};  ///< of the sparse layers
};

/// Sizes, heads as many as key heads, w = d/H not yet known (see ReadHeadWidth).
Draft StartDraft(Fields& fields, const ConfigNames& names = {});

/// num_key_value_heads, which must divide the heads. `fallback_to_heads`: left open, it is the
/// number of heads, as in types whose first files did not have the field.
void ReadKeyHeads(Fields& fields, Draft& draft, bool fallback_to_heads);

/// w = d/H, which must be whole. `heads` is the field's name.
void SetHeadWidth(const Fields& fields, Draft& draft, const char* heads = "num_attention_heads");
/// head_dim, or where it is left open `fallback`, or d/H for a fallback of 0.
void ReadHeadWidth(Fields& fields, Draft& draft, int fallback = 0);

void SetProjectionBiases(AttentionShape& attention, bool inputs, bool output);

/// CostError for an activation that is none of GELU, SiLU and ReLU in one of their spellings.
ActivationKind ReadActivation(Fields& fields, const std::string& name);
ActivationKind ActivationNamed(const Fields& fields, const std::string& field,
                               std::string_view word);

/// Which layers slide: layer_types where given, one word a layer, else those of `by_index`, written
/// down as `rule` unless that is empty. sliding_window is read if a layer slides.
void ReadSliding(Fields& fields, Draft& draft, const std::function<bool(int)>& by_index,
                 std::string_view rule = "");

/// Layers that are alike, in groups named by what sets them apart: "all", or "sliding", "full",
/// "dense", "experts", or two of these words.
std::vector<LayerGroup> GroupLayers(const Draft& draft);

/// Whether logits are computed, by the class that `architectures` names, and whether by the
/// look-up's table; then the stack is the decoder's, and the model is whole.
Architecture FinishDecoder(Fields& fields, Draft draft, bool tied_by_default);
/// The class that `architectures` names, or "" and an assumption that `otherwise` words.
std::string ReadClass(Fields& fields, std::string_view otherwise);
/// Sets head and tied_head for a language model.
void ReadHead(Fields& fields, Architecture& model, bool tied_by_default);

}  // namespace costcheck
