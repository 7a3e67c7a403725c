#pragma once

#include <functional>
#include <vector>

#include "verify/configuration.h"
#include "verify/probe/flop_probe.h"
#include "verify/records.h"
#include "verify/request.h"

// Predicted FLOPs against those that LibTorch executes. Predicted: costmodel's matrix products, two
// FLOPs a multiply-add, as executed (padding and what lies under a mask included), backward derived
// operator by operator. Counted: what the dispatcher sees (flop_probe.h) of a forward pass, of the
// sum of all elements that it puts out, and of a backward pass from there. The sums are no
// products.

namespace costcheck {

/// What one run executed.
struct CountedRun {
  FlopReport report;
  std::vector<std::int64_t> band_tokens;  ///< PredictionOptions
};

/// Builds the module and runs it once. CannotCheck where that is not possible here.
CountedRun RunCounted(const Configuration& configuration, const RunOptions& options);

/// One record for forward and, in training, one for backward, of a prediction as given.
std::vector<CountRecord> CompareCounts(const Configuration& configuration, const Graph& predicted,
                                       const FlopReport& counted, bool training);

/// Both: the prediction is that of the same configuration, inputs and gradients.
std::vector<CountRecord> VerifyCounts(const Configuration& configuration,
                                      const RunOptions& options);

}  // namespace costcheck
