#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "verify/sizes.h"

// What the verifier runs. Modules are written from their definitions and know nothing of
// costmodel's graphs. So that bytes are those of the definition, a module releases every tensor
// right after its last reader: tensors are passed by value and moved on.

namespace costcheck {

struct NamedTensor {
  std::string name;
  at::Tensor tensor;
};

/// What a module reads, to be made by its caller.
struct InputSpec {
  std::string name;
  std::vector<std::int64_t> shape;
  /// Set: whole numbers (int32) from 0 to below this; else reals.
  std::optional<std::int64_t> below{};
};

class Module {
 public:
  virtual ~Module() = default;

  virtual std::vector<InputSpec> Inputs() const = 0;
  /// Such tensors at random, from LibTorch's default generator: reals are normal, whole numbers
  /// uniform. None requires a gradient.
  virtual std::vector<at::Tensor> MakeInputs() const;
  /// Takes tensors of those shapes, in that order, and returns its outputs (one, or several).
  virtual std::vector<at::Tensor> Forward(std::vector<at::Tensor> inputs) = 0;

  /// Trained tensors, in the order in which they were added.
  const std::vector<NamedTensor>& parameters() const { return parameters_; }
  /// Held beside them and not trained: random rotations, masks.
  const std::vector<NamedTensor>& buffers() const { return buffers_; }

 protected:
  /// A leaf that requires a gradient, normal with deviation `scale`, from LibTorch's default
  /// generator, so that a seed settles it. The reference stays valid: tensors are handles.
  at::Tensor AddParameter(std::string name, const std::vector<std::int64_t>& shape,
                          double scale = 0.02);
  at::Tensor AddConstantParameter(std::string name, const std::vector<std::int64_t>& shape,
                                  double value);
  at::Tensor AddBuffer(std::string name, at::Tensor tensor);
  /// Takes over the parameters and buffers of a part, as "prefix.name".
  void Adopt(const std::string& prefix, const Module& part);

 private:
  std::vector<NamedTensor> parameters_;
  std::vector<NamedTensor> buffers_;
};

/// x [..., n] times weight [m, n] transposed, as at::linear, without a bias.
at::Tensor LinearWithoutBias(at::Tensor x, const at::Tensor& weight);
/// The same plus a bias [m], in one at::addmm; without one where `bias` is undefined. Keeps x.
at::Tensor Linear(at::Tensor x, const at::Tensor& weight, const at::Tensor& bias);

/// What one module passes to the next, without a second handle: {std::move(t)} would copy one.
std::vector<at::Tensor> ListOf(at::Tensor tensor);

}  // namespace costcheck
