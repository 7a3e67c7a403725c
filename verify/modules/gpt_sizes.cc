#include "verify/modules/gpt_sizes.h"

namespace costcheck {

GptSizes Gpt2Small() {
  return {.batch = 1,
          .length = 1024,
          .layers = 12,
          .width = 768,
          .heads = 12,
          .key_heads = 12,
          .head_width = 64,
          .inner = 3072,
          .vocabulary = 50257,
          .context = 1024};
}

Sizes AttentionSizesOf(const GptSizes& sizes) {
  Sizes attention;
  attention.values = {{"T", sizes.length},       {"S", sizes.length},
                      {"B", sizes.batch},        {"L", 1},
                      {"d", sizes.width},        {"H", sizes.heads},
                      {"H_kv", sizes.key_heads}, {"w", sizes.head_width},
                      {"f", sizes.inner},        {"V", sizes.vocabulary},
                      {"bias", sizes.biases}};
  for (const auto& [name, value] : sizes.attention_parameters) {
    attention.values.insert_or_assign(name, value);
  }
  attention.causal = sizes.causal;
  return attention;
}

}  // namespace costcheck
