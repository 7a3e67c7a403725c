#include "verify/counts.h"

#include <ATen/core/Tensor.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include "costmodel/operators/convention.h"
#include "verify/trial.h"

namespace costcheck {
namespace {

/// Runs forward and backward between the probe's begin and end.
FlopReport RunProbed(Module& module, std::vector<at::Tensor> inputs, bool training) {
  const c10::AutoGradMode gradients(training);
  FlopProbe probe;
  const at::Tensor sum = ForwardSum(module, std::move(inputs));
  if (training && sum.requires_grad()) sum.backward();
  return probe.Stop();
}

/// "aten::softmax 31.2 %, aten::add 4.0 %".
std::string Uncosted(const FlopReport& report) {
  std::string text;
  for (const UncostedOperator& op : report.uncosted) {
    text += fmt::format("{}{} {:.1f} %", text.empty() ? "" : ", ", op.name, 100 * op.share);
  }
  return text;
}

/// FLOPs of a forward pass, or of a whole training step, under a pair count.
Integer Predict(const Configuration& configuration, const Graph& graph, PairCount count,
                Phase phase) {
  Convention convention = FindConvention("first-principles");
  convention.count = count;
  convention.scope = Scope::kModel;  // whatever the graph holds
  return WholeNumber(CountFlops(graph, convention, phase, configuration.settings.causal).value());
}

}  // namespace

CountedRun RunCounted(const Configuration& configuration, const RunOptions& options) {
  CountedRun run;
  Prepare(configuration, options);
  RunGuarded(configuration, [&] {
    const std::unique_ptr<Module> module = MakeModule(configuration, options);
    std::vector<at::Tensor> inputs = MakeInputs(*module, options);
    run.band_tokens = BandTokens(configuration, inputs);
    run.report = RunProbed(*module, std::move(inputs), options.training);
  });
  return run;
}

std::vector<CountRecord> CompareCounts(const Configuration& configuration, const Graph& predicted,
                                       const FlopReport& counted, bool training) {
  const auto predict = [&](PairCount count, Phase phase) {
    return Predict(configuration, predicted, count, phase);
  };
  CountRecord forward;
  forward.component = configuration.label;
  forward.length = configuration.length();
  forward.phase = "forward";
  forward.useful = predict(PairCount::kUseful, Phase::kForward);
  forward.predicted = predict(PairCount::kExecuted, Phase::kForward);
  forward.counted = counted.forward;
  forward.uncosted = Uncosted(counted);
  if (!training) return {forward};
  CountRecord backward = forward;
  backward.phase = "backward";
  backward.useful = predict(PairCount::kUseful, Phase::kTraining) - forward.useful;
  backward.predicted = predict(PairCount::kExecuted, Phase::kTraining) - forward.predicted;
  backward.counted = counted.backward;
  return {forward, backward};
}

std::vector<CountRecord> VerifyCounts(const Configuration& configuration,
                                      const RunOptions& options) {
  const CountedRun run = RunCounted(configuration, options);
  const PredictionOptions prediction{options.training, options.input_gradients, run.band_tokens};
  return CompareCounts(configuration, PredictedGraph(configuration, prediction), run.report,
                       options.training);
}

}  // namespace costcheck
