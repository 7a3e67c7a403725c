#include "verify/modules/full.h"

#include <utility>

#include "verify/modules/attention.h"
#include "verify/modules/dense_core.h"

namespace costcheck {
namespace {

class Full final : public AttentionModule {
 public:
  explicit Full(const Sizes& sizes) : AttentionModule(sizes) {
    AddProjections();
    if (!sizes_.causal) return;
    mask_ = CausalMask(sizes_.queries, sizes_.keys);
    if (mask_.scores.defined()) AddBuffer("mask", mask_.scores);
    if (mask_.rows.defined()) AddBuffer("mask of rows", mask_.rows);
  }

 private:
  at::Tensor Attend(at::Tensor x, at::Tensor context) override {
    auto [q, k, v] = ProjectAll(std::move(x), std::move(context));
    q = GroupHeads(std::move(q), sizes_.key_heads).mul(sizes_.Scale());
    k = GroupHeads(std::move(k), sizes_.key_heads).transpose(1, 2);
    v = GroupHeads(std::move(v), sizes_.key_heads);
    return UngroupHeads(DenseAttention(q, k, v, mask_), sizes_.batch, sizes_.queries);
  }

  DenseMask mask_;
};

}  // namespace

std::unique_ptr<Module> MakeFull(const Sizes& sizes) { return std::make_unique<Full>(sizes); }

}  // namespace costcheck
