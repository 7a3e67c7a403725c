#include "costmodel/model/config_ignored.h"

#include <algorithm>
#include <iterator>

namespace costcheck {
namespace {

constexpr std::string_view kStarts[] = {"_", "output_", "rope_", "rotary_", "summary_"};

constexpr std::string_view kEnds[] = {
    "_aux_loss", "_coef",  "_dropout",  "_dropout_prob", "_dropout_rate", "_eps",       "_epsilon",
    "_pdrop",    "_theta", "_token_id", "_token_ids",    "_token_index",  "_token_map", "_version"};

constexpr std::string_view kNames[] = {
    "architectures",
    "attn_impl",
    "attn_implementation",
    "attn_logit_softcapping",
    "auto_map",
    "aux_loss_alpha",
    "bad_words_ids",
    "begin_suppress_tokens",
    "bos_token_ids",
    "cache_implementation",
    "chunk_size_feed_forward",
    "compression_config",
    "costcheck",
    "decoder_start_token_id",
    "diversity_penalty",
    "do_sample",
    "dropout",
    "dropout_rate",
    "dtype",
    "early_stopping",
    "embd_pdrop",
    "encoder_no_repeat_ngram_size",
    "encoder_repetition_penalty",
    "ep_size",
    "exponential_decay_length_penalty",
    "final_logit_softcapping",
    "finetuning_task",
    "gradient_checkpointing",
    "id2label",
    "init_std",
    "initial_context_length",
    "initializer_factor",
    "initializer_range",
    "is_llama_config",
    "label2id",
    "language",
    "layerdrop",
    "length_penalty",
    "license",
    "max_length",
    "min_length",
    "min_p",
    "mlp_dropout",
    "model_max_length",
    "n_ctx",
    "n_group",
    "n_special",
    "no_repeat_ngram_size",
    "num_beam_groups",
    "num_beams",
    "num_labels",
    "num_return_sequences",
    "original_max_position_embeddings",
    "partial_rotary_factor",
    "predict_special_tokens",
    "prefix",
    "pretraining_tp",
    "problem_type",
    "quantization",
    "quantization_config",
    "query_pre_attn_scalar",
    "reorder_and_upcast_attn",
    "repetition_penalty",
    "resid_pdrop",
    "return_dict",
    "return_dict_in_generate",
    "routed_scaling_factor",
    "router_jitter_noise",
    "scale_attn_by_inverse_layer_idx",
    "scale_attn_weights",
    "seq_aux",
    "suppress_tokens",
    "swiglu_alpha",
    "swiglu_limit",
    "task_specific_params",
    "temperature",
    "tf_legacy_loss",
    "tokenizer_class",
    "top_k",
    "top_p",
    "topk_group",
    "torch_dtype",
    "torchscript",
    "transformers.js_config",
    "typical_p",
    "unsloth_fixed",
    "use_bfloat16",
    "use_cache",
    "use_flash_attention_2",
    "use_flash_attn",
};

}  // namespace

bool ChangesNoCount(std::string_view name) {
  const auto starts = [name](std::string_view start) { return name.starts_with(start); };
  const auto ends = [name](std::string_view end) { return name.ends_with(end); };
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames) ||
         std::any_of(std::begin(kStarts), std::end(kStarts), starts) ||
         std::any_of(std::begin(kEnds), std::end(kEnds), ends);
}

}  // namespace costcheck
