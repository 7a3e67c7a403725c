#include "verify/modules/topk_indexer.h"

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <utility>

#include "verify/kernels/patterns.h"
#include "verify/modules/attention.h"
#include "verify/modules/gathered.h"
#include "verify/modules/key_choice.h"

namespace costcheck {
namespace {

class TopkIndexer final : public AttentionModule {
 public:
  explicit TopkIndexer(const Sizes& sizes)
      : AttentionModule(sizes),
        text_{sizes["T"], sizes["S"], sizes.causal},
        indexer_heads_(sizes["indexer_heads"]),
        indexer_width_(sizes["m"]),
        chosen_(std::min(sizes["K"], text_.keys)) {
    AddProjections();
    indexer_query_weight_ =
        AddParameter("indexer_q.weight", {indexer_heads_ * indexer_width_, sizes_.width});
    indexer_key_weight_ = AddParameter("indexer_k.weight", {indexer_width_, sizes_.width});
    gate_weight_ = AddParameter("indexer_gates.weight", {indexer_heads_, sizes_.width});
  }

 private:
  at::Tensor Attend(at::Tensor x, at::Tensor context) override {
    Projected p = ProjectAll(x, context);
    at::Tensor index = Choose(x.detach(), context.detach());
    x.reset();
    context.reset();
    const auto make_pattern = [text = text_, chosen = chosen_,
                               heads = sizes_.heads](const std::int32_t* data) {
      const ChosenIndex for_all = {data, text.queries, chosen, heads, 1};
      return std::make_unique<ChosenKeysPattern>(text, for_all);
    };
    return GatheredAttention(std::move(p.q), std::move(p.k), std::move(p.v), std::move(index),
                             make_pattern, sizes_.Scale())
        .view({sizes_.batch, sizes_.queries, sizes_.heads * sizes_.head_width});
  }

  /// int32 [B, 1, T, chosen], the best first.
  at::Tensor Choose(const at::Tensor& x, const at::Tensor& context) const {
    const at::NoGradGuard no_gradient;
    at::Tensor index =
        at::empty({sizes_.batch, 1, text_.queries, chosen_}, x.options().dtype(at::kInt));
    for (std::int64_t b = 0; b < sizes_.batch; ++b) {
      const at::Tensor keys = LinearWithoutBias(context.select(0, b), indexer_key_weight_);
      const auto score = [&](std::int64_t first, std::int64_t rows) {
        return Scores(x.select(0, b).narrow(0, first, rows), keys);
      };
      ChooseKeys(text_, score, index.select(0, b).select(0, 0));
    }
    return index;
  }

  /// Rows [n, d] of x and all keys [S, m] to I [n, S], head by head.
  at::Tensor Scores(const at::Tensor& x, const at::Tensor& keys) const {
    const at::Tensor q = LinearWithoutBias(x, indexer_query_weight_);
    const at::Tensor gates = LinearWithoutBias(x, gate_weight_);
    at::Tensor sum = at::zeros({x.size(0), keys.size(0)}, x.options());
    for (std::int64_t j = 0; j < indexer_heads_; ++j) {
      const at::Tensor of_head = q.narrow(1, j * indexer_width_, indexer_width_);
      sum.add_(at::mm(of_head, keys.t()).relu_().mul_(gates.narrow(1, j, 1)));
    }
    return sum;
  }

  TextLengths text_;
  std::int64_t indexer_heads_, indexer_width_;
  std::int64_t chosen_;  // keys of a query
  at::Tensor indexer_query_weight_, indexer_key_weight_, gate_weight_;
};

}  // namespace

std::unique_ptr<Module> MakeTopkIndexer(const Sizes& sizes) {
  return std::make_unique<TopkIndexer>(sizes);
}

}  // namespace costcheck
