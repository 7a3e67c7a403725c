#pragma once

#include <string_view>

#include "costmodel/algebra/number.h"
#include "costmodel/model/cost_choices.h"
#include "costmodel/query/counting.h"

// How a whole model is run, as people write it. CostError with the nearest word for any other.

namespace costcheck {

/// Bytes of a number: float32 or fp32, bfloat16 or bf16, float16 or fp16, float8 or fp8, int8,
/// int4, fp4.
Rational ParseElementType(std::string_view text);

Recompute ParseRecompute(std::string_view text);          ///< none, selective, full
TrainingOptimizer ParseOptimizer(std::string_view text);  ///< adam, adam8bit, sgd
bool ParseYesNo(std::string_view text);

/// Weights of so many bytes; activations and caches of as many, but at least 2: training and
/// decoding keep 16-bit numbers, whatever the weights have.
void SetElementBytes(CostChoices& choices, const Rational& bytes);

/// A model is counted whole, unless its convention is one of the core or of a module by itself.
Counting OfWholeModel(Counting counting);

}  // namespace costcheck
