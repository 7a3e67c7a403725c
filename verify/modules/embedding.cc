#include "verify/modules/embedding.h"

#include <ATen/Functions.h>

#include <iterator>
#include <utility>

namespace costcheck {

EmbeddingModule::EmbeddingModule(const Sizes& sizes)
    : tokens_(sizes["B"] * sizes["T"]),
      width_(sizes["d"]),
      vocabulary_(sizes["V"]),
      tied_(sizes["tied"] != 0),
      logits_(sizes["logits"] != 0) {}

void EmbeddingModule::AddOwnOutput() {
  if (logits_ && !tied_) output_weight_ = AddParameter("output.weight", {vocabulary_, width_});
}

std::vector<InputSpec> EmbeddingModule::Inputs() const {
  std::vector<InputSpec> inputs = {{"tokens", {tokens_}, vocabulary_}};
  if (!logits_) return inputs;
  inputs.push_back({"hidden", {tokens_, width_}});
  if (!tied_) return inputs;
  for (InputSpec& input : TiedInputs()) inputs.push_back(std::move(input));
  return inputs;
}

std::vector<at::Tensor> EmbeddingModule::Forward(std::vector<at::Tensor> inputs) {
  std::vector<at::Tensor> outputs = ListOf(Embed(std::move(inputs.front())));
  if (!logits_) return outputs;
  inputs.erase(inputs.begin());
  std::vector<at::Tensor> logits =
      tied_ ? TiedLogits(std::move(inputs))
            : ListOf(LinearWithoutBias(std::move(inputs.front()), output_weight_));
  std::move(logits.begin(), logits.end(), std::back_inserter(outputs));
  return outputs;
}

at::Tensor NarrowedBy(const at::Tensor& projection, const at::Tensor& x) {
  return at::mm(x, projection.t());
}

}  // namespace costcheck
