#include "verify/modules/attention.h"

#include <cmath>
#include <utility>

namespace costcheck {

AttentionSizes::AttentionSizes(const Sizes& sizes)
    : batch(sizes["B"]),
      queries(sizes["T"]),
      keys(sizes["S"]),
      width(sizes["d"]),
      heads(sizes["H"]),
      key_heads(sizes["H_kv"]),
      head_width(sizes["w"]),
      causal(sizes.causal),
      bias(sizes.values.count("bias") > 0 && sizes["bias"] != 0) {}

double AttentionSizes::Scale() const { return 1 / std::sqrt(static_cast<double>(head_width)); }

std::vector<InputSpec> AttentionModule::Inputs() const {
  std::vector<InputSpec> inputs = {{"x", {sizes_.batch, sizes_.queries, sizes_.width}}};
  if (!sizes_.SelfAttention()) {
    inputs.push_back({"context", {sizes_.batch, sizes_.keys, sizes_.width}});
  }
  return inputs;
}

std::vector<at::Tensor> AttentionModule::Forward(std::vector<at::Tensor> inputs) {
  at::Tensor x = std::move(inputs.front());
  at::Tensor context = sizes_.SelfAttention() ? x : std::move(inputs.back());
  inputs.clear();
  at::Tensor heads = Attend(std::move(x), std::move(context));
  return ListOf(Linear(std::move(heads), output_weight_, output_bias_));
}

void AttentionModule::AddProjections() {
  const std::int64_t inner = sizes_.heads * sizes_.head_width;
  const std::int64_t key_inner = sizes_.key_heads * sizes_.head_width;
  query_weight_ = AddParameter("q.weight", {inner, sizes_.width});
  key_weight_ = AddParameter("k.weight", {key_inner, sizes_.width});
  value_weight_ = AddParameter("v.weight", {key_inner, sizes_.width});
  output_weight_ = AddParameter("out.weight", {sizes_.width, inner});
  if (!sizes_.bias) return;
  query_bias_ = AddConstantParameter("q.bias", {inner}, 0);
  key_bias_ = AddConstantParameter("k.bias", {key_inner}, 0);
  value_bias_ = AddConstantParameter("v.bias", {key_inner}, 0);
  output_bias_ = AddConstantParameter("out.bias", {sizes_.width}, 0);
}

at::Tensor AttentionModule::BiasOf(const at::Tensor& weight) const {
  if (weight.is_same(query_weight_)) return query_bias_;
  if (weight.is_same(key_weight_)) return key_bias_;
  return weight.is_same(value_weight_) ? value_bias_ : at::Tensor();
}

at::Tensor AttentionModule::Project(at::Tensor rows, const at::Tensor& weight) const {
  const std::int64_t length = rows.size(1);
  const std::int64_t heads = weight.size(0) / sizes_.head_width;
  return Linear(std::move(rows), weight, BiasOf(weight))
      .view({sizes_.batch, length, heads, sizes_.head_width});
}

AttentionModule::Projected AttentionModule::ProjectAll(at::Tensor x, at::Tensor context) const {
  Projected projected;
  projected.q = Project(std::move(x), query_weight_);
  projected.k = Project(context, key_weight_);
  projected.v = Project(std::move(context), value_weight_);
  return projected;
}

}  // namespace costcheck
