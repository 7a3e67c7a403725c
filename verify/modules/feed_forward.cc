#include "verify/modules/feed_forward.h"

#include <ATen/Functions.h>

#include <utility>

#include "costmodel/algebra/error.h"

namespace costcheck {

FeedForwardModule::FeedForwardModule(const FeedForwardSizes& sizes) : sizes_(sizes) {
  first_ = AddProduct("W1", sizes.width, sizes.inner);
  if (sizes.gated) gate_ = AddProduct("W3", sizes.width, sizes.inner);
  last_ = AddProduct("W2", sizes.inner, sizes.width);
}

FeedForwardModule::Product FeedForwardModule::AddProduct(const std::string& name, std::int64_t in,
                                                         std::int64_t out) {
  Product product{AddParameter(name + ".weight", {out, in}), {}};
  if (sizes_.bias) product.bias = AddConstantParameter(name + ".bias", {out}, 0);
  return product;
}

std::vector<InputSpec> FeedForwardModule::Inputs() const {
  return {{"x", {sizes_.batch, sizes_.length, sizes_.width}}};
}

std::vector<at::Tensor> FeedForwardModule::Forward(std::vector<at::Tensor> inputs) {
  at::Tensor x = std::move(inputs.front());
  inputs.clear();
  at::Tensor inner = Inner(std::move(x));
  return ListOf(last_(std::move(inner)));
}

at::Tensor FeedForwardModule::Activated(at::Tensor x) const {
  switch (sizes_.activation.value_or(sizes_.gated ? Activation::kSilu : Activation::kGelu)) {
    case Activation::kGelu:
      return at::gelu(x);
    case Activation::kSilu:
      return at::silu(x);
    case Activation::kRelu:
      return at::relu(x);
  }
  CheckFailed("activation is one of Activation", __FILE__, __LINE__);
}

at::Tensor FeedForwardModule::Inner(at::Tensor x) const {
  if (!sizes_.gated) return Activated(first_(std::move(x)));
  at::Tensor active = Activated(first_(x));
  const at::Tensor linear = gate_(std::move(x));
  return at::mul(active, linear);
}

}  // namespace costcheck
