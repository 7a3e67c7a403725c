#include "verify/modules/norm.h"

#include <ATen/Functions.h>

#include <utility>

namespace costcheck {
namespace {

constexpr double kEpsilon = 1e-5;

}  // namespace

NormModule::NormModule(std::int64_t batch, std::int64_t length, std::int64_t width, bool bias)
    : weight_(AddConstantParameter("weight", {width}, 1)), shape_{batch, length, width} {
  if (bias) bias_ = AddConstantParameter("bias", {width}, 0);
}

std::vector<InputSpec> NormModule::Inputs() const { return {{"x", shape_}}; }

std::vector<at::Tensor> NormModule::Forward(std::vector<at::Tensor> inputs) {
  at::Tensor x = std::move(inputs.front());
  inputs.clear();
  return ListOf(Normalise(std::move(x)));
}

at::Tensor LayerNormModule::Normalise(at::Tensor x) const {
  return at::layer_norm(x, weight_.sizes(), weight_, bias_, kEpsilon);
}

at::Tensor RmsNormModule::Normalise(at::Tensor x) const {
  at::Tensor root = at::square(x);
  root = at::sum(root, -1, /*keepdim=*/true);  // at::mean would keep the squares
  root.div_(x.size(-1)).add_(kEpsilon).rsqrt_();
  x = at::mul(x, root);
  root.reset();
  x = at::mul(x, weight_);
  return bias_.defined() ? at::add(x, bias_) : x;
}

}  // namespace costcheck
