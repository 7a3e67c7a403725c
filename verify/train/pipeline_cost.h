#pragma once

#include <cstdint>

#include "costmodel/algebra/number.h"
#include "verify/experiments/experiment.h"

// What can be said of a sparse head (pipeline.h) without running it.

namespace costcheck {

/// The share of queries whose strongest key is found by picking one of the keys that they see, each
/// as likely: the mean over t = 0 .. T-1 of 1 / (t + 1), for a causal mask. T = 64: 0.0741.
double CausalTop1Chance(std::int64_t length);

/// What the seeds' program prints as its reduction: 1 - K/T, of values read and of nothing else.
double PrintedReduction(std::int64_t kept, std::int64_t length);

/// Multiply-adds a query of one head, w wide, over T keys, masked ones among them:
///
///   exact    2*T*w
///   sparse   w*h_s + h_s*T   selector         K*w*h_a + h_a*w   approximator
///
/// by costmodel's full and topk_mlp under the convention "seeds". Projections, biases, softmax and
/// the comparisons of the top-k are left out. T = 64, w = 64, K = 3, h = 64: 8,192 and 24,576.
struct HeadMultiplyAdds {
  Integer exact, sparse;
};
HeadMultiplyAdds MultiplyAddsOfHead(const PipelineSpec& pipeline, std::int64_t length,
                                    std::int64_t head_width);

/// Multiply-adds of full attention for those of one with sparse heads and others exact, projections
/// and masked pairs among them: what a ratio of times would be if products alone took time.
Rational PredictedTimeRatio(const TimedShape& shape, std::int64_t sparse_heads);

}  // namespace costcheck
