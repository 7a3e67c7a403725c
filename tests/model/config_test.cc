#include "costmodel/model/config.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "costmodel/algebra/error.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

Architecture Parse(const std::string& text) { return ParseConfig(text, "config.json"); }

std::string MessageOf(const std::string& text) {
  try {
    Parse(text);
  } catch (const CostError& error) {
    return error.what();
  }
  return "";
}

/// The object with `fields` in place of those of the same name, or after the others.
std::string With(std::string object, const std::string& name, const std::string& value) {
  const std::string quoted = "\"" + name + "\":";
  const std::size_t found = object.find(quoted);
  if (found == object.npos) {
    object.insert(object.size() - 1, ", " + quoted + " " + value);
    return object;
  }
  const std::size_t start = found + quoted.size();
  std::size_t end = object.find_first_of(",}[{", start);
  if (object[end] == '[') end = object.find(']', end) + 1;
  return object.replace(start, end - start, " " + value);
}

std::string Without(std::string object, const std::string& name) {
  const std::size_t found = object.find("\"" + name + "\":");
  std::size_t end = object.find_first_of(",[", found);
  if (object[end] == '[') end = object.find(',', object.find(']', end));
  return object.erase(found, end + 2 - found);
}

const std::string kLlama =
    R"({"model_type": "llama", "hidden_size": 42, "num_hidden_layers": 5, )"
    R"("num_attention_heads": 6, "num_key_value_heads": 3, "intermediate_size": 53, )"
    R"("vocab_size": 101, "max_position_embeddings": 67, "hidden_act": "silu", )"
    R"("tie_word_embeddings": false, "attention_bias": false, "mlp_bias": false, "head_dim": 7, )"
    R"("architectures": ["LlamaForCausalLM"], "rms_norm_eps": 1e-05})";

std::string Llama(const std::string& name, const std::string& value) {
  return With(kLlama, name, value);
}

std::string Type(const std::string& type) {
  return Without(Without(Llama("model_type", "\"" + type + "\""), "mlp_bias"), "attention_bias");
}

const AttentionShape& FirstAttention(const Architecture& model) {
  return model.decoder.groups.at(0).layer.attention;
}

const FeedForwardShape& FirstDense(const Architecture& model) {
  return std::get<FeedForwardShape>(model.decoder.groups.at(0).layer.feed_forward);
}

/// "sliding 2, full 3"
std::string Groups(const Stack& stack) {
  std::string text;
  for (const LayerGroup& group : stack.groups) {
    text += (text.empty() ? "" : ", ") + group.name + " " + ToString(group.count);
  }
  return text;
}

std::string DecoderGroups(const std::string& text) { return Groups(Parse(text).decoder); }

bool Assumes(const Architecture& model, const std::string& what) {
  return std::find(model.assumed.begin(), model.assumed.end(), what) != model.assumed.end();
}

TEST_CASE("a file that states everything leaves nothing to assume", "[config]") {
  const Architecture model = Parse(kLlama);
  CHECK(model.assumed.empty());
  CHECK(model.name == "config.json");
  CHECK(model.model_type == "llama");
  CHECK(model.width == 42);
  CHECK(model.embedding_width == 42);
  CHECK(model.vocabulary == 101);
  CHECK(model.context == 67);
  CHECK(model.positions == PositionKind::kRotary);
  CHECK(model.head);
  CHECK_FALSE(model.tied_head);
  CHECK(model.encoder.groups.empty());
  CHECK(Groups(model.decoder) == "all 5");
  CHECK(FirstAttention(model).heads == 6);
  CHECK(FirstAttention(model).key_heads == 3);
  CHECK(FirstAttention(model).head_width == 7);
  CHECK(FirstAttention(model).causal);
  CHECK(FirstDense(model).width == 53);
  CHECK(FirstDense(model).gated);
  CHECK(FirstDense(model).activation == ActivationKind::kSilu);
}

TEST_CASE("what the file leaves open is filled in and written down", "[config]") {
  std::string text = kLlama;
  for (const char* name : {"num_key_value_heads", "tie_word_embeddings", "attention_bias",
                           "mlp_bias", "head_dim", "architectures"}) {
    text = Without(text, name);
  }
  const Architecture model = Parse(text);
  CHECK(model.assumed.size() == 6);
  CHECK(Assumes(model, "num_key_value_heads = 6, num_attention_heads"));
  CHECK(Assumes(model, "head_dim = 7, hidden_size / num_attention_heads"));
  CHECK(Assumes(model, "tie_word_embeddings = false, the library's default"));
  CHECK(Assumes(model, "attention_bias = false, the library's default"));
  CHECK(Assumes(model, "mlp_bias = false, the library's default"));
  CHECK(Assumes(model, "architectures, the language model with its head"));
  CHECK(FirstAttention(model).key_heads == 6);
}

