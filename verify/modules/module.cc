#include "verify/modules/module.h"

#include <ATen/Functions.h>
#include <c10/util/accumulate.h>

#include <utility>

namespace costcheck {

std::vector<at::Tensor> Module::MakeInputs() const {
  std::vector<at::Tensor> inputs;
  for (const InputSpec& input : Inputs()) {
    inputs.push_back(input.below ? at::randint(*input.below, input.shape, at::kInt)
                                 : at::randn(input.shape));
  }
  return inputs;
}

at::Tensor Module::AddParameter(std::string name, const std::vector<std::int64_t>& shape,
                                double scale) {
  at::Tensor tensor = at::randn(shape).mul_(scale).set_requires_grad(true);
  parameters_.push_back({std::move(name), tensor});
  return tensor;
}

at::Tensor Module::AddConstantParameter(std::string name, const std::vector<std::int64_t>& shape,
                                        double value) {
  at::Tensor tensor = at::full(shape, value).set_requires_grad(true);
  parameters_.push_back({std::move(name), tensor});
  return tensor;
}

at::Tensor Module::AddBuffer(std::string name, at::Tensor tensor) {
  buffers_.push_back({std::move(name), tensor});
  return tensor;
}

void Module::Adopt(const std::string& prefix, const Module& part) {
  for (const NamedTensor& parameter : part.parameters_) {
    parameters_.push_back({prefix + "." + parameter.name, parameter.tensor});
  }
  for (const NamedTensor& buffer : part.buffers_) {
    buffers_.push_back({prefix + "." + buffer.name, buffer.tensor});
  }
}

at::Tensor LinearWithoutBias(at::Tensor x, const at::Tensor& weight) {
  return at::linear(x, weight);
}

at::Tensor Linear(at::Tensor x, const at::Tensor& weight, const at::Tensor& bias) {
  if (!bias.defined()) return LinearWithoutBias(std::move(x), weight);
  std::vector<std::int64_t> shape = x.sizes().vec();
  const std::int64_t rows = c10::multiply_integers(shape.begin(), shape.end() - 1);
  shape.back() = weight.size(0);
  return at::addmm(bias, x.reshape({rows, weight.size(1)}), weight.t()).view(shape);
}

std::vector<at::Tensor> ListOf(at::Tensor tensor) {
  std::vector<at::Tensor> list;
  list.push_back(std::move(tensor));
  return list;
}

}  // namespace costcheck
