#pragma once

#include <cstdint>
#include <vector>

#include "costmodel/algebra/expr.h"
#include "costmodel/operators/graph.h"
#include "costmodel/operators/memory.h"
#include "costmodel/operators/memory_log.h"

namespace costcheck {

struct StepOptions {
  bool training = true;  ///< backward and optimizer too; else the forward pass alone
  Optimizer optimizer = Optimizer::kAdamW;
  int threads = 1;
  /// A second gradient of a tensor is added into the first one's array where it may (tape.h), as
  /// LibTorch does since version 2; 1.13 makes a new array.
  bool adds_in_place = false;
};

/// What one training step of a graph holds, in bytes, as LibTorch runs it in float32. Parameters
/// and buffers are there before and are not in it; inputs are.
struct Timeline {
  std::vector<MemoryEvent> events;
  std::int64_t kept = 0;       ///< live when forward is over, the result's number not in it
  std::int64_t peak = 0;       ///< the greatest of forward and backward, with inputs
  std::int64_t gradients = 0;  ///< live when backward is over and its graph released
  std::int64_t optimizer_state = 0;
  std::int64_t optimizer_peak = 0;  ///< the greatest of the optimizer's step
};

/// Replays the step: inputs are made; forward; the sum of all results' elements; backward from it;
/// the optimizer's first step, parameter by parameter. Rules:
///
///   A tensor is released after its last reader, unless autograd saves it; views share storage.
///   What a node of the autograd graph saves, and the gradients that came to it, are released when
///   it has run. Second gradients of one tensor are added in a new array, or in place.
///   A parameter's gradient is kept as it comes; an input's until the graph is released.
///
/// Needs whole sizes, and every layer by itself (gpt.h): CostError naming a symbol that `values`
/// leave open, or what repeats. Not for decode. Of LibTorch
/// 1.13, and of 2.6 where adds_in_place is set.
Timeline ReplayStep(const Graph& graph, const Values& values, const StepOptions& options = {});

}  // namespace costcheck