TEST_CASE("biases stand where the fields put them", "[config]") {
  const AttentionShape llama = FirstAttention(Parse(Llama("attention_bias", "true")));
  CHECK((llama.query_bias && llama.key_bias && llama.value_bias && llama.output_bias));
  CHECK(FirstDense(Parse(Llama("mlp_bias", "true"))).in_bias);
  const std::string qwen = With(Type("qwen2"), "use_sliding_window", "false");
  const AttentionShape qwen2 = FirstAttention(Parse(qwen));
  CHECK((qwen2.query_bias && qwen2.key_bias && qwen2.value_bias));
  CHECK_FALSE(qwen2.output_bias);
}

TEST_CASE("the class decides on the head", "[config]") {
  CHECK_FALSE(Parse(Llama("architectures", R"(["LlamaModel"])")).head);
  CHECK(MessageOf(Llama("architectures", R"(["LlamaForSequenceClassification"])")) ==
        "config.json:1: architectures = 'LlamaForSequenceClassification' is a class whose head is "
        "not known here; a language model's ends in ForCausalLM");
}

TEST_CASE("windows are those of the type and its fields", "[config]") {
  const std::string mistral = With(Type("mistral"), "sliding_window", "11");
  CHECK(FirstAttention(Parse(mistral)).window == Integer(11));
  CHECK_FALSE(FirstAttention(Parse(With(mistral, "sliding_window", "null"))).window.has_value());
  const Architecture open = Parse(Type("mistral"));
  CHECK(FirstAttention(open).window == Integer(4096));
  CHECK(Assumes(open, "sliding_window = 4096, the library's default"));

  std::string qwen = With(With(Type("qwen2"), "sliding_window", "13"), "max_window_layers", "3");
  CHECK(DecoderGroups(With(qwen, "use_sliding_window", "false")) == "all 5");
  qwen = With(qwen, "use_sliding_window", "true");
  CHECK(DecoderGroups(qwen) == "full 3, sliding 2");
  CHECK(Parse(qwen).decoder.groups[1].layer.attention.window == Integer(13));
  CHECK_FALSE(Parse(qwen).decoder.groups[0].layer.attention.window.has_value());

  const std::string gemma2 = With(Type("gemma2"), "sliding_window", "13");
  CHECK(DecoderGroups(gemma2) == "sliding 3, full 2");
  CHECK(Assumes(Parse(gemma2), "layer_types: every 2nd sees all keys, the library's default"));
  const std::string gemma3 =
      With(With(Type("gemma3_text"), "sliding_window", "13"), "sliding_window_pattern", "4");
  CHECK(DecoderGroups(gemma3) == "sliding 4, full 1");
  CHECK(DecoderGroups(With(gemma3, "layer_types",
                           R"(["full_attention", "full_attention", "sliding_attention", )"
                           R"("full_attention", "full_attention"])")) == "full 4, sliding 1");
}

TEST_CASE("layer types that contradict the model are refused", "[config]") {
  const std::string gemma2 = With(Type("gemma2"), "sliding_window", "13");
  CHECK(MessageOf(With(gemma2, "layer_types", R"(["full_attention"])")) ==
        "config.json:1: layer_types names 1 layers, where there are 5");
  CHECK(MessageOf(With(With(gemma2, "num_hidden_layers", "1"), "layer_types",
                       R"(["chunked_attention"])")) ==
        "config.json:1: layer_types has 'chunked_attention', which is neither 'full_attention' nor "
        "'sliding_attention'");
  CHECK(MessageOf(Type("gemma2")) == "config.json: sliding_window is missing");
  std::string qwen = With(With(Type("qwen2"), "sliding_window", "13"), "num_hidden_layers", "1");
  qwen = With(With(qwen, "use_sliding_window", "false"), "layer_types", R"(["sliding_attention"])");
  CHECK(MessageOf(qwen) ==
        "config.json:1: layer_types has sliding layers, but use_sliding_window is false");
}

