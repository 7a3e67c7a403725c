#pragma once

#include <optional>

#include "costmodel/model/layer_formulas.h"
#include "costmodel/model/parallel.h"

// How a model is run and counted.

namespace costcheck {

/// What is computed again in backward instead of being kept. Korthikanti 2022 (arXiv:2205.05198),
/// Sec. 4 and 5.
enum class Recompute {
  kNone,
  kSelective,  ///< the attention core: nothing with one element a pair is kept
  kFull,       ///< every layer: its input alone is kept
};

enum class TrainingOptimizer {
  kAdam,      ///< two moments of 4 bytes
  kAdam8bit,  ///< two moments of 1 byte (Dettmers 2021, arXiv:2110.02861; its block scales left
              ///< out)
  kSgd,       ///< nothing
};

struct CostChoices {
  FormulaChoices formulas;
  Rational weight_bytes = 2;
  Recompute recompute = Recompute::kNone;
  TrainingOptimizer optimizer = TrainingOptimizer::kAdam;
  Parallel parallel;
  std::optional<Integer> encoded;  ///< S; T unless set
};

}  // namespace costcheck
