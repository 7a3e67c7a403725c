#include <string>
#include <utility>

#include "costmodel/model/config_families.h"
#include "costmodel/model/config_gated.h"
#include "costmodel/model/config_routing.h"

namespace costcheck {
namespace {

/// DeepSeek-V2 (2024), Sec. 2.1. Heads and key heads are equal in number, whatever
/// num_key_value_heads says.
void ReadLatent(Fields& fields, AttentionShape& attention) {
  attention.latent = LatentShape{
      .kv_rank = fields.Size("kv_lora_rank"),
      .query_rank = fields.IsNull("q_lora_rank") ? Integer(0) : fields.Size("q_lora_rank"),
      .plain_width = fields.Size("qk_nope_head_dim"),
      .rotary_width = fields.Size("qk_rope_head_dim"),
      .value_width = fields.Size("v_head_dim"),
  };
  attention.head_width = attention.latent->plain_width + attention.latent->rotary_width;
  fields.Ignore({"num_key_value_heads", "head_dim", "qk_head_dim"});
  const bool bias = fields.Flag("attention_bias", false);
  attention.query_bias = bias && attention.latent->query_rank != 0;
  attention.key_bias = attention.output_bias = bias;
}

/// The first first_k_dense_replace layers are dense, then every moe_layer_freq-th has experts.
void ReadSparseLayers(Fields& fields, Draft& draft) {
  const Integer dense = fields.Number("first_k_dense_replace");
  if (dense > draft.layers) {
    fields.Fail("first_k_dense_replace", "= " + ToString(dense) + " is more than the " +
                                             std::to_string(draft.layers) + " layers");
  }
  const Integer step = fields.Size("moe_layer_freq", 1, kLibraryDefault);
  for (int i = 0; i < draft.layers; ++i) draft.sparse.push_back(i >= dense && i % step == 0);
}

RouterScore ReadRouterScore(Fields& fields, bool sigmoid) {
  const std::string name = fields.Word("scoring_func", sigmoid ? "sigmoid" : "softmax");
  if (name == "softmax") return RouterScore::kSoftmax;
  if (name == "sigmoid") return RouterScore::kSigmoid;
  fields.Fail("scoring_func", "= " + name + " is neither softmax nor sigmoid");
}

/// Shared experts are as wide as routed ones and work as one. `corrected`: unless the fields say
/// otherwise, scores are sigmoids, renormalised, and the choice is biased by a number an expert.
void ReadDeepseekExperts(Fields& fields, Draft& draft, bool corrected) {
  const FeedForwardShape expert = ReadGatedFeedForward(fields, "moe_intermediate_size");
  draft.experts = ReadExperts(fields, "n_routed_experts", expert);
  const Integer shared = fields.IsNull("n_shared_experts") ? 0 : fields.Number("n_shared_experts");
  if (shared > 0) {
    draft.experts.shared = expert;
    draft.experts.shared->width = shared * expert.width;
  }
  draft.experts.score = ReadRouterScore(fields, corrected);
  draft.experts.renormalised = fields.Flag("norm_topk_prob", corrected);
  const bool stated = fields.Has("topk_method");
  draft.experts.correction_bias = stated ? fields.Word("topk_method") == "noaux_tc" : corrected;
}

Draft StartDeepseek(Fields& fields, bool corrected) {
  Draft draft = StartGated(fields);
  ReadLatent(fields, draft.layer.attention);
  draft.layer.feed_forward = ReadGatedFeedForward(fields);
  ReadSparseLayers(fields, draft);
  ReadDeepseekExperts(fields, draft, corrected);
  return draft;
}

/// Modules after the last layer, each with experts.
void ReadMultiToken(Fields& fields, Draft& draft) {
  MultiTokenShape modules{.count = fields.Number("num_nextn_predict_layers", 0),
                          .layer = draft.layer};
  modules.layer.feed_forward = draft.experts;
  if (modules.count > 0) draft.model.multi_token = modules;
}

}  // namespace

Architecture ReadDeepseekV2(Fields& fields) {
  return FinishDecoder(fields, StartDeepseek(fields, false), false);
}

Architecture ReadDeepseekV3(Fields& fields) {
  Draft draft = StartDeepseek(fields, true);
  ReadMultiToken(fields, draft);
  return FinishDecoder(fields, std::move(draft), false);
}

// The indexer's queries are made of the query latent, which is therefore needed.
Architecture ReadDeepseekV32(Fields& fields) {
  Draft draft = StartDeepseek(fields, true);
  fields.Size("q_lora_rank");
  draft.layer.attention.indexer = IndexerShape{.heads = fields.Size("index_n_heads"),
                                               .width = fields.Size("index_head_dim"),
                                               .kept = fields.Size("index_topk")};
  ReadMultiToken(fields, draft);
  return FinishDecoder(fields, std::move(draft), false);
}

}  // namespace costcheck