std::string QwenMoe() {
  std::string text = With(Type("qwen2_moe"), "use_sliding_window", "false");
  text = With(With(text, "num_experts", "17"), "num_experts_per_tok", "5");
  text = With(With(text, "moe_intermediate_size", "19"), "shared_expert_intermediate_size", "23");
  text = With(With(text, "decoder_sparse_step", "2"), "mlp_only_layers", "[1]");
  return With(With(text, "norm_topk_prob", "false"), "qkv_bias", "true");
}

TEST_CASE("layers have experts by step, except those that are named", "[config]") {
  const Architecture model = Parse(QwenMoe());
  CHECK(model.assumed.empty());
  CHECK(Groups(model.decoder) == "dense 4, experts 1");
  CHECK(FirstDense(model).width == 53);
  const auto& experts = std::get<ExpertsShape>(model.decoder.groups[1].layer.feed_forward);
  CHECK(experts.routed == 17);
  CHECK(experts.chosen == 5);
  CHECK(experts.expert.width == 19);
  CHECK(experts.shared->width == 23);
  CHECK(experts.shared_gate);
  CHECK(MessageOf(With(QwenMoe(), "mlp_only_layers", "[5]")) ==
        "config.json:1: mlp_only_layers names layer 5 of 5, counted from 0");
  CHECK(MessageOf(With(QwenMoe(), "num_experts_per_tok", "18")) ==
        "config.json:1: num_experts_per_tok = 18 is more than the 17 experts of num_experts");
}

TEST_CASE("windows and experts divide layers together", "[config]") {
  std::string text = With(With(QwenMoe(), "use_sliding_window", "true"), "sliding_window", "13");
  text = With(text, "max_window_layers", "4");
  CHECK(DecoderGroups(text) == "sliding dense 2, full dense 2, full experts 1");
}

std::string Deepseek() {
  std::string text = With(Type("deepseek_v3"), "attention_bias", "false");
  for (const auto& [name, value] : {std::pair{"kv_lora_rank", "11"},
                                    {"q_lora_rank", "13"},
                                    {"qk_nope_head_dim", "17"},
                                    {"qk_rope_head_dim", "4"},
                                    {"v_head_dim", "19"},
                                    {"first_k_dense_replace", "2"},
                                    {"moe_layer_freq", "1"},
                                    {"moe_intermediate_size", "23"},
                                    {"n_routed_experts", "29"},
                                    {"num_experts_per_tok", "3"},
                                    {"n_shared_experts", "2"},
                                    {"topk_method", "\"noaux_tc\""},
                                    {"scoring_func", "\"sigmoid\""},
                                    {"norm_topk_prob", "true"},
                                    {"num_nextn_predict_layers", "1"},
                                    {"routed_scaling_factor", "2.5"}}) {
    text = With(text, name, value);
  }
  return text;
}

TEST_CASE("latent attention, experts and a further token's module are read", "[config]") {
  const Architecture model = Parse(Deepseek());
  CHECK(model.assumed.empty());
  CHECK(Groups(model.decoder) == "dense 2, experts 3");
  const AttentionShape& attention = FirstAttention(model);
  CHECK(attention.latent->kv_rank == 11);
  CHECK(attention.latent->query_rank == 13);
  CHECK(attention.latent->value_width == 19);
  CHECK(attention.head_width == 21);
  CHECK(attention.key_heads == 6);
  const auto& experts = std::get<ExpertsShape>(model.decoder.groups[1].layer.feed_forward);
  CHECK(experts.shared->width == 46);
  CHECK(experts.correction_bias);
  REQUIRE(model.multi_token.has_value());
  CHECK(model.multi_token->count == 1);
  CHECK(std::holds_alternative<ExpertsShape>(model.multi_token->layer.feed_forward));
  CHECK(FirstAttention(Parse(With(Deepseek(), "q_lora_rank", "null"))).latent->query_rank == 0);
  CHECK(MessageOf(Without(Deepseek(), "q_lora_rank")) == "config.json: q_lora_rank is missing");
  CHECK(MessageOf(With(Deepseek(), "first_k_dense_replace", "6")) ==
        "config.json:1: first_k_dense_replace = 6 is more than the 5 layers");
}

/// "softmax, renormalised" of the last layers' router.
std::string Scoring(const std::string& text) {
  const Architecture model = Parse(text);
  const auto& experts = std::get<ExpertsShape>(model.decoder.groups.back().layer.feed_forward);
  return std::string(experts.score == RouterScore::kSigmoid ? "sigmoid" : "softmax") +
         (experts.renormalised ? ", renormalised" : "");
}

