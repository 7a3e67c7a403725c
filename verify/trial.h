#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "verify/configuration.h"
#include "verify/modules/module.h"

// One configuration, made ready to run in LibTorch.

namespace costcheck {

/// Sets threads, and checks what can be known before a run. CannotCheck where there is no such
/// device, or certainly too little memory.
void Prepare(const Configuration& configuration, const RunOptions& options);

/// The module of a configuration, its random numbers settled by the seed. CannotCheck where it has
/// no module.
std::unique_ptr<Module> MakeModule(const Configuration& configuration, const RunOptions& options);

/// What it reads: normal numbers, and whole ones drawn evenly. In float32 on the device; the same
/// seed makes the same.
std::vector<at::Tensor> MakeInputs(const Module& module, const RunOptions& options);

/// Trained numbers, by walking the module.
std::int64_t CountParameters(const Module& module);

/// How many of the token types in the first input fall in each of an embedding's bands; empty for
/// what has at most one.
std::vector<std::int64_t> BandTokens(const Configuration& configuration,
                                     const std::vector<at::Tensor>& inputs);

/// Runs the module and adds up all elements of all outputs; every output is released.
at::Tensor ForwardSum(Module& module, std::vector<at::Tensor> inputs);

/// Runs `work`; what LibTorch throws becomes one sentence that opens with the configuration:
/// CannotCheck, for want of memory too.
void RunGuarded(const Configuration& configuration, const std::function<void()>& work);

}  // namespace costcheck
