#include "costmodel/model/config_draft.h"

#include <algorithm>
#include <utility>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

struct Spelling {
  std::string_view word;
  ActivationKind kind;
};

constexpr Spelling kActivations[] = {
    {"gelu", ActivationKind::kGelu},        {"gelu_new", ActivationKind::kGelu},
    {"gelu_fast", ActivationKind::kGelu},   {"gelu_pytorch_tanh", ActivationKind::kGelu},
    {"gelu_python", ActivationKind::kGelu}, {"quick_gelu", ActivationKind::kGelu},
    {"silu", ActivationKind::kSilu},        {"swish", ActivationKind::kSilu},
    {"relu", ActivationKind::kRelu},
};

bool At(const std::vector<bool>& flags, int index) {
  return !flags.empty() && flags[static_cast<std::size_t>(index)];
}

bool IsAny(const std::vector<bool>& flags) {
  return std::find(flags.begin(), flags.end(), true) != flags.end();
}

/// Neither none nor all.
bool IsMixed(const std::vector<bool>& flags) {
  return IsAny(flags) && std::find(flags.begin(), flags.end(), false) != flags.end();
}

std::vector<bool> ReadLayerTypes(Fields& fields, const Draft& draft) {
  const std::vector<std::string> words = fields.Words("layer_types");
  if (words.size() != static_cast<std::size_t>(draft.layers)) {
    fields.Fail("layer_types", "names " + std::to_string(words.size()) +
                                   " layers, where there are " + std::to_string(draft.layers));
  }
  std::vector<bool> sliding;
  for (const std::string& word : words) {
    sliding.push_back(word == "sliding_attention");
    if (sliding.back() || word == "full_attention") continue;
    fields.Fail("layer_types", "has '" + word +
                                   "', which is neither 'full_attention' nor "
                                   "'sliding_attention'");
  }
  return sliding;
}

LayerShape LayerAt(const Draft& draft, int index) {
  LayerShape layer = draft.layer;
  if (At(draft.sliding, index)) layer.attention.window = draft.window;
  if (At(draft.sparse, index)) layer.feed_forward = draft.experts;
  return layer;
}

}  // namespace

Draft StartDraft(Fields& fields, const ConfigNames& names) {
  Draft draft;
  Architecture& model = draft.model;
  model.width = model.embedding_width = fields.Size(names.width);
  model.vocabulary = fields.Size("vocab_size");
  model.context = fields.Size(names.context);
  draft.layers = fields.Layers(names.layers);
  AttentionShape& attention = draft.layer.attention;
  attention.heads = attention.key_heads = fields.Size(names.heads);
  return draft;
}

void ReadKeyHeads(Fields& fields, Draft& draft, bool fallback_to_heads) {
  AttentionShape& attention = draft.layer.attention;
  const std::string name = "num_key_value_heads";
  attention.key_heads = fallback_to_heads
                            ? fields.Size(name, attention.heads, "num_attention_heads")
                            : fields.Size(name);
  if (attention.heads % attention.key_heads == 0) return;
  fields.Fail(name, "= " + ToString(attention.key_heads) + " does not divide the " +
                        ToString(attention.heads) + " heads");
}

void SetHeadWidth(const Fields& fields, Draft& draft, const char* heads) {
  AttentionShape& attention = draft.layer.attention;
  if (draft.model.width % attention.heads != 0) {
    fields.Fail(heads, "= " + ToString(attention.heads) + " does not divide the width " +
                           ToString(draft.model.width));
  }
  attention.head_width = draft.model.width / attention.heads;
}

void ReadHeadWidth(Fields& fields, Draft& draft, int fallback) {
  AttentionShape& attention = draft.layer.attention;
  if (fields.Has("head_dim")) {
    attention.head_width = fields.Size("head_dim");
  } else if (fallback > 0) {
    attention.head_width = fields.Size("head_dim", fallback, kLibraryDefault);
  } else {
    SetHeadWidth(fields, draft);
    fields.Assume("head_dim = " + ToString(attention.head_width),
                  "hidden_size / num_attention_heads");
  }
}

void SetProjectionBiases(AttentionShape& attention, bool inputs, bool output) {
  attention.query_bias = attention.key_bias = attention.value_bias = inputs;
  attention.output_bias = output;
}

ActivationKind ActivationNamed(const Fields& fields, const std::string& field,
                               std::string_view word) {
  std::vector<std::string> known;
  for (const Spelling& spelling : kActivations) {
    if (spelling.word == word) return spelling.kind;
    known.emplace_back(spelling.word);
  }
  fields.Fail(field, "= '" + std::string(word) + "' is not an activation that is known here" +
                         DidYouMean(word, known));
}

ActivationKind ReadActivation(Fields& fields, const std::string& name) {
  return ActivationNamed(fields, name, fields.Word(name));
}

void ReadSliding(Fields& fields, Draft& draft, const std::function<bool(int)>& by_index,
                 std::string_view rule) {
  if (fields.Has("layer_types")) {
    draft.sliding = ReadLayerTypes(fields, draft);
  } else {
    if (!rule.empty()) fields.Assume("layer_types: " + std::string(rule), kLibraryDefault);
    for (int i = 0; i < draft.layers; ++i) draft.sliding.push_back(by_index(i));
  }
  if (IsAny(draft.sliding)) draft.window = fields.Size("sliding_window");
  fields.Ignore({"sliding_window"});
}

std::vector<LayerGroup> GroupLayers(const Draft& draft) {
  const bool by_window = IsMixed(draft.sliding), by_experts = IsMixed(draft.sparse);
  std::vector<LayerGroup> groups;
  for (int i = 0; i < draft.layers; ++i) {
    std::string name = by_window ? (At(draft.sliding, i) ? "sliding" : "full") : "";
    if (by_window && by_experts) name += " ";
    if (by_experts) name += At(draft.sparse, i) ? "experts" : "dense";
    if (name.empty()) name = "all";
    const auto group = std::find_if(groups.begin(), groups.end(),
                                    [&name](const LayerGroup& one) { return one.name == name; });
    if (group == groups.end()) {
      groups.push_back({name, 1, LayerAt(draft, i)});
    } else {
      ++group->count;
    }
  }
  return groups;
}

std::string ReadClass(Fields& fields, std::string_view otherwise) {
  const std::vector<std::string> classes = fields.Words("architectures");
  if (classes.size() > 1) fields.Fail("architectures", "names more than one class");
  if (!classes.empty()) return classes[0];
  fields.Assume("architectures", otherwise);
  return "";
}

void ReadHead(Fields& fields, Architecture& model, bool tied_by_default) {
  const std::string name = ReadClass(fields, "the language model with its head");
  const auto ends = [&name](std::string_view end) { return name.ends_with(end); };
  const bool language = name.empty() || ends("ForCausalLM") || ends("LMHeadModel") ||
                        ends("ForConditionalGeneration");
  model.head = language;
  if (!language && (!ends("Model") || ends("HeadsModel"))) {
    fields.Fail("architectures", "= '" + name + "' is a class whose head is not known here; a " +
                                     "language model's ends in ForCausalLM");
  }
  if (language) model.tied_head = fields.Flag("tie_word_embeddings", tied_by_default);
  fields.Ignore({"tie_word_embeddings"});
}

Architecture FinishDecoder(Fields& fields, Draft draft, bool tied_by_default) {
  ReadHead(fields, draft.model, tied_by_default);
  draft.model.decoder.groups = GroupLayers(draft);
  return std::move(draft.model);
}

}  // namespace costcheck
