#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "costmodel/algebra/number.h"
#include "costmodel/model/parts.h"

// What a model is made of, as data: what a config.json says, once its field names are understood.
// architecture_graph.h builds graphs of it.

namespace costcheck {

enum class ActivationKind { kGelu, kSilu, kRelu };

enum class PositionKind {
  kNone,
  kLearned,       ///< a table of position_rows x d, added after any projection from E
  kSinusoidal,    ///< no parameters
  kRotary,        ///< no parameters; rotates queries and keys
  kRelativeBias,  ///< a table of buckets x heads a stack, shared by its layers' self-attention (T5)
};

struct NormShape {
  NormKind kind = NormKind::kRmsNorm;
  bool bias = false;  ///< a shift beside the scale
};

/// Norms on queries and keys before their product.
enum class QueryKeyNorm {
  kNone,
  kByHead,  ///< one scale of w, shared by the heads (Qwen3, Gemma 3)
  kWhole,   ///< a scale of H*w and one of H_kv*w
};

/// Multi-head latent attention: keys and values are made of a latent of `kv_rank` numbers and one
/// shared rotary key of `rotary_width`. Both latents are RMS-normed, without biases: scales of
/// query_rank (where there is one) and of kv_rank. AttentionShape's key_heads is then H, and its
/// head_width plain_width + rotary_width. DeepSeek-V2 (2024), Sec. 2.1 and App. C.
struct LatentShape {
  Integer kv_rank;       ///< d_c
  Integer query_rank;    ///< d_c'; 0: queries are projected from x directly
  Integer plain_width;   ///< of a head's query and key, without positions
  Integer rotary_width;  ///< d_R
  Integer value_width;
};

/// The lightning indexer of DeepSeek-V3.2: attention to the `kept` best keys. Queries of
/// heads x width are projected from the query latent, one shared key of `width` and a weight for
/// every head from x; the key is LayerNormed, with scale and bias. DeepSeek-V3.2 (2025), Sec. 2.1.
struct IndexerShape {
  Integer heads;
  Integer width;
  Integer kept;
};

struct AttentionShape {
  Integer heads;       ///< H
  Integer key_heads;   ///< H_kv
  Integer head_width;  ///< w
  bool causal = true;
  std::optional<Integer> window{};  ///< keys that a token sees, itself included
  /// With a latent: of the projections down to it and to the query latent.
  bool query_bias = false, key_bias = false, value_bias = false, output_bias = false;
  QueryKeyNorm query_key_norm = QueryKeyNorm::kNone;
  bool sinks = false;  ///< one learned logit a head (gpt-oss)
  std::optional<LatentShape> latent{};
  std::optional<IndexerShape> indexer{};
};

/// W2 act(W1 x), or gated: W2 (act(W1 x) * W3 x).
struct FeedForwardShape {
  Integer width;
  ActivationKind activation = ActivationKind::kSilu;
  bool gated = true;
  bool in_bias = false, out_bias = false;
};

/// What a router makes of its numbers, one an expert.
enum class RouterScore { kSoftmax, kSigmoid };

/// Every token goes to the `chosen` of `routed` experts that a router picks, and to all `shared`.
struct ExpertsShape {
  Integer routed;
  Integer chosen;
  FeedForwardShape expert;  ///< one of them
  RouterScore score = RouterScore::kSoftmax;
  bool renormalised = true;      ///< scores of those chosen are divided by their sum
  bool router_bias = false;      ///< trained, one number an expert
  bool correction_bias = false;  ///< one number an expert, stored and not trained by gradients
  std::optional<FeedForwardShape> shared{};  ///< all shared experts as one
  bool shared_gate = false;                  ///< d numbers that open the shared one (Qwen2-MoE)
};

struct LayerShape {
  AttentionShape attention;
  std::optional<AttentionShape> cross_attention{};  ///< over the encoder's output (T5)
  std::variant<FeedForwardShape, ExpertsShape> feed_forward;
  NormShape norm;
  /// Of width d: before attention and feed-forward; 1: before both at once (parallel); 3: before
  /// cross-attention too; 4: after each of the two as well (Gemma 2).
  int norms = 2;
  bool norm_after_sum = false;  ///< each norm follows a residual sum instead (BERT, OPT-350M)
  bool parallel = false;  ///< attention and feed-forward read the layer's input and are added up
};

/// Layers that are alike, wherever in the stack they stand.
struct LayerGroup {
  std::string name;  ///< "all", "sliding", "full", "dense", "experts"
  Integer count;
  LayerShape layer;
};

/// Modules that predict further tokens (DeepSeek-V3): each joins two normed rows by a matrix 2d x d
/// and runs one layer; look-up and head are shared with the model.
struct MultiTokenShape {
  Integer count;
  LayerShape layer;
};

struct Stack {
  std::vector<LayerGroup> groups;
  std::optional<NormShape> final_norm{};
};

/// Exactly one of `decoder` and `encoder` has layers, or both (T5).
struct Architecture {
  std::string name;         ///< "gpt2", or the file's
  std::string model_type;   ///< as in config.json
  Integer width;            ///< d
  Integer vocabulary;       ///< V
  Integer context;          ///< longest length it is made for; 0: not stated
  Integer embedding_width;  ///< E; where it is not d, a projection E x d follows, and one back
                            ///< (OPT-350M)
  PositionKind positions = PositionKind::kRotary;
  Integer position_rows = 0;                  ///< kLearned: rows of the table
  Integer relative_buckets = 0;               ///< kRelativeBias
  Integer token_types = 0;                    ///< rows of a further table (BERT)
  std::optional<NormShape> embedding_norm{};  ///< after the look-up (BERT)
  Stack encoder;
  Stack decoder;
  bool head = true;             ///< logits
  bool tied_head = true;        ///< by the look-up's table
  bool head_bias = false;       ///< one number a token type
  bool head_transform = false;  ///< d x d with bias, activation and norm before the logits (BERT)
  bool pooler = false;          ///< d x d with bias on the first token (BERT)
  Integer classes = 0;  ///< of a classifier with bias on the pooled token; without a pooler,
                        ///< on every token (BERT)
  std::optional<MultiTokenShape> multi_token{};  ///< counted apart
  std::vector<std::string> assumed{};  ///< what the file leaves open: "FIELD = VALUE, REASON"
};

}  // namespace costcheck
