#include "verify/modules/decoder.h"

#include <ATen/Functions.h>

#include <string>
#include <utility>

#include "costmodel/algebra/error.h"
#include "verify/modules/embedding_rows.h"
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

std::unique_ptr<Module> NewFeedForward(const FeedForwardSizes& sizes) {
  return std::make_unique<FeedForwardModule>(sizes);
}
std::unique_ptr<Module> NewFeedForward(const ExpertsSizes& sizes) {
  return std::make_unique<ExpertsModule>(sizes);
}

}  // namespace

DecoderModule::DecoderModule(const DecoderSizes& sizes) : sizes_(sizes) {
  COSTCHECK_CHECK(sizes.positions == 0 || sizes.length <= sizes.positions);
  table_ = AddParameter("tokens.table", {sizes.vocabulary, sizes.width});
  if (sizes.positions > 0) {
    positions_ = AddParameter("positions.table", {sizes.positions, sizes.width});
  }
  for (const DecoderLayer& layer : sizes.layers) {
    AddLayer("layer" + std::to_string(layers_.size() + 1), layer);
  }
  norm_ = NewNorm();
  Adopt("norm", *norm_);
  head_ = sizes.tied_head ? table_ : AddParameter("head.weight", {sizes.vocabulary, sizes.width});
}

std::unique_ptr<Module> DecoderModule::NewNorm() const {
  if (sizes_.rms_norm) {
    return std::make_unique<RmsNormModule>(sizes_.batch, sizes_.length, sizes_.width,
                                           sizes_.norm_bias);
  }
  return std::make_unique<LayerNormModule>(sizes_.batch, sizes_.length, sizes_.width,
                                           sizes_.norm_bias);
}

DecoderModule::Layer DecoderModule::NewLayer(const DecoderLayer& layer) const {
  const ModuleKind* attention = FindModule(layer.attention);
  COSTCHECK_CHECK(attention != nullptr);
  return {NewNorm(), attention->make(layer.attention_sizes), NewNorm(),
          std::visit([](const auto& sizes) { return NewFeedForward(sizes); }, layer.feed_forward)};
}

void DecoderModule::AddLayer(const std::string& prefix, const DecoderLayer& sizes) {
  layers_.push_back(NewLayer(sizes));
  const Layer& layer = layers_.back();
  Adopt(prefix + ".attention_norm", *layer.attention_norm);
  Adopt(prefix + ".attention", *layer.attention);
  Adopt(prefix + ".feed_forward_norm", *layer.feed_forward_norm);
  Adopt(prefix + ".feed_forward", *layer.feed_forward);
}

std::vector<InputSpec> DecoderModule::Inputs() const {
  const std::vector<std::int64_t> shape = {sizes_.batch * sizes_.length};
  return {{"tokens", shape, sizes_.vocabulary}, {"targets", shape, sizes_.vocabulary}};
}

std::vector<at::Tensor> DecoderModule::Forward(std::vector<at::Tensor> inputs) {
  at::Tensor tokens = std::move(inputs[0]), targets = std::move(inputs[1]);
  inputs.clear();
  return ListOf(CrossEntropy(Logits(std::move(tokens)), std::move(targets)));
}

at::Tensor DecoderModule::Embed(at::Tensor tokens) const {
  at::Tensor x = LookUp(table_, std::move(tokens));
  x = x.view({sizes_.batch, sizes_.length, sizes_.width});
  if (!positions_.defined()) return x;
  const at::Tensor rows =
      LookUp(positions_, at::arange(sizes_.length, x.options().dtype(at::kInt)));
  return at::add(x, rows);
}

at::Tensor DecoderModule::Logits(at::Tensor tokens) {
  at::Tensor x = Embed(std::move(tokens));
  for (const Layer& layer : layers_) {
    x = WithResidual(std::move(x), *layer.attention_norm, *layer.attention);
    x = WithResidual(std::move(x), *layer.feed_forward_norm, *layer.feed_forward);
  }
  x = Run(*norm_, std::move(x));
  return at::mm(x.view({sizes_.batch * sizes_.length, sizes_.width}), head_.t());
}

}  // namespace costcheck
