#include "verify/modules/gpt.h"

namespace costcheck {

DecoderSizes DecoderSizesOf(const GptSizes& sizes) {
  const DecoderLayer layer = {.attention = sizes.attention,
                              .attention_sizes = AttentionSizesOf(sizes),
                              .feed_forward = FeedForwardSizes{.batch = sizes.batch,
                                                               .length = sizes.length,
                                                               .width = sizes.width,
                                                               .inner = sizes.inner,
                                                               .bias = sizes.biases,
                                                               .gated = sizes.gated}};
  return {.batch = sizes.batch,
          .length = sizes.length,
          .width = sizes.width,
          .vocabulary = sizes.vocabulary,
          .positions = sizes.learned_positions ? sizes.context : 0,
          .rms_norm = sizes.rms_norm,
          .norm_bias = sizes.biases,
          .tied_head = sizes.tied_head,
          .layers = std::vector<DecoderLayer>(static_cast<std::size_t>(sizes.layers), layer)};
}

}  // namespace costcheck
