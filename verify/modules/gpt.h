#pragma once

#include "verify/modules/decoder.h"
#include "verify/modules/gpt_sizes.h"

namespace costcheck {

/// The decoder whose layers are all alike.
DecoderSizes DecoderSizesOf(const GptSizes& sizes);

class GptModule : public DecoderModule {
 public:
  explicit GptModule(const GptSizes& sizes) : DecoderModule(DecoderSizesOf(sizes)) {}
};

}  // namespace costcheck
