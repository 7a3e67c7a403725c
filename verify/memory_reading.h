#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "verify/configuration.h"
#include "verify/request.h"

namespace costcheck {

/// "adamw", "sgd", "sgd_momentum". CostError, with the nearest name, for any other.
Optimizer ParseOptimizer(const std::string& name);

/// What one run held, in bytes as requested of LibTorch's allocator (memory.h).
struct MemoryReading {
  std::int64_t parameters = 0;  ///< numbers
  std::int64_t kept_bytes = 0;
  std::int64_t gradient_bytes = 0;
  std::int64_t optimizer_bytes = 0;
  std::int64_t peak_bytes = 0;
  int threads = 1;                        ///< some operators hold something for each
  bool adds_in_place = false;             ///< this LibTorch: see StepOptions (timeline.h)
  std::vector<std::int64_t> band_tokens;  ///< PredictionOptions
};

/// Builds the module and runs it once. CannotCheck where that is not possible here.
MemoryReading RunMeasured(const Configuration& configuration, const RunOptions& options);

}  // namespace costcheck
