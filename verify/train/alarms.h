#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "verify/experiments/experiment.h"
#include "verify/train/result.h"

namespace costcheck {

/// Of a model's losses, -log q(target), less those of the source's own law on the same targets.
struct ExcessReading {
  double mean = 0;
  double error = 0;  ///< standard error of the mean
};

/// "leak": the mean excess lies more than kLeakErrors standard errors below 0, which a model that
/// does not see its targets, evaluated on tokens that it was not trained on, does once in millions.
inline constexpr double kLeakErrors = 5;
std::optional<Alarm> LeakAlarm(const ExcessReading& excess, double entropy);

/// "not_a_number": a training loss that is NaN or infinite; the only alarm that ends a run.
std::optional<Alarm> NotANumberAlarm(double loss, std::int64_t step);

/// "divergence": the last point of the curve has a greater loss than the untrained model, the first
/// point. By CurveLoss; nothing where that is missing.
std::optional<Alarm> DivergenceAlarm(const std::vector<EpochPoint>& curve);

/// "not_converged", where evaluation.settled is above 0: over the last quarter of the epochs, from
/// the last trained point at or before 3/4 of them, CurveLoss falls by as much as that or more; or
/// there is no such point, as in a run that is looked at once.
std::optional<Alarm> ConvergenceAlarm(const TrainingSpec& training, double settled,
                                      const std::vector<EpochPoint>& curve);

/// Expected loss where it is known, else validation loss, else training loss.
std::optional<double> CurveLoss(const EpochPoint& point);

}  // namespace costcheck
