#pragma once

#include <vector>

#include "verify/configuration.h"
#include "verify/memory_reading.h"
#include "verify/records.h"
#include "verify/request.h"

// Predicted memory against what LibTorch's allocator hands out, in bytes as requested, of one
// training step on the sum of all elements that the module puts out:
//
//   parameters       trained numbers, by walking the module
//   kept_bytes       live when forward is over, the module's parameters and buffers not in it: what
//                    is kept for backward, inputs among it; less the one number that is the sum
//   gradient_bytes   live when backward is over and its graph released
//   optimizer_bytes  what the optimizer keeps from step to step
//   peak_bytes       the greatest of the live bytes of forward and backward, from where the inputs
//                    lie ready
//
// Of a model with experts the first two alone: what else is held depends on which experts the
// tokens choose. Rotations of queries and keys are not in the prediction of a peak.
//
// A forward pass alone has parameters and peak_bytes. Beside the prediction stands the ideal: what
// the definition must keep, and must hold at the end of forward or of backward; the prediction says
// what LibTorch does (costmodel/operators/timeline.h).

namespace costcheck {

/// A record for each quantity, of a prediction as given.
std::vector<MemoryRecord> CompareMemory(const Configuration& configuration, const Graph& predicted,
                                        const MemoryReading& measured, const RunOptions& options);

/// Both: the prediction is that of the same configuration, inputs and gradients.
std::vector<MemoryRecord> VerifyMemory(const Configuration& configuration,
                                       const RunOptions& options);

}  // namespace costcheck
