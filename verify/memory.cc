#include "verify/memory.h"

#include <algorithm>

#include "costmodel/operators/memory.h"
#include "costmodel/operators/timeline.h"
#include "verify/model_prediction.h"

namespace costcheck {
namespace {

/// Parameters and kept bytes, which are the same wherever tokens go.
std::vector<MemoryRecord> CompareExperts(const Configuration& configuration, const Graph& predicted,
                                         const MemoryReading& measured, bool training) {
  const Integer parameters = WholeNumber(CountParameters(predicted).value());
  std::vector<MemoryRecord> records = {{configuration.label, configuration.length(), "parameters",
                                        parameters, parameters, measured.parameters}};
  if (!training) return records;
  const auto kept = [&](Lowering lowering) {
    return WholeNumber(KeptForBackward(predicted, PairRule::kExecuted, lowering).value());
  };
  records.push_back({configuration.label, configuration.length(), "kept_bytes",
                     kept(Lowering::kIdeal), kept(Lowering::kLibTorch), measured.kept_bytes});
  return records;
}

}  // namespace

std::vector<MemoryRecord> CompareMemory(const Configuration& configuration, const Graph& predicted,
                                        const MemoryReading& measured, const RunOptions& options) {
  if (configuration.model && HasExperts(*configuration.model)) {
    return CompareExperts(configuration, predicted, measured, options.training);
  }
  std::vector<MemoryRecord> records;
  const auto add = [&](const char* quantity, const Integer& ideal, const Integer& as_run,
                       std::int64_t seen) {
    records.push_back({configuration.label, configuration.length(), quantity, ideal, as_run, seen});
  };
  const Timeline step =
      ReplayStep(predicted, {{"p", 4}},
                 {options.training, options.optimizer, measured.threads, measured.adds_in_place});
  const Integer parameters = WholeNumber(CountParameters(predicted).value());
  add("parameters", parameters, parameters, measured.parameters);
  if (!options.training) {
    add("peak_bytes", 0, step.peak, measured.peak_bytes);
    return records;
  }
  const Integer kept = WholeNumber(KeptForBackward(predicted, PairRule::kExecuted).value());
  const Integer gradients = WholeNumber(GradientBytes(predicted).value());
  add("kept_bytes", kept, step.kept, measured.kept_bytes);
  add("gradient_bytes", gradients, step.gradients, measured.gradient_bytes);
  add("optimizer_bytes", WholeNumber(OptimizerBytes(predicted, options.optimizer).value()),
      step.optimizer_state, measured.optimizer_bytes);
  add("peak_bytes", std::max(kept, gradients), step.peak, measured.peak_bytes);
  return records;
}

std::vector<MemoryRecord> VerifyMemory(const Configuration& configuration,
                                       const RunOptions& options) {
  const MemoryReading measured = RunMeasured(configuration, options);
  const PredictionOptions prediction{options.training, options.input_gradients,
                                     measured.band_tokens};
  return CompareMemory(configuration, PredictedGraph(configuration, prediction), measured, options);
}

}  // namespace costcheck
