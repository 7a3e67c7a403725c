#include <string>
#include <utility>

#include "costmodel/algebra/error.h"
#include "costmodel/model/config_draft.h"
#include "costmodel/model/config_families.h"

namespace costcheck {
namespace {

constexpr NormShape kLayerNorm = {NormKind::kLayerNorm, true};

/// A stack with LayerNorms and biases in the feed-forward, w = d/H.
Draft StartClassic(Fields& fields, const ConfigNames& names) {
  Draft draft = StartDraft(fields, names);
  SetHeadWidth(fields, draft, names.heads);
  SetProjectionBiases(draft.layer.attention, true, true);
  draft.layer.norm = kLayerNorm;
  draft.layer.feed_forward =
      FeedForwardShape{.width = 0,
                       .activation = ReadActivation(fields, names.activation),
                       .gated = false,
                       .in_bias = true,
                       .out_bias = true};
  draft.model.decoder.final_norm = kLayerNorm;
  return draft;
}

FeedForwardShape& Dense(Draft& draft) {
  return std::get<FeedForwardShape>(draft.layer.feed_forward);
}

void SetLearnedPositions(Architecture& model, const Integer& unused_rows = 0) {
  model.positions = PositionKind::kLearned;
  model.position_rows = model.context + unused_rows;
}

void Refuse(Fields& fields, const std::string& name, bool value) {
  if (fields.Has(name) && fields.Flag(name, !value) == value) {
    fields.Fail(name, std::string("= ") + (value ? "true" : "false") + " is not counted here");
  }
}

}  // namespace

// Radford 2019; n_inner is left open by the published files.
Architecture ReadGpt2(Fields& fields) {
  const ConfigNames names = {.width = "n_embd",
                             .layers = "n_layer",
                             .heads = "n_head",
                             .inner = "n_inner",
                             .activation = "activation_function",
                             .context = "n_positions"};
  Draft draft = StartClassic(fields, names);
  Dense(draft).width = fields.Size(names.inner, 4 * draft.model.width, "4 * n_embd");
  SetLearnedPositions(draft.model);
  Refuse(fields, "add_cross_attention", true);
  return FinishDecoder(fields, std::move(draft), true);
}

Architecture ReadGptNeox(Fields& fields) {
  Draft draft = StartClassic(fields, {});
  Dense(draft).width = fields.Size("intermediate_size");
  const bool bias = fields.Flag("attention_bias", true);
  SetProjectionBiases(draft.layer.attention, bias, bias);
  draft.layer.parallel = fields.Flag("use_parallel_residual", true);
  fields.Ignore({"is_decoder"});
  return FinishDecoder(fields, std::move(draft), false);
}

// Two rows of the position table are before the first token's. With norms after the sums, there is
// no last norm.
Architecture ReadOpt(Fields& fields) {
  Draft draft = StartClassic(fields, {.activation = "activation_function"});
  Dense(draft).width = fields.Size("ffn_dim");
  Architecture& model = draft.model;
  model.embedding_width = fields.Size("word_embed_proj_dim", model.width, "hidden_size");
  SetLearnedPositions(model, 2);
  const bool bias = fields.Flag("enable_bias", true);
  SetProjectionBiases(draft.layer.attention, bias, bias);
  Dense(draft).in_bias = Dense(draft).out_bias = bias;
  Refuse(fields, "layer_norm_elementwise_affine", false);
  draft.layer.norm_after_sum = !fields.Flag("do_layer_norm_before", true);
  const bool removed =
      fields.Has("_remove_final_layer_norm") && fields.Flag("_remove_final_layer_norm", false);
  if (draft.layer.norm_after_sum || removed) model.decoder.final_norm.reset();
  return FinishDecoder(fields, std::move(draft), true);
}

Architecture ReadPhi(Fields& fields) {
  Draft draft = StartClassic(fields, {});
  ReadKeyHeads(fields, draft, true);
  Dense(draft).width = fields.Size("intermediate_size");
  draft.layer.norms = 1;
  draft.layer.parallel = true;
  Refuse(fields, "qk_layernorm", true);
  Architecture model = FinishDecoder(fields, std::move(draft), false);
  model.head_bias = model.head;
  return model;
}

namespace {

/// What stands on BERT's encoder, by class. Classes of which there are as many as labels have -1.
struct BertTop {
  std::string_view name;
  bool pooler;
  bool head;
  int classes;
};

constexpr BertTop kBertTops[] = {
    {"BertModel", true, false, 0},
    {"BertForMaskedLM", false, true, 0},
    {"BertForPreTraining", true, true, 2},
    {"BertForNextSentencePrediction", true, false, 2},
    {"BertForSequenceClassification", true, false, -1},
    {"BertForTokenClassification", false, false, -1},
    {"BertForMultipleChoice", true, false, 1},
    {"BertForQuestionAnswering", false, false, 2},
};

const BertTop& ReadBertTop(Fields& fields) {
  const std::string name = ReadClass(fields, "BertModel");
  if (name.empty()) return kBertTops[0];
  std::vector<std::string> known;
  for (const BertTop& top : kBertTops) {
    if (top.name == name) return top;
    known.emplace_back(top.name);
  }
  fields.Fail("architectures",
              "= '" + name + "' is a class that is not known here" + DidYouMean(name, known));
}

Integer ReadLabels(Fields& fields) {
  if (fields.Has("id2label")) return fields.Members("id2label");
  return fields.Size("num_labels", 2, kLibraryDefault);
}

}  // namespace

// Devlin 2019. The head's matrix is the look-up's table, with a bias of its own.
Architecture ReadBert(Fields& fields) {
  Draft draft = StartClassic(fields, {});
  Dense(draft).width = fields.Size("intermediate_size");
  draft.layer.attention.causal = false;
  draft.layer.norm_after_sum = true;
  Architecture& model = draft.model;
  SetLearnedPositions(model);
  model.token_types = fields.Size("type_vocab_size");
  model.embedding_norm = kLayerNorm;
  Refuse(fields, "is_decoder", true);
  Refuse(fields, "add_cross_attention", true);
  if (fields.Has("position_embedding_type") &&
      fields.Word("position_embedding_type") != "absolute") {
    fields.Fail("position_embedding_type", "= '" + fields.Word("position_embedding_type") +
                                               "' is not counted here, only 'absolute' is");
  }
  // Of the first implementation's pooler; the library's is d x d whatever they say.
  fields.Ignore({"directionality", "pooler_fc_size", "pooler_num_attention_heads",
                 "pooler_num_fc_layers", "pooler_size_per_head", "pooler_type"});
  const BertTop& top = ReadBertTop(fields);
  model.pooler = top.pooler;
  model.head = model.head_bias = model.head_transform = top.head;
  if (top.head) model.tied_head = fields.Flag("tie_word_embeddings", true);
  fields.Ignore({"tie_word_embeddings"});
  model.classes = top.classes < 0 ? ReadLabels(fields) : Integer(top.classes);
  model.encoder.groups = GroupLayers(draft);
  model.decoder = {};
  return std::move(draft.model);
}

}  // namespace costcheck
