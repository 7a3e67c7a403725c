#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "costmodel/model/architecture.h"
#include "costmodel/model/config_fields.h"

// One function a model type, or a few that differ in little: fields to an Architecture, as the
// transformers library (2025) builds the model of that type. They leave name, model_type and
// assumed to ParseConfig.

namespace costcheck {

// config_classic.cc: LayerNorm and biases.
Architecture ReadGpt2(Fields& fields);
Architecture ReadGptNeox(Fields& fields);
Architecture ReadOpt(Fields& fields);
Architecture ReadPhi(Fields& fields);
Architecture ReadBert(Fields& fields);

// config_gated.cc: RMSNorm, rotary positions, gated feed-forward.
Architecture ReadLlama(Fields& fields);
Architecture ReadMistral(Fields& fields);
Architecture ReadQwen2(Fields& fields);
Architecture ReadQwen3(Fields& fields);
Architecture ReadPhi3(Fields& fields);
Architecture ReadGemma(Fields& fields);
Architecture ReadGemma2(Fields& fields);
Architecture ReadGemma3Text(Fields& fields);
Architecture ReadGemma3(Fields& fields);  ///< its text_config; the vision tower is left out

// config_experts.cc: the same with experts.
Architecture ReadMixtral(Fields& fields);
Architecture ReadQwen2Moe(Fields& fields);
Architecture ReadQwen3Moe(Fields& fields);
Architecture ReadGptOss(Fields& fields);

// config_deepseek.cc: latent attention and experts.
Architecture ReadDeepseekV2(Fields& fields);
Architecture ReadDeepseekV3(Fields& fields);
Architecture ReadDeepseekV32(Fields& fields);

// config_t5.cc: encoder and decoder.
Architecture ReadT5(Fields& fields);

}  // namespace costcheck
