#include "verify/modules/optimizer.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <cmath>

namespace costcheck {

TensorOptimizer::TensorOptimizer(const std::vector<NamedTensor>& parameters) {
  for (const NamedTensor& parameter : parameters) parameters_.push_back(parameter.tensor);
}

void TensorOptimizer::Step() {
  const at::NoGradGuard no_gradients;
  ++steps_;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const at::Tensor& gradient = parameters_[i].grad();
    if (gradient.defined()) Update(i, parameters_[i], gradient);
  }
}

void TensorOptimizer::ReleaseGradients() {
  for (at::Tensor& parameter : parameters_) parameter.mutable_grad().reset();
}

std::vector<at::Tensor> TensorOptimizer::NewState() const {
  std::vector<at::Tensor> state;
  for (const at::Tensor& parameter : parameters_) {
    state.push_back(at::zeros(parameter.sizes(), parameter.options()));
  }
  return state;
}

Sgd::Sgd(const std::vector<NamedTensor>& parameters, double rate, double momentum)
    : TensorOptimizer(parameters), rate_(rate), momentum_(momentum) {
  if (momentum != 0) momentums_ = NewState();
}

void Sgd::Update(std::size_t index, at::Tensor parameter, const at::Tensor& gradient) {
  if (momentums_.empty()) {
    parameter.add_(gradient, -rate_);
    return;
  }
  momentums_[index].mul_(momentum_).add_(gradient);
  parameter.add_(momentums_[index], -rate_);
}

AdamW::AdamW(const std::vector<NamedTensor>& parameters, const AdamWRates& rates)
    : TensorOptimizer(parameters), rates_(rates), means_(NewState()), squares_(NewState()) {}

std::vector<at::Tensor> AdamW::State() const {
  std::vector<at::Tensor> state = means_;
  state.insert(state.end(), squares_.begin(), squares_.end());
  return state;
}

void AdamW::Update(std::size_t index, at::Tensor parameter, const at::Tensor& gradient) {
  const auto step = static_cast<double>(steps());
  const double mean_share = 1 - std::pow(rates_.beta1, step);
  const double square_share = 1 - std::pow(rates_.beta2, step);
  parameter.mul_(1 - rates_.rate * rates_.weight_decay);
  means_[index].mul_(rates_.beta1).add_(gradient, 1 - rates_.beta1);
  squares_[index].mul_(rates_.beta2).addcmul_(gradient, gradient, 1 - rates_.beta2);
  at::Tensor root = at::sqrt(squares_[index]);
  root.div_(std::sqrt(square_share)).add_(rates_.epsilon);
  parameter.addcdiv_(means_[index], root, -rates_.rate / mean_share);
}

}  // namespace costcheck
