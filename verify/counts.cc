#include "verify/counts.h"

#include <ATen/core/Tensor.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include "costmodel/operators/convention.h"
#include "costmodel/operators/memory.h"
#include "verify/probe/memory_probe.h"
#include "verify/trial.h"

namespace costcheck {
namespace {

/// Runs forward and backward between the probes' begin and end.
CountedRun RunProbed(const Configuration& configuration, Module& module,
                     const RunOptions& options) {
  CountedRun run;
  run.parameters = CountParameters(module);
  const c10::AutoGradMode gradients(options.training);
  const MemoryProbe memory;
  std::vector<at::Tensor> inputs = MakeInputs(module, options);
  run.band_tokens = BandTokens(configuration, inputs);
  FlopProbe probe;
  const at::Tensor sum = ForwardSum(module, std::move(inputs));
  const bool is_seen = options.training && options.device == "cpu";
  if (is_seen) run.kept_bytes = memory.live() - static_cast<std::int64_t>(sum.nbytes());
  if (options.training && sum.requires_grad()) sum.backward();
  run.report = probe.Stop();
  return run;
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
    run = RunProbed(configuration, *module, options);
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

std::vector<CountRecord> CompareHeld(const Configuration& configuration, const Graph& predicted,
                                     const CountedRun& run) {
  CountRecord parameters;
  parameters.component = configuration.label;
  parameters.length = configuration.length();
  parameters.quantity = "parameters";
  parameters.useful = WholeNumber(CountParameters(predicted).value());
  parameters.predicted = parameters.useful;
  parameters.counted = run.parameters;
  if (!run.kept_bytes) return {parameters};
  CountRecord kept = parameters;
  kept.quantity = "kept_bytes";
  kept.useful = WholeNumber(KeptForBackward(predicted, PairRule::kExecuted).value());
  kept.predicted =
      WholeNumber(KeptForBackward(predicted, PairRule::kExecuted, Lowering::kLibTorch).value());
  kept.counted = *run.kept_bytes;
  return {parameters, kept};
}

std::vector<CountRecord> VerifyCounts(const Configuration& configuration,
                                      const RunOptions& options) {
  const CountedRun run = RunCounted(configuration, options);
  const PredictionOptions prediction{options.training, options.input_gradients, run.band_tokens};
  const Graph predicted = PredictedGraph(configuration, prediction);
  std::vector<CountRecord> records =
      CompareCounts(configuration, predicted, run.report, options.training);
  if (!configuration.model) return records;
  for (CountRecord& record : CompareHeld(configuration, predicted, run)) {
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace costcheck
