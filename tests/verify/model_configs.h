#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>

// Small config.json files of every type that can be run, their sizes unequal as far as they may be.

namespace costcheck {

/// Fields of one file, values as JSON.
class ConfigText {
 public:
  ConfigText& Set(const std::string& field, const std::string& value) {
    fields_[field] = value;
    return *this;
  }
  ConfigText& Set(const std::string& field, std::int64_t value) {
    return Set(field, std::to_string(value));
  }
  std::string Text() const {
    std::string text;
    for (const auto& [field, value] : fields_) {
      text += (text.empty() ? "{\"" : ", \"") + field + "\": " + value;
    }
    return text + "}";
  }

 private:
  std::map<std::string, std::string> fields_;
};

/// 2 layers of 3 heads, d = 15, V = 61, 43 positions.
inline ConfigText SmallGpt2() {
  return ConfigText()
      .Set("model_type", "\"gpt2\"")
      .Set("architectures", "[\"GPT2LMHeadModel\"]")
      .Set("n_embd", 15)
      .Set("n_layer", 2)
      .Set("n_head", 3)
      .Set("n_inner", 23)
      .Set("n_positions", 43)
      .Set("vocab_size", 61)
      .Set("activation_function", "\"gelu_new\"");
}

/// 2 layers of 6 heads, 2 key heads, w = 4, d = 11, f = 19, V = 53, a head of its own.
inline ConfigText SmallGated(const std::string& type, const std::string& architecture) {
  return ConfigText()
      .Set("model_type", "\"" + type + "\"")
      .Set("architectures", "[\"" + architecture + "\"]")
      .Set("hidden_size", 11)
      .Set("num_hidden_layers", 2)
      .Set("num_attention_heads", 6)
      .Set("num_key_value_heads", 2)
      .Set("head_dim", 4)
      .Set("intermediate_size", 19)
      .Set("max_position_embeddings", 101)
      .Set("vocab_size", 53)
      .Set("hidden_act", "\"silu\"")
      .Set("tie_word_embeddings", "false");
}
inline ConfigText SmallLlama() {
  return SmallGated("llama", "LlamaForCausalLM")
      .Set("attention_bias", "false")
      .Set("mlp_bias", "false");
}
/// A window of 7.
inline ConfigText SmallMistral() {
  return SmallGated("mistral", "MistralForCausalLM").Set("sliding_window", 7);
}
inline ConfigText SmallQwen2() {
  return SmallGated("qwen2", "Qwen2ForCausalLM").Set("use_sliding_window", "false");
}
/// 2 of 5 experts.
inline ConfigText SmallMixtral() {
  return SmallGated("mixtral", "MixtralForCausalLM")
      .Set("num_local_experts", 5)
      .Set("num_experts_per_tok", 2)
      .Set("sliding_window", "null");
}

/// Sizes of a type at random.
class RandomConfigs {
 public:
  explicit RandomConfigs(std::uint64_t seed) : generator_(seed) {}

  ConfigText Draw(const std::string& type) {
    if (type == "gpt2") return Gpt2();
    ConfigText config = Gated(type);
    if (type == "llama") config.Set("attention_bias", Flag()).Set("mlp_bias", Flag());
    if (type == "mistral") config.Set("sliding_window", Flip() ? "null" : Number(1, 40));
    if (type == "qwen2") SetWindow(config);
    if (type == "mixtral") {
      const std::int64_t experts = Below(1, 7);
      config.Set("num_local_experts", experts)
          .Set("num_experts_per_tok", Below(1, experts))
          .Set("sliding_window", Flip() ? "null" : Number(1, 40));
    }
    return config;
  }

  /// From `least` to `most`.
  std::int64_t Below(std::int64_t least, std::int64_t most) {
    return least +
           static_cast<std::int64_t>(generator_() % static_cast<std::uint64_t>(most - least + 1));
  }

 private:
  bool Flip() { return Below(0, 1) == 1; }
  std::string Flag() { return Flip() ? "true" : "false"; }
  std::string Number(std::int64_t least, std::int64_t most) {
    return std::to_string(Below(least, most));
  }

  ConfigText Gpt2() {
    const std::int64_t heads = Below(1, 4);
    return SmallGpt2()
        .Set("n_head", heads)
        .Set("n_embd", heads * Below(1, 9))
        .Set("n_inner", Below(1, 31))
        .Set("n_layer", Below(1, 3))
        .Set("vocab_size", Below(2, 97))
        .Set("tie_word_embeddings", Flag());
  }

  ConfigText Gated(const std::string& type) {
    const std::int64_t key_heads = Below(1, 3);
    return SmallGated(type, "SomeForCausalLM")
        .Set("num_key_value_heads", key_heads)
        .Set("num_attention_heads", key_heads * Below(1, 3))
        .Set("head_dim", 2 * Below(1, 4))
        .Set("hidden_size", Below(2, 23))
        .Set("intermediate_size", Below(1, 29))
        .Set("num_hidden_layers", Below(1, 3))
        .Set("vocab_size", Below(2, 97))
        .Set("tie_word_embeddings", Flag());
  }

  void SetWindow(ConfigText& config) {
    const bool slides = Flip();
    config.Set("use_sliding_window", slides ? "true" : "false").Set("sliding_window", Below(1, 40));
    config.Set("max_window_layers", Below(0, 3));
  }

  std::mt19937_64 generator_;
};

}  // namespace costcheck
