#include "verify/modules/feed_forward.h"

#include <ATen/Functions.h>

#include <utility>

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

at::Tensor FeedForwardModule::Inner(at::Tensor x) const {
  if (!sizes_.gated) {
    const at::Tensor first = first_(std::move(x));
    return at::gelu(first);
  }
  at::Tensor active = first_(x);
  active = at::silu(active);
  const at::Tensor linear = gate_(std::move(x));
  return at::mul(active, linear);
}

}  // namespace costcheck
