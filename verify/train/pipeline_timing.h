#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

#include "verify/experiments/experiment.h"
#include "verify/modules/module.h"
#include "verify/train/result.h"

namespace costcheck {

/// Attention x [B*T, d] to [B*T, d] of which the first heads are made of a selector and an
/// approximator (pipeline_head.h) and the others are exact and causal:
///
///   timing.causal   selectors pick no key behind the query, the values of the picked keys are
///                   gathered, all exact heads are computed at once, as full attention's are
///                   (attention_core.h)
///   else            as the seeds' program (realistic_scaling_demo.py) has it: selectors may pick
///                   any key, but K copies of the query's own value are gathered, and exact heads
///                   are computed one by one, each with a mask that is made for it
///
/// Projections with biases as DenseSelfAttention (layer.h). Without gradient.
std::unique_ptr<Module> MakeSparseHeadsAttention(const TimingSpec& timing, const TimedShape& shape,
                                                 std::uint64_t seed);

/// Times it beside full attention (layer.h; with a mask where timing.causal), on the same x, `runs`
/// times after `warmups`, in turns, and which of the two comes first alternates as well. A ratio is
/// of two passes that follow each other: a machine that is busy for a while slows both.
///
/// Metrics: those of a timed shape (result.h). Of medians and quartiles every run has a place, no
/// run is dropped. `steps` are the runs, `seconds` all of the time measured.
RunResult TimeShape(const TimingSpec& timing, const TimedShape& shape, std::uint64_t seed);

}  // namespace costcheck
