#include "verify/modules/attention.h"

#include <cmath>
#include <string_view>
#include <utility>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

bool IsOn(const Sizes& sizes, std::string_view name) {
  return sizes.values.count(name) > 0 && sizes[name] != 0;
}

bool HasBias(const Sizes& sizes, std::string_view name) {
  return IsOn(sizes, "bias") || IsOn(sizes, name);
}

}  // namespace

AttentionSizes::AttentionSizes(const Sizes& sizes)
    : batch(sizes["B"]),
      queries(sizes["T"]),
      keys(sizes["S"]),
      width(sizes["d"]),
      heads(sizes["H"]),
      key_heads(sizes["H_kv"]),
      head_width(sizes["w"]),
      causal(sizes.causal),
      query_bias(HasBias(sizes, "query_bias")),
      key_bias(HasBias(sizes, "key_bias")),
      value_bias(HasBias(sizes, "value_bias")),
      output_bias(HasBias(sizes, "output_bias")),
      rotary(IsOn(sizes, "rotary")) {}

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
  if (sizes_.query_bias) query_bias_ = AddConstantParameter("q.bias", {inner}, 0);
  if (sizes_.key_bias) key_bias_ = AddConstantParameter("k.bias", {key_inner}, 0);
  if (sizes_.value_bias) value_bias_ = AddConstantParameter("v.bias", {key_inner}, 0);
  if (sizes_.output_bias) output_bias_ = AddConstantParameter("out.bias", {sizes_.width}, 0);
  if (!sizes_.rotary) return;
  COSTCHECK_CHECK(sizes_.SelfAttention());
  rotary_.emplace(sizes_.queries, sizes_.head_width);
  AddBuffer("cosines", rotary_->cosines());
  AddBuffer("sines", rotary_->sines());
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

at::Tensor AttentionModule::Turned(at::Tensor rows) const {
  if (!rotary_) return rows;
  return (*rotary_)(std::move(rows));
}

AttentionModule::Projected AttentionModule::ProjectAll(at::Tensor x, at::Tensor context) const {
  Projected projected;
  projected.q = Turned(Project(std::move(x), query_weight_));
  projected.k = Turned(Project(context, key_weight_));
  projected.v = Project(std::move(context), value_weight_);
  return projected;
}

}  // namespace costcheck