TEST_CASE("what a router makes of its numbers is the model's, or stated", "[config]") {
  std::string mixtral = With(Type("mixtral"), "num_local_experts", "7");
  mixtral = With(With(mixtral, "num_experts_per_tok", "2"), "sliding_window", "null");
  CHECK(Scoring(mixtral) == "softmax, renormalised");
  CHECK(Scoring(QwenMoe()) == "softmax");
  CHECK(Scoring(With(QwenMoe(), "norm_topk_prob", "true")) == "softmax, renormalised");
  const std::string open = Without(QwenMoe(), "norm_topk_prob");
  CHECK(Scoring(open) == "softmax");
  CHECK(Parse(open).assumed ==
        std::vector<std::string>{"norm_topk_prob = false, the library's default"});
  CHECK(Scoring(Deepseek()) == "sigmoid, renormalised");
  const std::string unstated = Without(Without(Deepseek(), "scoring_func"), "norm_topk_prob");
  CHECK(Scoring(unstated) == "sigmoid, renormalised");
  const std::string v2 = Without(unstated, "num_nextn_predict_layers");
  CHECK(Scoring(With(v2, "model_type", "\"deepseek_v2\"")) == "softmax");
  CHECK(Scoring(With(Deepseek(), "scoring_func", "\"softmax\"")) == "softmax, renormalised");
  CHECK(MessageOf(With(Deepseek(), "scoring_func", "\"tanh\"")) ==
        "config.json:1: scoring_func = tanh is neither softmax nor sigmoid");
}

TEST_CASE("an indexer is part of V3.2 alone", "[config]") {
  std::string text = With(With(Deepseek(), "index_n_heads", "7"), "index_head_dim", "12");
  text = With(text, "index_topk", "31");
  CHECK(MessageOf(text).find("'index_head_dim' is not known as a field of deepseek_v3") !=
        std::string::npos);
  const Architecture model = Parse(With(text, "model_type", "\"deepseek_v32\""));
  CHECK(FirstAttention(model).indexer->heads == 7);
  CHECK(FirstAttention(model).indexer->width == 12);
  CHECK(FirstAttention(model).indexer->kept == 31);
}

const std::string kBert =
    R"({"model_type": "bert", "hidden_size": 42, "num_hidden_layers": 5, )"
    R"("num_attention_heads": 6, "intermediate_size": 53, "vocab_size": 101, )"
    R"("max_position_embeddings": 67, "hidden_act": "gelu", "type_vocab_size": 3})";

TEST_CASE("an encoder's top is that of its class", "[config]") {
  const Architecture bare = Parse(kBert);
  CHECK(Assumes(bare, "architectures, BertModel"));
  CHECK((bare.pooler && !bare.head && bare.classes == 0));
  CHECK(bare.decoder.groups.empty());
  CHECK(Groups(bare.encoder) == "all 5");
  CHECK_FALSE(bare.encoder.groups[0].layer.attention.causal);
  CHECK(bare.position_rows == 67);
  CHECK(bare.token_types == 3);
  const Architecture masked = Parse(With(kBert, "architectures", R"(["BertForMaskedLM"])"));
  CHECK((!masked.pooler && masked.head && masked.head_transform && masked.head_bias));
  const std::string classes = With(kBert, "architectures", R"(["BertForSequenceClassification"])");
  CHECK(Parse(With(classes, "id2label", R"({"0": "a", "1": "b", "2": "c"})")).classes == 3);
  CHECK(Assumes(Parse(classes), "num_labels = 2, the library's default"));
  CHECK(MessageOf(With(kBert, "position_embedding_type", "\"relative_key\"")) ==
        "config.json:1: position_embedding_type = 'relative_key' is not counted here, only "
        "'absolute' is");
  CHECK(MessageOf(With(kBert, "is_decoder", "true")) ==
        "config.json:1: is_decoder = true is not counted here");
}

const std::string kT5 =
    R"({"model_type": "t5", "d_model": 42, "d_kv": 5, "d_ff": 53, "num_layers": 4, )"
    R"("num_decoder_layers": 3, "num_heads": 6, "relative_attention_num_buckets": 9, )"
    R"("vocab_size": 101, "feed_forward_proj": "gated-gelu", "tie_word_embeddings": false, )"
    R"("architectures": ["T5ForConditionalGeneration"]})";

