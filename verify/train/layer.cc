#include "verify/train/layer.h"

#include <ATen/Functions.h>

#include <cmath>
#include <utility>

#include "costmodel/algebra/error.h"
#include "verify/modules/dense_core.h"
#include "verify/modules/norm.h"
#include "verify/train/attention_core.h"

namespace costcheck {
namespace {

at::Tensor Run(Module& module, at::Tensor x) {
  std::vector<at::Tensor> outputs = module.Forward(ListOf(std::move(x)));
  return std::move(outputs.front());
}

std::vector<InputSpec> RowsOfWidth(const LayerSizes& sizes) {
  return {{"x", {sizes.batch * sizes.length, sizes.width}}};
}

std::unique_ptr<Module> NewNorm(const LayerSizes& sizes) {
  return std::make_unique<LayerNormModule>(sizes.batch, sizes.length, sizes.width, /*bias=*/true);
}

}  // namespace

DenseSelfAttention::DenseSelfAttention(const LayerSizes& sizes, Dropout& dropout)
    : sizes_(sizes), dropout_(dropout) {
  COSTCHECK_CHECK(sizes.width % sizes.heads == 0);
  in_weight_ = AddParameter("in.weight", {3 * sizes.width, sizes.width});
  in_bias_ = AddConstantParameter("in.bias", {3 * sizes.width}, 0);
  out_weight_ = AddParameter("out.weight", {sizes.width, sizes.width});
  out_bias_ = AddConstantParameter("out.bias", {sizes.width}, 0);
}

std::vector<InputSpec> DenseSelfAttention::Inputs() const { return RowsOfWidth(sizes_); }

std::vector<at::Tensor> DenseSelfAttention::Forward(std::vector<at::Tensor> inputs) {
  at::Tensor x = std::move(inputs.front());
  inputs.clear();
  const CoreSizes core{sizes_.batch, sizes_.length, sizes_.heads, sizes_.width / sizes_.heads,
                       sizes_.causal};
  const at::Tensor projected = Linear(std::move(x), in_weight_, in_bias_);
  if (tap_) return ListOf(Linear(AttendTapped(projected), out_weight_, out_bias_));
  return ListOf(
      Linear(SelfAttentionCore(projected, core, dropout_.NextMask()), out_weight_, out_bias_));
}

at::Tensor DenseSelfAttention::AttendTapped(const at::Tensor& projected) const {
  const std::int64_t batch = sizes_.batch, length = sizes_.length, heads = sizes_.heads;
  const std::int64_t width = sizes_.width / heads;
  const auto parts = projected.view({batch, length, 3, heads, width})
                         .permute({2, 0, 3, 1, 4})
                         .reshape({3, batch * heads, length, width})
                         .unbind(0);
  const at::Tensor scores =
      at::bmm(parts[0], parts[1].transpose(1, 2)).div_(std::sqrt(static_cast<double>(width)));
  if (sizes_.causal) MaskLaterKeys(scores, 1);
  const at::Tensor weights = at::softmax(scores, -1);
  HeadValues tapped{parts[0], parts[1], parts[2], weights, at::bmm(weights, parts[2])};
  tap_(tapped);
  return tapped.outputs.view({batch, heads, length, width})
      .transpose(1, 2)
      .reshape({batch * length, sizes_.width});
}

TransformerLayer::TransformerLayer(const LayerSizes& sizes, std::unique_ptr<Module> attention,
                                   bool three_d, Dropout& dropout)
    : sizes_(sizes),
      attention_(std::move(attention)),
      three_d_(three_d),
      dropout_(dropout),
      attention_norm_(NewNorm(sizes)),
      feed_forward_norm_(NewNorm(sizes)) {
  Adopt("attention", *attention_);
  Adopt("attention_norm", *attention_norm_);
  first_weight_ = AddParameter("W1.weight", {sizes.inner, sizes.width});
  first_bias_ = AddConstantParameter("W1.bias", {sizes.inner}, 0);
  last_weight_ = AddParameter("W2.weight", {sizes.width, sizes.inner});
  last_bias_ = AddConstantParameter("W2.bias", {sizes.width}, 0);
  Adopt("feed_forward_norm", *feed_forward_norm_);
}

std::vector<InputSpec> TransformerLayer::Inputs() const { return RowsOfWidth(sizes_); }

std::vector<at::Tensor> TransformerLayer::Forward(std::vector<at::Tensor> inputs) {
  at::Tensor x = std::move(inputs.front());
  inputs.clear();
  x = Around(std::move(x), attention_norm_, &TransformerLayer::Attend);
  return ListOf(Around(std::move(x), feed_forward_norm_, &TransformerLayer::FeedForward));
}

at::Tensor TransformerLayer::Around(at::Tensor x, const std::unique_ptr<Module>& norm,
                                    at::Tensor (TransformerLayer::*part)(at::Tensor) const) const {
  if (sizes_.norm_first) return at::add(x, dropout_((this->*part)(Run(*norm, x))));
  return Run(*norm, at::add(x, dropout_((this->*part)(x))));
}

at::Tensor TransformerLayer::Attend(at::Tensor x) const {
  if (!three_d_) return Run(*attention_, std::move(x));
  const std::int64_t rows = x.size(0);
  return Run(*attention_, x.view({sizes_.batch, sizes_.length, sizes_.width}))
      .view({rows, sizes_.width});
}

at::Tensor TransformerLayer::FeedForward(at::Tensor x) const {
  at::Tensor inner = Linear(std::move(x), first_weight_, first_bias_);
  inner = sizes_.relu ? at::relu(inner) : at::gelu(inner);
  return Linear(dropout_(std::move(inner)), last_weight_, last_bias_);
}

}  // namespace costcheck
