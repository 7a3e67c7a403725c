#include "verify/train/alarms.h"

#include <fmt/format.h>

#include <cmath>

namespace costcheck {

std::optional<double> CurveLoss(const EpochPoint& point) {
  if (point.expected_loss) return point.expected_loss;
  return point.validation_loss ? point.validation_loss : point.training_loss;
}

std::optional<Alarm> LeakAlarm(const ExcessReading& excess, double entropy) {
  if (!(excess.mean < -kLeakErrors * excess.error)) return std::nullopt;
  return Alarm{
      "leak", fmt::format("Validation loss lies {:.4g} nats below what the source's own law has on "
                          "the same targets (standard error {:.2g}; entropy {:.5g}): the model "
                          "sees its targets.",
                          -excess.mean, excess.error, entropy)};
}

std::optional<Alarm> NotANumberAlarm(double loss, std::int64_t step) {
  if (std::isfinite(loss)) return std::nullopt;
  return Alarm{"not_a_number",
               fmt::format("The loss of step {} is {}; the run ends there.", step + 1, loss)};
}

std::optional<Alarm> DivergenceAlarm(const std::vector<EpochPoint>& curve) {
  if (curve.size() < 2) return std::nullopt;
  const std::optional<double> first = CurveLoss(curve.front()), last = CurveLoss(curve.back());
  if (!first || !last || !(*last > *first)) return std::nullopt;
  return Alarm{"divergence", fmt::format("The loss at the end, {:.5g}, is above that of the "
                                         "untrained model, {:.5g}.",
                                         *last, *first)};
}

std::optional<Alarm> ConvergenceAlarm(const TrainingSpec& training, double settled,
                                      const std::vector<EpochPoint>& curve) {
  if (settled <= 0 || curve.empty()) return std::nullopt;
  const EpochPoint* from = nullptr;
  for (const EpochPoint& point : curve) {
    if (point.epoch > 0 && 4 * point.epoch <= 3 * training.epochs) from = &point;
  }
  if (from == nullptr) {
    return Alarm{"not_converged",
                 fmt::format("Whether the run has converged cannot be said: {} epochs have no loss "
                             "in their first three quarters to compare the last with.",
                             training.epochs)};
  }
  const std::optional<double> before = CurveLoss(*from), after = CurveLoss(curve.back());
  if (!before || !after || *before - *after < settled) return std::nullopt;
  return Alarm{"not_converged",
               fmt::format("From epoch {} to {} the loss still fell by {:.4g} nats, not by less "
                           "than {:g}.",
                           from->epoch, curve.back().epoch, *before - *after, settled)};
}

}  // namespace costcheck
