#include "verify/trial.h"

#include <ATen/Context.h>
#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <new>
#include <utility>

#include "verify/available_memory.h"
#include "verify/model_modules.h"
#include "verify/modules/modules.h"

namespace costcheck {
namespace {

const ModuleKind& KindOf(const std::string& name) {
  if (const ModuleKind* kind = FindModule(name)) return *kind;
  for (const ModuleKind& kind : ModelModuleKinds()) {
    if (kind.name == name) return kind;
  }
  throw CannotCheck("there is no module to run " + name);
}

std::string Place(const Configuration& configuration) {
  return configuration.label + " at T = " + std::to_string(configuration.length());
}

[[noreturn]] void FailForMemory(const Configuration& configuration) {
  throw CannotCheck(Place(configuration) + " needs more memory than there is");
}

/// LibTorch has no type of its own for this on a CPU.
bool IsAboutMemory(const std::string& text) {
  return text.find("allocate memory") != std::string::npos ||
         text.find("not enough memory") != std::string::npos ||
         text.find("out of memory") != std::string::npos;
}

/// In place, so that every handle that the module holds sees it.
void MoveToDevice(const Module& module, const c10::Device& device) {
  for (const auto* tensors : {&module.parameters(), &module.buffers()}) {
    for (const NamedTensor& named : *tensors) {
      named.tensor.set_data(named.tensor.detach().to(device));
    }
  }
}

/// 0 for the first band, and so on; bands follow each other by type.
std::size_t BandOf(std::int64_t type, const std::vector<Sizes::Band>& bands) {
  std::size_t band = 0;
  for (; type >= bands[band].types; ++band) type -= bands[band].types;
  return band;
}

}  // namespace

void Prepare(const Configuration& configuration, const RunOptions& options) {
  if (options.threads > 0) at::set_num_threads(options.threads);
  if (options.device == "cuda" && !at::hasCUDA()) {
    throw CannotCheck("--device cuda: this LibTorch sees no CUDA device");
  }
  RequireMemory(configuration, options);
}

std::unique_ptr<Module> MakeModule(const Configuration& configuration, const RunOptions& options) {
  at::manual_seed(options.seed);
  std::unique_ptr<Module> module = configuration.model
                                       ? MakeModelModule(*configuration.model, configuration.sizes)
                                       : KindOf(configuration.name).make(configuration.sizes);
  const c10::Device device(options.device);
  if (!device.is_cpu()) MoveToDevice(*module, device);
  return module;
}

std::vector<at::Tensor> MakeInputs(const Module& module, const RunOptions& options) {
  at::manual_seed(options.seed + 1);  // else the first numbers are those of the first parameter
  std::vector<at::Tensor> inputs = module.MakeInputs();
  for (at::Tensor& input : inputs) {
    input = input.to(c10::Device(options.device));
    const bool trained = options.training && options.input_gradients;
    if (input.is_floating_point()) input.set_requires_grad(trained);
  }
  return inputs;
}

std::int64_t CountParameters(const Module& module) {
  std::int64_t numbers = 0;
  for (const NamedTensor& parameter : module.parameters()) numbers += parameter.tensor.numel();
  return numbers;
}

std::vector<std::int64_t> BandTokens(const Configuration& configuration,
                                     const std::vector<at::Tensor>& inputs) {
  const std::vector<Sizes::Band>& bands = configuration.sizes.bands;
  if (bands.size() < 2) return {};
  std::vector<std::int64_t> tokens(bands.size());
  const at::Tensor types = inputs.front().cpu();
  const std::int32_t* data = types.data_ptr<std::int32_t>();
  std::for_each(data, data + types.numel(),
                [&](std::int32_t type) { ++tokens[BandOf(type, bands)]; });
  return tokens;
}

at::Tensor ForwardSum(Module& module, std::vector<at::Tensor> inputs) {
  std::vector<at::Tensor> outputs = module.Forward(std::move(inputs));
  at::Tensor sum;
  for (at::Tensor& output : outputs) {
    const at::Tensor part = at::sum(std::exchange(output, at::Tensor()));
    sum = sum.defined() ? at::add(sum, part) : part;
  }
  return sum;
}

void RunGuarded(const Configuration& configuration, const std::function<void()>& work) {
  try {
    work();
  } catch (const c10::Error& error) {
    const std::string text = error.what_without_backtrace();
    if (IsAboutMemory(text)) FailForMemory(configuration);
    throw CannotCheck(Place(configuration) +
                      ": LibTorch refuses: " + text.substr(0, text.find('\n')));
  } catch (const std::bad_alloc&) {
    FailForMemory(configuration);
  }
}

}  // namespace costcheck
