#include "verify/modules/gpt.h"

#include <ATen/Functions.h>

#include <string>
#include <utility>

#include "costmodel/algebra/error.h"
#include "verify/modules/embedding_rows.h"
#include "verify/modules/feed_forward.h"
#include "verify/modules/loss.h"
#include "verify/modules/modules.h"
#include "verify/modules/norm.h"

namespace costcheck {
namespace {

at::Tensor Run(Module& module, at::Tensor x) {
  std::vector<at::Tensor> outputs = module.Forward(ListOf(std::move(x)));
  return std::move(outputs.front());
}

/// x + part(norm(x)).
at::Tensor WithResidual(at::Tensor x, Module& norm, Module& part) {
  at::Tensor y = Run(norm, x);
  y = Run(part, std::move(y));
  return at::add(x, y);
}

}  // namespace

GptModule::GptModule(const GptSizes& sizes) : sizes_(sizes) {
  COSTCHECK_CHECK(!sizes.learned_positions || sizes.length <= sizes.context);
  table_ = AddParameter("tokens.table", {sizes.vocabulary, sizes.width});
  if (sizes.learned_positions) {
    positions_ = AddParameter("positions.table", {sizes.context, sizes.width});
  }
  for (std::int64_t i = 0; i < sizes.layers; ++i) AddLayer("layer" + std::to_string(i + 1));
  norm_ = NewNorm();
  Adopt("norm", *norm_);
  head_ = sizes.tied_head ? table_ : AddParameter("head.weight", {sizes.vocabulary, sizes.width});
}

std::unique_ptr<Module> GptModule::NewNorm() const {
  if (sizes_.rms_norm) {
    return std::make_unique<RmsNormModule>(sizes_.batch, sizes_.length, sizes_.width,
                                           sizes_.biases);
  }
  return std::make_unique<LayerNormModule>(sizes_.batch, sizes_.length, sizes_.width,
                                           sizes_.biases);
}

GptModule::Layer GptModule::NewLayer() const {
  const ModuleKind* attention = FindModule(sizes_.attention);
  COSTCHECK_CHECK(attention != nullptr);
  const FeedForwardSizes feed_forward = {.batch = sizes_.batch,
                                         .length = sizes_.length,
                                         .width = sizes_.width,
                                         .inner = sizes_.inner,
                                         .bias = sizes_.biases,
                                         .gated = sizes_.gated};
  return {NewNorm(), attention->make(AttentionSizesOf(sizes_)), NewNorm(),
          std::make_unique<FeedForwardModule>(feed_forward)};
}

void GptModule::AddLayer(const std::string& prefix) {
  layers_.push_back(NewLayer());
  const Layer& layer = layers_.back();
  Adopt(prefix + ".attention_norm", *layer.attention_norm);
  Adopt(prefix + ".attention", *layer.attention);
  Adopt(prefix + ".feed_forward_norm", *layer.feed_forward_norm);
  Adopt(prefix + ".feed_forward", *layer.feed_forward);
}

std::vector<InputSpec> GptModule::Inputs() const {
  const std::vector<std::int64_t> shape = {sizes_.batch * sizes_.length};
  return {{"tokens", shape, sizes_.vocabulary}, {"targets", shape, sizes_.vocabulary}};
}

std::vector<at::Tensor> GptModule::Forward(std::vector<at::Tensor> inputs) {
  at::Tensor tokens = std::move(inputs[0]), targets = std::move(inputs[1]);
  inputs.clear();
  return ListOf(CrossEntropy(Logits(std::move(tokens)), std::move(targets)));
}

at::Tensor GptModule::Embed(at::Tensor tokens) const {
  at::Tensor x = LookUp(table_, std::move(tokens));
  x = x.view({sizes_.batch, sizes_.length, sizes_.width});
  if (!positions_.defined()) return x;
  const at::Tensor rows =
      LookUp(positions_, at::arange(sizes_.length, x.options().dtype(at::kInt)));
  return at::add(x, rows);
}

at::Tensor GptModule::Logits(at::Tensor tokens) {
  at::Tensor x = Embed(std::move(tokens));
  for (const Layer& layer : layers_) {
    x = WithResidual(std::move(x), *layer.attention_norm, *layer.attention);
    x = WithResidual(std::move(x), *layer.feed_forward_norm, *layer.feed_forward);
  }
  x = Run(*norm_, std::move(x));
  return at::mm(x.view({sizes_.batch * sizes_.length, sizes_.width}), head_.t());
}

}  // namespace costcheck
