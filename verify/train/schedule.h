#pragma once

#include <cstdint>

#include "verify/experiments/experiment.h"

namespace costcheck {

/// The learning rate of a step, counted from 0, as a share of the rate that an arm asks for.
///
///   (s + 1) / w                                    for s < w, the steps of warm-up
///   1                                              after that, without cosine
///   (1 + cos(pi * (s - w) / (S - w))) / 2          with it; S all steps
///   (1 + cos(pi * e / E)) / 2                      with it by epoch, e = s / steps of an epoch
///                                                  rounded down, E all epochs
///
/// By epoch it stays as it is within one, as torch.optim's CosineAnnealingLR with T_max = E does
/// where it is stepped once an epoch. Loshchilov & Hutter 2017 (SGDR), Eq. 5, without restarts.
/// Requires 0 <= step < S.
double RateShare(const TrainingSpec& training, std::int64_t step);

/// Epochs times steps of an epoch.
std::int64_t AllSteps(const TrainingSpec& training);

}  // namespace costcheck
