#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "verify/sizes.h"

namespace costcheck {

/// A decoder: what is built, and the batch that it is run with.
struct GptSizes {
  std::int64_t batch = 1;
  std::int64_t length = 1;  ///< T
  std::int64_t layers = 1;
  std::int64_t width = 1;  ///< d
  std::int64_t heads = 1;
  std::int64_t key_heads = 1;
  std::int64_t head_width = 1;
  std::int64_t inner = 1;  ///< f, of the feed-forward
  std::int64_t vocabulary = 1;
  std::int64_t context = 1;       ///< rows of learned positions, at least the length
  bool learned_positions = true;  ///< added to the embedded tokens; else none
  bool rms_norm = false;          ///< else LayerNorm
  bool gated = false;             ///< SwiGLU, else GELU
  bool biases = true;             ///< of projections, feed-forwards and norms, not of the head
  bool tied_head = true;  ///< logits by the table of the look-up; else by a matrix of their own
  bool causal = true;
  std::string attention = "full";  ///< a name of ModuleKinds (modules.h)
  /// Its own parameters: {"K", 32}.
  std::map<std::string, std::int64_t, std::less<>> attention_parameters{};
};

/// GPT-2 of 124M parameters (Radford 2019, Table 2, and the released weights): 12 layers, d = 768,
/// 12 heads, f = 3072, V = 50,257, 1,024 positions, biases, tied head; one sequence of 1,024
/// tokens.
GptSizes Gpt2Small();

/// What its attention is built for.
Sizes AttentionSizesOf(const GptSizes& sizes);

}  // namespace costcheck
