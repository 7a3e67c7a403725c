#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "verify/configuration.h"
#include "verify/probe/flop_probe.h"
#include "verify/records.h"
#include "verify/request.h"

// Predicted FLOPs against those that LibTorch executes. Predicted: costmodel's matrix products, two
// FLOPs a multiply-add, as executed (padding and what lies under a mask included), backward derived
// operator by operator. Counted: what the dispatcher sees (flop_probe.h) of a forward pass, of the
// sum of all elements that it puts out, and of a backward pass from there. The sums are no
// products. Of a whole model trained numbers too, and the bytes that are kept for backward
// (memory.h).

namespace costcheck {

/// What one run executed, and what it held.
struct CountedRun {
  FlopReport report;
  std::vector<std::int64_t> band_tokens;  ///< PredictionOptions
  std::int64_t parameters = 0;            ///< numbers
  /// As in MemoryReading; nothing of a forward pass alone, nor on CUDA, whose allocator rounds.
  std::optional<std::int64_t> kept_bytes{};
};

/// Builds the module and runs it once. CannotCheck where that is not possible here.
CountedRun RunCounted(const Configuration& configuration, const RunOptions& options);

/// One record for forward and, in training, one for backward, of a prediction as given.
std::vector<CountRecord> CompareCounts(const Configuration& configuration, const Graph& predicted,
                                       const FlopReport& counted, bool training);

/// The same for what a model holds: parameters, and kept bytes where these were seen.
std::vector<CountRecord> CompareHeld(const Configuration& configuration, const Graph& predicted,
                                     const CountedRun& run);

/// All: the prediction is that of the same configuration, inputs and gradients.
std::vector<CountRecord> VerifyCounts(const Configuration& configuration,
                                      const RunOptions& options);

}  // namespace costcheck
