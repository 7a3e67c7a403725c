#include "costmodel/model/config_gated.h"

#include <string>
#include <utility>

#include "costmodel/model/config_families.h"

namespace costcheck {

Draft StartGated(Fields& fields, const ConfigNames& names) {
  Draft draft = StartDraft(fields, names);
  draft.layer.norm = kRmsNorm;
  draft.model.decoder.final_norm = kRmsNorm;
  return draft;
}

FeedForwardShape ReadGatedFeedForward(Fields& fields, const std::string& inner) {
  return {.width = fields.Size(inner), .activation = ReadActivation(fields, "hidden_act")};
}

void SlideAll(Fields& fields, Draft& draft) {
  const bool slides = fields.Has("sliding_window");
  const bool open = !slides && !fields.IsNull("sliding_window");
  if (open) fields.Assume("sliding_window = null", kLibraryDefault);
  ReadSliding(fields, draft, [slides](int) { return slides; });
}

void ReadQwenWindow(Fields& fields, Draft& draft,
                    const std::function<bool(int, const Integer&)>& slides) {
  const bool used = fields.Flag("use_sliding_window", false);
  const Integer bound = used ? fields.Number("max_window_layers", 28) : Integer(0);
  fields.Ignore({"max_window_layers"});
  ReadSliding(fields, draft, [&](int index) { return used && slides(index, bound); });
  if (!used && draft.window != 0) {
    fields.Fail("layer_types", "has sliding layers, but use_sliding_window is false");
  }
}

Architecture ReadLlama(Fields& fields) {
  Draft draft = StartGated(fields);
  ReadKeyHeads(fields, draft, true);
  ReadHeadWidth(fields, draft);
  const bool bias = fields.Flag("attention_bias", false);
  SetProjectionBiases(draft.layer.attention, bias, bias);
  FeedForwardShape feed_forward = ReadGatedFeedForward(fields);
  feed_forward.in_bias = feed_forward.out_bias = fields.Flag("mlp_bias", false);
  draft.layer.feed_forward = feed_forward;
  return FinishDecoder(fields, std::move(draft), false);
}

Architecture ReadMistral(Fields& fields) {
  Draft draft = StartGated(fields);
  ReadKeyHeads(fields, draft, false);
  ReadHeadWidth(fields, draft);
  draft.layer.feed_forward = ReadGatedFeedForward(fields);
  const bool slides = !fields.IsNull("sliding_window");
  fields.SetDefaults({{"sliding_window", 4096}});
  ReadSliding(fields, draft, [slides](int) { return slides; });
  return FinishDecoder(fields, std::move(draft), false);
}

Architecture ReadPhi3(Fields& fields) {
  Draft draft = StartGated(fields);
  ReadKeyHeads(fields, draft, true);
  ReadHeadWidth(fields, draft);
  draft.layer.feed_forward = ReadGatedFeedForward(fields);
  SlideAll(fields, draft);
  return FinishDecoder(fields, std::move(draft), false);
}

namespace {

/// Of Qwen2 and Qwen3: layers from max_window_layers on slide, if any do.
void ReadUpperWindow(Fields& fields, Draft& draft) {
  ReadQwenWindow(fields, draft, [](int index, const Integer& first) { return index >= first; });
}

}  // namespace

Architecture ReadQwen2(Fields& fields) {
  Draft draft = StartGated(fields);
  ReadKeyHeads(fields, draft, false);
  ReadHeadWidth(fields, draft);
  SetProjectionBiases(draft.layer.attention, true, false);
  draft.layer.feed_forward = ReadGatedFeedForward(fields);
  ReadUpperWindow(fields, draft);
  return FinishDecoder(fields, std::move(draft), false);
}

Architecture ReadQwen3(Fields& fields) {
  Draft draft = StartGated(fields);
  ReadKeyHeads(fields, draft, false);
  ReadHeadWidth(fields, draft, 128);
  draft.layer.attention.query_key_norm = QueryKeyNorm::kByHead;
  const bool bias = fields.Flag("attention_bias", false);
  SetProjectionBiases(draft.layer.attention, bias, bias);
  draft.layer.feed_forward = ReadGatedFeedForward(fields);
  ReadUpperWindow(fields, draft);
  return FinishDecoder(fields, std::move(draft), false);
}

namespace {

/// The first Gemma's files name the activation twice, the newer name in effect where given; both
/// are GELU.
Draft StartGemma(Fields& fields) {
  Draft draft = StartGated(fields);
  ReadKeyHeads(fields, draft, false);
  ReadHeadWidth(fields, draft, 256);
  const bool bias = fields.Flag("attention_bias", false);
  SetProjectionBiases(draft.layer.attention, bias, bias);
  const std::string name = fields.Has("hidden_act") && !fields.Has("hidden_activation")
                               ? "hidden_act"
                               : "hidden_activation";
  const std::string word = fields.Word(name, "gelu_pytorch_tanh");
  draft.layer.feed_forward = FeedForwardShape{.width = fields.Size("intermediate_size"),
                                              .activation = ActivationNamed(fields, name, word)};
  fields.Ignore({"hidden_act"});
  return draft;
}

}  // namespace

Architecture ReadGemma(Fields& fields) { return FinishDecoder(fields, StartGemma(fields), true); }

// Layers take turns, a sliding one first. Soft-caps are elementwise work.
Architecture ReadGemma2(Fields& fields) {
  Draft draft = StartGemma(fields);
  draft.layer.norms = 4;
  ReadSliding(
      fields, draft, [](int index) { return index % 2 == 0; }, "every 2nd sees all keys");
  return FinishDecoder(fields, std::move(draft), true);
}

// Every 6th layer sees all keys unless the file says otherwise, in one of three ways.
Architecture ReadGemma3Text(Fields& fields) {
  Draft draft = StartGemma(fields);
  draft.layer.norms = 4;
  draft.layer.attention.query_key_norm = QueryKeyNorm::kByHead;
  const std::string newer = "_sliding_window_pattern", older = "sliding_window_pattern";
  fields.Ignore({"_sliding_window_pattern", "sliding_window_pattern"});
  Integer turn = 1;
  if (!fields.Has("layer_types")) {
    turn = fields.Size(fields.Has(newer) ? newer : older, 6, kLibraryDefault);
  }
  ReadSliding(fields, draft, [&turn](int index) { return (index + 1) % turn != 0; });
  return FinishDecoder(fields, std::move(draft), true);
}

// Files of the multimodal models leave out what equals the library's defaults, sizes too.
Architecture ReadGemma3(Fields& fields) {
  Fields text = fields.Inside("text_config", {"architectures", "tie_word_embeddings"});
  text.SetDefaults({{"vocab_size", 262208},
                    {"hidden_size", 2304},
                    {"intermediate_size", 9216},
                    {"num_hidden_layers", 26},
                    {"num_attention_heads", 8},
                    {"num_key_value_heads", 4},
                    {"max_position_embeddings", 131072},
                    {"sliding_window", 4096}});
  text.Ignore({"model_type"});
  fields.Ignore({"vision_config", "mm_tokens_per_image"});
  if (fields.Has("vision_config")) {
    fields.Assume("vision_config", "left out: the language model alone is counted");
  }
  Architecture model = ReadGemma3Text(text);
  text.CheckAllKnown("gemma3_text");
  return model;
}

}  // namespace costcheck