TEST_CASE("an encoder and a decoder are two stacks", "[config]") {
  const Architecture model = Parse(kT5);
  CHECK(model.assumed.empty());
  CHECK(Groups(model.encoder) == "all 4");
  CHECK(Groups(model.decoder) == "all 3");
  CHECK_FALSE(model.encoder.groups[0].layer.attention.causal);
  const LayerShape& layer = model.decoder.groups[0].layer;
  CHECK(layer.attention.causal);
  CHECK_FALSE(layer.cross_attention->causal);
  CHECK(layer.norms == 3);
  CHECK(FirstDense(model).gated);
  CHECK(FirstDense(model).activation == ActivationKind::kGelu);
  CHECK_FALSE(FirstDense(Parse(With(kT5, "feed_forward_proj", "\"relu\""))).gated);
  const Architecture alone = Parse(With(kT5, "architectures", R"(["T5EncoderModel"])"));
  CHECK((alone.decoder.groups.empty() && !alone.head));
}

TEST_CASE("a multimodal file's language model is read from inside it", "[config]") {
  const std::string text =
      R"({"model_type": "gemma3", "architectures": ["Gemma3ForConditionalGeneration"], )"
      R"("vision_config": {"hidden_size": 1152}, "mm_tokens_per_image": 256, )"
      R"("text_config": {"model_type": "gemma3_text", "hidden_size": 2560, )"
      R"("intermediate_size": 10240, "num_hidden_layers": 34, "sliding_window": 1024}})";
  const Architecture model = Parse(text);
  CHECK(model.vocabulary == 262208);
  CHECK(FirstAttention(model).heads == 8);
  CHECK(Groups(model.decoder) == "sliding 29, full 5");
  CHECK(Assumes(model, "num_attention_heads = 8, the library's default"));
  CHECK(Assumes(model, "vision_config, left out: the language model alone is counted"));
  CHECK(MessageOf(R"({"model_type": "gemma3"})") == "config.json: text_config is missing");
  CHECK(MessageOf(R"({"model_type": "gemma3", "text_config": {"hidden_size": 0}})") ==
        "config.json:1: text_config: hidden_size is 0, where a whole number from 1 up is needed");
}

TEST_CASE("a missing or misspelt field is named with the nearest", "[config]") {
  CHECK(MessageOf(Without(kLlama, "hidden_size")) == "config.json: hidden_size is missing");
  CHECK(MessageOf(With(Without(kLlama, "hidden_size"), "hiden_size", "42")) ==
        "config.json: hidden_size is missing; is 'hiden_size' meant to be it?");
  CHECK(
      MessageOf(Llama("hidden_siz", "42")) ==
      "config.json:1: 'hidden_siz' is not known as a field of llama, so what it changes cannot be "
      "counted; did you mean 'hidden_size'?");
  CHECK(MessageOf(Llama("altup_num_inputs", "4")) ==
        "config.json:1: 'altup_num_inputs' is not known as a field of llama, so what it changes "
        "cannot be counted");
  CHECK(MessageOf(Llama("altup_num_inputs", "null")).empty());
  CHECK(MessageOf(Llama("altup", "false")).empty());
}

TEST_CASE("fields that change no count are let pass", "[config]") {
  for (const char* field :
       {R"("rope_scaling": {"factor": 8.0, "rope_type": "llama3"})", R"("torch_dtype": "bfloat16")",
        R"("quantization_config": {"bits": 4})", R"("transformers_version": "4.40.0")",
        R"("bos_token_id": 1)", R"("attention_dropout": 0.1)", R"("use_cache": true)",
        R"("_name_or_path": "x")", R"("pretraining_tp": 1)", R"("initializer_range": 0.02)"}) {
    std::string text = kLlama;
    text.insert(text.size() - 1, std::string(", ") + field);
    CHECK(MessageOf(text).empty());
  }
}

TEST_CASE("a message names the line of the field that it is about", "[config]") {
  const std::string text = "{\"model_type\":\n\"llama\",\n\n\"hidden_size\": -1}";
  CHECK(MessageOf(text).find("config.json:4: hidden_size is -1") == 0);
  const std::string inside =
      "{\"model_type\": \"gemma3\",\n\"text_config\": {\n\"hidden_size\": 0}}";
  CHECK(MessageOf(inside).find("config.json:3: text_config: hidden_size is 0") == 0);
  std::string unknown = kLlama;
  unknown.insert(unknown.size() - 1, ",\n\n \"altup_num_inputs\": 4");
  CHECK(MessageOf(unknown).find("config.json:3: 'altup_num_inputs' is not known") == 0);
}

