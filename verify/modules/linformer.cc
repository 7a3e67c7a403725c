#include "verify/modules/linformer.h"

#include <ATen/Functions.h>

#include <utility>

#include "verify/modules/attention.h"
#include "verify/modules/dense_core.h"

namespace costcheck {
namespace {

/// [B, S, H_kv, w] x [S, K] to [B*H_kv, w, K].
at::Tensor MixLength(at::Tensor rows, const at::Tensor& weight) {
  const std::int64_t groups = rows.size(0) * rows.size(2), width = rows.size(3);
  rows = rows.permute({0, 2, 3, 1}).reshape({groups * width, rows.size(1)});
  return at::mm(rows, weight).view({groups, width, weight.size(1)});
}

class Linformer final : public AttentionModule {
 public:
  explicit Linformer(const Sizes& sizes) : AttentionModule(sizes) {
    AddProjections();
    key_mix_ = AddParameter("k.length", {sizes_.keys, sizes["K"]});
    value_mix_ = AddParameter("v.length", {sizes_.keys, sizes["K"]});
  }

 private:
  at::Tensor Attend(at::Tensor x, at::Tensor context) override {
    auto [q, k, v] = ProjectAll(std::move(x), std::move(context));
    q = GroupHeads(std::move(q), sizes_.key_heads).mul(sizes_.Scale());
    k = MixLength(std::move(k), key_mix_);
    v = MixLength(std::move(v), value_mix_).transpose(1, 2);
    const DenseMask no_mask;
    return UngroupHeads(DenseAttention(q, k, v, no_mask), sizes_.batch, sizes_.queries);
  }

  at::Tensor key_mix_, value_mix_;
};

}  // namespace

std::unique_ptr<Module> MakeLinformer(const Sizes& sizes) {
  return std::make_unique<Linformer>(sizes);
}

}  // namespace costcheck
