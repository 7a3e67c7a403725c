#pragma once

#include <cstdint>

#include "costmodel/model/architecture.h"
#include "verify/modules/decoder.h"

namespace costcheck {

/// What verify/modules builds for a model as its config.json describes it: learned positions or
/// rotary ones, full attention or a sliding window, layers of one group in a row. What changes
/// neither a count nor a byte is the module's own: the base of rotary positions, epsilons, which
/// GELU. Requires CheckRunnable (model_prediction.h). CostError for sizes beyond 64 bits.
DecoderSizes DecoderSizesOf(const Architecture& model, std::int64_t length, std::int64_t batch);

}  // namespace costcheck
