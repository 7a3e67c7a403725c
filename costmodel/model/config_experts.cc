#include <algorithm>
#include <string>
#include <utility>

#include "costmodel/model/config_families.h"
#include "costmodel/model/config_gated.h"
#include "costmodel/model/config_routing.h"

namespace costcheck {

ExpertsShape ReadExperts(Fields& fields, const std::string& routed,
                         const FeedForwardShape& expert) {
  ExpertsShape experts{.routed = fields.Size(routed),
                       .chosen = fields.Size("num_experts_per_tok"),
                       .expert = expert};
  if (experts.chosen <= experts.routed) return experts;
  fields.Fail("num_experts_per_tok", "= " + ToString(experts.chosen) + " is more than the " +
                                         ToString(experts.routed) + " experts of " + routed);
}

Architecture ReadMixtral(Fields& fields) {
  Draft draft = StartGated(fields);
  ReadKeyHeads(fields, draft, false);
  ReadHeadWidth(fields, draft);
  draft.experts = ReadExperts(fields, "num_local_experts", ReadGatedFeedForward(fields));
  draft.sparse.assign(static_cast<std::size_t>(draft.layers), true);
  SlideAll(fields, draft);
  return FinishDecoder(fields, std::move(draft), false);
}

namespace {

/// Layers decoder_sparse_step - 1 and every such step after it have experts, those of
/// mlp_only_layers excepted.
void ReadSparseLayers(Fields& fields, Draft& draft) {
  const Integer step = fields.Size("decoder_sparse_step", 1, kLibraryDefault);
  for (int i = 0; i < draft.layers; ++i) draft.sparse.push_back((i + 1) % step == 0);
  for (const Integer& layer : fields.Numbers("mlp_only_layers")) {
    if (layer >= draft.layers) {
      fields.Fail("mlp_only_layers", "names layer " + ToString(layer) + " of " +
                                         std::to_string(draft.layers) + ", counted from 0");
    }
    draft.sparse[static_cast<std::size_t>(*ToInt64(layer))] = false;
  }
}

/// Dense layers of intermediate_size, which is not read where all layers have experts.
void ReadQwenExperts(Fields& fields, Draft& draft) {
  ReadSparseLayers(fields, draft);
  draft.experts =
      ReadExperts(fields, "num_experts", ReadGatedFeedForward(fields, "moe_intermediate_size"));
  draft.experts.renormalised = fields.Flag("norm_topk_prob", false);
  const bool dense =
      std::find(draft.sparse.begin(), draft.sparse.end(), false) != draft.sparse.end();
  if (dense) draft.layer.feed_forward = ReadGatedFeedForward(fields);
  fields.Ignore({"intermediate_size"});
}

}  // namespace

// Even layers below max_window_layers slide, if any do.
Architecture ReadQwen2Moe(Fields& fields) {
  Draft draft = StartGated(fields);
  ReadKeyHeads(fields, draft, false);
  ReadHeadWidth(fields, draft);
  SetProjectionBiases(draft.layer.attention, fields.Flag("qkv_bias", true), false);
  ReadQwenExperts(fields, draft);
  draft.experts.shared = ReadGatedFeedForward(fields, "shared_expert_intermediate_size");
  draft.experts.shared_gate = true;
  ReadQwenWindow(fields, draft,
                 [](int i, const Integer& first_full) { return i % 2 == 0 && i < first_full; });
  return FinishDecoder(fields, std::move(draft), false);
}

Architecture ReadQwen3Moe(Fields& fields) {
  Draft draft = StartGated(fields);
  ReadKeyHeads(fields, draft, false);
  ReadHeadWidth(fields, draft);
  draft.layer.attention.query_key_norm = QueryKeyNorm::kByHead;
  const bool bias = fields.Flag("attention_bias", false);
  SetProjectionBiases(draft.layer.attention, bias, bias);
  ReadQwenExperts(fields, draft);
  ReadQwenWindow(fields, draft, [](int, const Integer&) { return true; });
  return FinishDecoder(fields, std::move(draft), false);
}

// Layers take turns, a sliding one first; biases in router and experts whatever attention_bias is.
Architecture ReadGptOss(Fields& fields) {
  Draft draft = StartGated(fields);
  ReadKeyHeads(fields, draft, false);
  ReadHeadWidth(fields, draft, 64);
  const bool bias = fields.Flag("attention_bias", true);
  SetProjectionBiases(draft.layer.attention, bias, bias);
  draft.layer.attention.sinks = true;
  FeedForwardShape expert = ReadGatedFeedForward(fields);
  expert.in_bias = expert.out_bias = true;
  fields.Ignore({"experts_per_token"});  // num_experts_per_tok, named again
  draft.experts = ReadExperts(fields, "num_local_experts", expert);
  draft.experts.router_bias = true;
  draft.sparse.assign(static_cast<std::size_t>(draft.layers), true);
  ReadSliding(
      fields, draft, [](int index) { return index % 2 == 0; }, "every 2nd sees all keys");
  return FinishDecoder(fields, std::move(draft), false);
}

}  // namespace costcheck
