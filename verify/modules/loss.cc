#include "verify/modules/loss.h"

#include <ATen/Functions.h>

#include <utility>

namespace costcheck {

at::Tensor CrossEntropy(at::Tensor logits, at::Tensor targets) {
  const at::Tensor log_probabilities = at::log_softmax(logits, 1);
  logits.reset();
  targets = targets.to(at::kLong);
  return at::nll_loss(log_probabilities, targets);
}

std::vector<InputSpec> CrossEntropyModule::Inputs() const {
  return {{"logits", {rows_, vocabulary_}}, {"targets", {rows_}, vocabulary_}};
}

std::vector<at::Tensor> CrossEntropyModule::Forward(std::vector<at::Tensor> inputs) {
  at::Tensor logits = std::move(inputs[0]), targets = std::move(inputs[1]);
  inputs.clear();
  return ListOf(CrossEntropy(std::move(logits), std::move(targets)));
}

}  // namespace costcheck
