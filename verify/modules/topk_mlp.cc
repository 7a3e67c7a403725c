#include "verify/modules/topk_mlp.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "costmodel/algebra/error.h"
#include "verify/modules/attention.h"
#include "verify/modules/dense_core.h"
#include "verify/modules/gathered.h"
#include "verify/modules/top_keys.h"
#include "verify/modules/value_rows.h"

namespace costcheck {
namespace {

class TopkMlp final : public AttentionModule {
 public:
  explicit TopkMlp(const Sizes& sizes);

 private:
  at::Tensor Attend(at::Tensor x, at::Tensor context) override;

  /// int32 [B, sparse, T, K] for q [B, T, H, w].
  at::Tensor Select(const at::Tensor& q) const;
  /// [B, T, sparse, w].
  at::Tensor Approximate(const at::Tensor& v, const at::Tensor& index) const;
  /// Appends [B, T, 1, w] for every exact and top-k head; q is scaled.
  void AppendSoftmaxHeads(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                          std::vector<at::Tensor>& heads) const;
  at::Tensor AttendToLatest(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) const;

  /// Whether any head reads queries and keys as attention does.
  bool HasSoftmaxHeads() const { return exact_ + topk_ > 0; }
  std::int64_t Group() const { return sizes_.heads / sizes_.key_heads; }

  TextLengths text_;
  std::int64_t kept_, sparse_, exact_, topk_;
  bool selects_;
  at::Tensor selector_in_, selector_out_, approximator_in_, approximator_out_;
  DenseMask mask_;
};

TopkMlp::TopkMlp(const Sizes& sizes)
    : AttentionModule(sizes),
      text_{sizes_.queries, sizes_.keys, sizes_.causal},
      kept_(sizes["K"]),
      sparse_(sizes["sparse_heads"]),
      exact_(sizes["exact_heads"]),
      topk_(sizes["topk_heads"]),
      selects_(sizes["selection"] == 1) {
  if (!selects_ && sizes["selection"] != 0) {
    throw CostError("topk_mlp: selection is " + std::to_string(sizes["selection"]) +
                    ", neither 0 nor 1");
  }
  if (sparse_ + exact_ + topk_ > sizes_.heads) {
    throw CostError("topk_mlp: there are " + std::to_string(sparse_ + exact_ + topk_) +
                    " sparse, exact and top-k heads, but only H = " + std::to_string(sizes_.heads));
  }
  AddProjections();
  const std::int64_t hidden = sizes["h"], width = sizes_.head_width;
  if (sparse_ > 0 && selects_) {
    selector_in_ = AddParameter("selector.in", {sparse_, width, hidden});
    selector_out_ = AddParameter("selector.out", {sparse_, hidden, sizes_.keys});
  }
  if (sparse_ > 0) {
    approximator_in_ = AddParameter("approximator.in", {sparse_, kept_ * width, hidden});
    approximator_out_ = AddParameter("approximator.out", {sparse_, hidden, width});
  }
  if (exact_ > 0 && sizes_.causal) {
    mask_ = CausalMask(sizes_.queries, sizes_.keys);
    if (mask_.scores.defined()) AddBuffer("mask", mask_.scores);
    if (mask_.rows.defined()) AddBuffer("mask of rows", mask_.rows);
  }
}

/// Gradients off while it lives, unless they are wanted.
class GradientsIf {
 public:
  explicit GradientsIf(bool wanted) {
    if (!wanted) guard_.emplace(false);
  }

 private:
  std::optional<c10::AutoGradMode> guard_;
};

at::Tensor TopkMlp::Attend(at::Tensor x, at::Tensor context) {
  at::Tensor q, k;
  {
    const GradientsIf guard(HasSoftmaxHeads());
    q = Project(std::move(x), query_weight_);
  }
  at::Tensor index;
  if (sparse_ > 0 && selects_) index = Select(q);
  q = HasSoftmaxHeads() ? at::mul(q, sizes_.Scale()) : at::Tensor();
  {
    const GradientsIf guard(HasSoftmaxHeads());
    k = Project(context, key_weight_);
  }
  if (!HasSoftmaxHeads()) k.reset();
  const at::Tensor v = Project(std::move(context), value_weight_);

  std::vector<at::Tensor> heads;
  if (sparse_ > 0 && !selects_) {
    index = LatestKeys(sizes_.batch, sparse_, text_, kept_).to(v.device());
  }
  if (sparse_ > 0) heads.push_back(Approximate(v, std::exchange(index, {})));
  if (HasSoftmaxHeads()) AppendSoftmaxHeads(q, k, v, heads);
  const std::int64_t others = sizes_.heads - sparse_ - exact_ - topk_;
  if (others > 0) {
    heads.push_back(
        at::zeros({sizes_.batch, sizes_.queries, others, sizes_.head_width}, v.options()));
  }
  return at::cat(heads, 2).flatten(2, 3);
}

at::Tensor TopkMlp::Select(const at::Tensor& q) const {
  const c10::NoGradGuard no_gradients;
  const at::Tensor index = EmptyIndex(sizes_.batch, sparse_, sizes_.queries, kept_).to(q.device());
  ForEachRowBlock(sizes_.batch, sparse_, sizes_.queries, [&](const RowBlock& block) {
    const at::Tensor hidden = at::mm(block.Of(q), selector_in_.select(0, block.head)).relu_();
    TakeTopKeys(at::mm(hidden, selector_out_.select(0, block.head)), text_, block, index);
  });
  return index;
}

at::Tensor TopkMlp::Approximate(const at::Tensor& v, const at::Tensor& index) const {
  const at::Tensor rows = GatherValueRows(v, index, sizes_.causal, Group());
  const at::Tensor hidden = at::relu(at::bmm(rows, approximator_in_));
  return at::bmm(hidden, approximator_out_)
      .view({sparse_, sizes_.batch, sizes_.queries, sizes_.head_width})
      .permute({1, 2, 0, 3});
}

void TopkMlp::AppendSoftmaxHeads(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                                 std::vector<at::Tensor>& heads) const {
  // Views of all heads at once: one gradient for each of q, k and v, and no copy of any.
  const std::vector<at::Tensor> queries = q.unbind(2), keys = k.unbind(2), values = v.unbind(2);
  for (std::int64_t head = sparse_; head < sparse_ + exact_ + topk_; ++head) {
    const auto i = static_cast<std::size_t>(head), j = static_cast<std::size_t>(head / Group());
    heads.push_back(
        head < sparse_ + exact_
            ? DenseAttention(queries[i], keys[j].transpose(1, 2), values[j], mask_).unsqueeze(2)
            : AttendToLatest(queries[i].unsqueeze(2), keys[j].unsqueeze(2),
                             values[j].unsqueeze(2)));
  }
}

at::Tensor TopkMlp::AttendToLatest(const at::Tensor& q, const at::Tensor& k,
                                   const at::Tensor& v) const {
  const auto make_pattern = [text = text_, kept = kept_](const std::int32_t* index) {
    return std::make_unique<ChosenKeysPattern>(text, ChosenIndex{index, text.queries, kept, 1, 1});
  };
  return GatheredAttention(q, k, v, LatestKeys(sizes_.batch, 1, text_, kept_).to(q.device()),
                           make_pattern, /*scale=*/1);
}

}  // namespace

std::unique_ptr<Module> MakeTopkMlp(const Sizes& sizes) { return std::make_unique<TopkMlp>(sizes); }

}  // namespace costcheck