TEST_CASE("a size is a whole number from 1 up", "[config]") {
  const std::string place = "config.json:1: hidden_size ",
                    needed = ", where a whole number from 1 up is needed";
  CHECK(MessageOf(Llama("hidden_size", "\"42\"")) == place + "is \"42\"" + needed);
  CHECK(MessageOf(Llama("hidden_size", "-42")) == place + "is -42" + needed);
  CHECK(MessageOf(Llama("hidden_size", "0")) == place + "is 0" + needed);
  CHECK(MessageOf(Llama("hidden_size", "42.0")) == place + "is 42.0" + needed);
  CHECK(MessageOf(Llama("hidden_size", "[42]")) == place + "is a list" + needed);
  CHECK(MessageOf(Llama("hidden_size", "true")) == place + "is true" + needed);
  CHECK(MessageOf(Llama("hidden_size", "null")) == place + "is missing");
  CHECK(MessageOf(Llama("hidden_size", "4200000000000000")) ==
        place + "is above 10^12, the largest size");
  CHECK(MessageOf(Llama("hidden_size", "99999999999999999999")) ==
        place + "is 99999999999999999999" + needed);
  CHECK(MessageOf(Llama("num_hidden_layers", "100001")) ==
        "config.json:1: num_hidden_layers is above 100,000, the most layers of a model");
  CHECK(MessageOf(Llama("attention_bias", "1")) ==
        "config.json:1: attention_bias is 1, where true or false is needed");
}

TEST_CASE("sizes that contradict each other are refused", "[config]") {
  CHECK(MessageOf(Llama("num_key_value_heads", "4")) ==
        "config.json:1: num_key_value_heads = 4 does not divide the 6 heads");
  CHECK(MessageOf(Without(Llama("hidden_size", "43"), "head_dim")) ==
        "config.json:1: num_attention_heads = 6 does not divide the width 43");
  CHECK(MessageOf(Llama("hidden_size", "43")).empty());
  CHECK(MessageOf(Llama("hidden_act", "\"geluu\"")) ==
        "config.json:1: hidden_act = 'geluu' is not an activation that is known here; did you mean "
        "'gelu'?");
}

TEST_CASE("an unknown model type is named with the nearest", "[config]") {
  CHECK(MessageOf(Llama("model_type", "\"lama\"")) ==
        "config.json:1: model_type 'lama' is not known here; did you mean 'llama'?");
  CHECK(MessageOf(Llama("model_type", "\"mamba\"")).find("is not known here: choose one of gpt2") !=
        std::string::npos);
  CHECK(MessageOf(Without(kLlama, "model_type")) == "config.json: model_type is missing");
  CHECK(MessageOf(Llama("model_type", "7")) ==
        "config.json:1: model_type has 7, where a name is needed");
}

TEST_CASE("every beginning of a file is refused", "[config]") {
  for (std::size_t size = 0; size < kLlama.size(); ++size) {
    CHECK_THROWS_AS(Parse(kLlama.substr(0, size)), CostError);
  }
}

template <class Work>
double SecondsOf(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

TEST_CASE("long names are cut in messages", "[config]") {
  const std::string name(1'000'000, 'x');
  CHECK(MessageOf("{\"" + name).size() < 300);
  CHECK(MessageOf("{\"model_type\": \"" + name + "\"}").size() < 400);
  CHECK(MessageOf(With(kLlama, name, "1")).size() < 400);
}

TEST_CASE("a message is one line, whatever the file's names hold", "[config]") {
  CHECK(MessageOf(With(kLlama, "hidden\\nsize\\u0007", "1")) ==
        "config.json:1: 'hidden?size?' is not known as a field of llama, so what it changes cannot "
        "be counted; did you mean 'hidden_size'?");
  std::string name;
  for (int i = 0; i < 40; ++i) name += "\xc3\xa4";
  CHECK(MessageOf(Llama("hidden_act", "\"x" + name + "\"")) ==
        "config.json:1: hidden_act has \"x" + name.substr(0, 58) + "...\", where a name is needed");
}

TEST_CASE("a file is read in less than a millisecond", "[config]") {
  Parse(kLlama);
  double least = 1;
  for (int i = 0; i < 20; ++i) least = std::min(least, SecondsOf([] { Parse(kLlama); }));
  CHECK(least < 0.001);
}

}  // namespace
}  // namespace costcheck
