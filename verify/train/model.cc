#include "verify/train/model.h"

#include <ATen/Functions.h>

#include <cmath>
#include <utility>

#include "costmodel/algebra/error.h"
#include "verify/modules/modules.h"
#include "verify/modules/norm.h"
#include "verify/train/layer.h"
#include "verify/train/module_sizes.h"

namespace costcheck {
namespace {

constexpr char kFull[] = "full";

at::Tensor Run(Module& module, at::Tensor x) {
  std::vector<at::Tensor> outputs = module.Forward(ListOf(std::move(x)));
  return std::move(outputs.front());
}

LayerSizes LayerSizesOf(const ModelPlan& plan) {
  const ModelSpec& model = plan.model;
  return {.batch = plan.batch,
          .length = plan.length,
          .width = model.width,
          .heads = model.heads,
          .inner = model.inner,
          .causal = model.causal,
          .relu = model.relu,
          .norm_first = model.norm_first};
}

std::unique_ptr<Module> NamedAttention(const ModelPlan& plan) {
  const ModelSpec& model = plan.model;
  const ModuleKind* kind = FindModule(plan.arm.attention);
  COSTCHECK_CHECK(kind != nullptr);
  Sizes sizes =
      SizesFor(plan.arm.attention,
               {{"B", plan.batch}, {"T", plan.length}, {"d", model.width}, {"H", model.heads}},
               plan.arm.attention_settings, model.causal);
  sizes.values.insert_or_assign("bias", 1);
  return kind->make(sizes);
}

}  // namespace

TrainedModel::TrainedModel(const ModelPlan& plan) : plan_(plan), dropout_(plan.model.dropout) {
  const ModelSpec& model = plan_.model;
  tokens_ = std::make_unique<TokenEmbedding>(plan_.arm, plan_.types, model.width, model.tied_head,
                                             plan_.bands);
  Adopt("tokens", *tokens_);
  if (model.family == ModelFamily::kTransformer) {
    if (model.learned_positions) {
      positions_ = AddParameter("positions", {plan_.length, model.width});
    }
    for (std::int64_t i = 0; i < model.layers; ++i) {
      layers_.push_back(NewLayer());
      Adopt("layer" + std::to_string(i + 1), *layers_.back());
    }
  }
  if (model.final_norm) {
    norm_ = std::make_unique<LayerNormModule>(plan_.batch, plan_.length, model.width, true);
    Adopt("norm", *norm_);
  }
  if (!model.tied_head) head_weight_ = AddParameter("head.weight", {plan_.types, model.width});
  if (model.head_bias) head_bias_ = AddConstantParameter("head.bias", {plan_.types}, 0);
}

std::unique_ptr<Module> TrainedModel::NewLayer() {
  const LayerSizes sizes = LayerSizesOf(plan_);
  const bool dense = plan_.arm.attention == kFull;
  std::unique_ptr<Module> attention;
  if (dense) {
    auto full = std::make_unique<DenseSelfAttention>(sizes, dropout_);
    dense_.push_back(full.get());
    attention = std::move(full);
  } else {
    attention = NamedAttention(plan_);
  }
  return std::make_unique<TransformerLayer>(sizes, std::move(attention), !dense, dropout_);
}

std::vector<InputSpec> TrainedModel::Inputs() const {
  return {{"tokens", {plan_.batch * plan_.length}, plan_.types}};
}

std::vector<at::Tensor> TrainedModel::Forward(std::vector<at::Tensor> inputs) {
  at::Tensor x = Embed(std::move(inputs.front()));
  inputs.clear();
  for (const std::unique_ptr<Module>& layer : layers_) x = Run(*layer, std::move(x));
  if (norm_) x = Run(*norm_, std::move(x));
  return ListOf(Head(std::move(x)));
}

at::Tensor TrainedModel::Embed(at::Tensor tokens) {
  const ModelSpec& model = plan_.model;
  at::Tensor x = Run(*tokens_, std::move(tokens));
  const std::vector<std::int64_t> windows = {-1, plan_.length, model.width};
  if (model.family == ModelFamily::kMeanPool) return x.view(windows).mean(1);
  if (model.scaled_embedding) x = at::mul(x, std::sqrt(static_cast<double>(model.width)));
  if (positions_.defined()) x = at::add(x.view(windows), positions_).view(x.sizes());
  return model.norm_first ? dropout_(std::move(x)) : x;
}

at::Tensor TrainedModel::Head(at::Tensor x) const {
  if (head_weight_.defined()) return Linear(std::move(x), head_weight_, head_bias_);
  const at::Tensor logits = tokens_->TiedLogits(std::move(x));
  return head_bias_.defined() ? at::add(logits, head_bias_) : logits;
}

void TrainedModel::Tap(std::size_t layer, HeadTap tap) {
  COSTCHECK_CHECK(layer < dense_.size());
  dense_[layer]->Tap(std::move(tap));
}

std::int64_t TrainedModel::CountParameters() const {
  std::int64_t count = 0;
  for (const NamedTensor& parameter : parameters()) count += parameter.tensor.numel();
  return count;
}

}  // namespace costcheck
