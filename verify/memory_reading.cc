#include "verify/memory_reading.h"

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <c10/core/GradMode.h>
#include <torch/version.h>

#include <algorithm>
#include <array>
#include <utility>

#include "verify/modules/optimizer.h"
#include "verify/probe/memory_probe.h"
#include "verify/trial.h"

namespace costcheck {
namespace {

struct OptimizerEntry {
  Optimizer kind;
  const char* name;
  std::unique_ptr<TensorOptimizer> (*make)(const std::vector<NamedTensor>& parameters);
};

constexpr double kLearningRate = 1e-3;
constexpr double kMomentum = 0.9;

constexpr std::array<OptimizerEntry, 3> kOptimizers = {{
    {Optimizer::kAdamW, "adamw",
     [](const std::vector<NamedTensor>& parameters) -> std::unique_ptr<TensorOptimizer> {
       return std::make_unique<AdamW>(parameters);
     }},
    {Optimizer::kSgd, "sgd",
     [](const std::vector<NamedTensor>& parameters) -> std::unique_ptr<TensorOptimizer> {
       return std::make_unique<Sgd>(parameters, kLearningRate);
     }},
    {Optimizer::kSgdMomentum, "sgd_momentum",
     [](const std::vector<NamedTensor>& parameters) -> std::unique_ptr<TensorOptimizer> {
       return std::make_unique<Sgd>(parameters, kLearningRate, kMomentum);
     }},
}};

const OptimizerEntry& FindOptimizer(Optimizer kind) {
  return *std::find_if(kOptimizers.begin(), kOptimizers.end(),
                       [kind](const OptimizerEntry& entry) { return entry.kind == kind; });
}

/// One step under the probe.
class MeasuredStep {
 public:
  MeasuredStep(const Configuration& configuration, const RunOptions& options)
      : configuration_(configuration), options_(options) {}

  MemoryReading Run(Module& module) {
    const c10::AutoGradMode gradients(options_.training);
    MemoryProbe probe;
    reading_.parameters = CountParameters(module);
    std::vector<at::Tensor> inputs = MakeInputs(module, options_);
    reading_.band_tokens = BandTokens(configuration_, inputs);
    reading_.threads = at::get_num_threads();
    reading_.adds_in_place = TORCH_VERSION_MAJOR >= 2;
    probe.ResetPeak();
    at::Tensor sum = ForwardSum(module, std::move(inputs));
    reading_.kept_bytes = probe.live() - static_cast<std::int64_t>(sum.nbytes());
    if (options_.training && sum.requires_grad()) sum.backward();
    reading_.peak_bytes = probe.peak();
    sum.reset();
    reading_.gradient_bytes = probe.live();
    if (options_.training) Step(module, probe);
    if (probe.events() == 0) throw CannotCheck("LibTorch reported no allocation");
    return std::move(reading_);
  }

 private:
  /// LibTorch's optimizers keep nothing for a parameter that has never had a gradient.
  void Step(const Module& module, const MemoryProbe& probe) {
    std::vector<NamedTensor> trained;
    for (const NamedTensor& parameter : module.parameters()) {
      if (parameter.tensor.grad().defined()) trained.push_back(parameter);
    }
    const std::unique_ptr<TensorOptimizer> optimizer =
        FindOptimizer(options_.optimizer).make(trained);
    optimizer->Step();
    reading_.optimizer_bytes = probe.live() - reading_.gradient_bytes;
  }

  const Configuration& configuration_;
  const RunOptions& options_;
  MemoryReading reading_;
};

}  // namespace

Optimizer ParseOptimizer(const std::string& name) {
  std::vector<std::string> names;
  for (const OptimizerEntry& entry : kOptimizers) {
    if (name == entry.name) return entry.kind;
    names.emplace_back(entry.name);
  }
  throw CostError("'" + name + "' is not an optimizer" + DidYouMean(name, names));
}

MemoryReading RunMeasured(const Configuration& configuration, const RunOptions& options) {
  MemoryReading reading;
  Prepare(configuration, options);
  RunGuarded(configuration, [&] {
    const std::unique_ptr<Module> module = MakeModule(configuration, options);
    reading = MeasuredStep(configuration, options).Run(*module);
  });
  return reading;
}

}  // namespace costcheck
