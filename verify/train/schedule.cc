#include "verify/train/schedule.h"

#include <cmath>
#include <numbers>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

/// 1 at 0, 0 at `all`.
double HalfCosine(std::int64_t done, std::int64_t all) {
  return (1 + std::cos(std::numbers::pi * static_cast<double>(done) / static_cast<double>(all))) /
         2;
}

}  // namespace

std::int64_t AllSteps(const TrainingSpec& training) {
  return training.epochs * training.steps_per_epoch;
}

double RateShare(const TrainingSpec& training, std::int64_t step) {
  COSTCHECK_CHECK(step >= 0 && step < AllSteps(training));
  if (step < training.warmup_steps) {
    return static_cast<double>(step + 1) / static_cast<double>(training.warmup_steps);
  }
  if (!training.cosine) return 1;
  if (training.cosine_by_epoch) return HalfCosine(step / training.steps_per_epoch, training.epochs);
  return HalfCosine(step - training.warmup_steps, AllSteps(training) - training.warmup_steps);
}

}  // namespace costcheck
