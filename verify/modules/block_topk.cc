#include "verify/modules/block_topk.h"

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>

#include <utility>

#include "costmodel/algebra/error.h"
#include "verify/modules/attention.h"
#include "verify/modules/gathered.h"
#include "verify/modules/head_rows.h"
#include "verify/modules/key_choice.h"

namespace costcheck {
namespace {

class BlockTopk final : public AttentionModule {
 public:
  explicit BlockTopk(const Sizes& sizes)
      : AttentionModule(sizes),
        text_{sizes["T"], sizes["S"], sizes.causal},
        block_(sizes["b"]),
        chosen_(ChosenBlocks(sizes["K"], block_, text_.keys)),
        by_extremes_(sizes["representatives"] == 2) {
    COSTCHECK_CHECK(by_extremes_ || sizes["representatives"] == 1);
    AddProjections();
  }

 private:
  at::Tensor Attend(at::Tensor x, at::Tensor context) override {
    Projected p = ProjectAll(std::move(x), std::move(context));
    at::Tensor index = Choose(p.q.detach(), p.k.detach());
    const auto make_pattern = [text = text_, block = block_, chosen = chosen_,
                               heads = sizes_.heads](const std::int32_t* data) {
      const ChosenIndex of_heads = {data, text.queries, chosen, heads, heads};
      return std::make_unique<ChosenBlocksPattern>(text, block, of_heads);
    };
    return GatheredAttention(std::move(p.q), std::move(p.k), std::move(p.v), std::move(index),
                             make_pattern, sizes_.Scale())
        .view({sizes_.batch, sizes_.queries, sizes_.heads * sizes_.head_width});
  }

  /// int32 [B, H, T, chosen].
  at::Tensor Choose(const at::Tensor& q, const at::Tensor& k) const {
    const at::NoGradGuard no_gradient;
    at::Tensor index = at::empty({sizes_.batch, sizes_.heads, text_.queries, chosen_},
                                 q.options().dtype(at::kInt));
    const std::int64_t group = sizes_.heads / sizes_.key_heads;
    ForEachHead(sizes_.batch, sizes_.heads, [&](std::int64_t b, std::int64_t h) {
      ChooseBlocks(text_, block_, Scores(OfHead(q, b, h), OfHead(k, b, h / group)),
                   index.select(0, b).select(0, h));
    });
    return index;
  }

  /// Of queries [T, w] and keys [S, w] of one head.
  ScoreRows Scores(const at::Tensor& q, const at::Tensor& keys) const {
    if (!by_extremes_) {
      return [q, means = OfBlocks(keys, &Mean)](std::int64_t first, std::int64_t rows) {
        return at::mm(q.narrow(0, first, rows), means.t());
      };
    }
    return [q, greatest = OfBlocks(keys, &Greatest), least = OfBlocks(keys, &Least)](
               std::int64_t first, std::int64_t rows) {
      const at::Tensor of_rows = q.narrow(0, first, rows);
      return at::mm(at::clamp_min(of_rows, 0), greatest.t())
          .addmm_(at::clamp_max(of_rows, 0), least.t());
    };
  }

  static at::Tensor Mean(const at::Tensor& blocks) { return blocks.mean(1); }
  static at::Tensor Least(const at::Tensor& blocks) { return blocks.amin({1}); }
  static at::Tensor Greatest(const at::Tensor& blocks) { return blocks.amax({1}); }

  /// One row [ceil(S/b), w] of each block, the last one perhaps not full.
  at::Tensor OfBlocks(const at::Tensor& keys, at::Tensor (*pool)(const at::Tensor& blocks)) const {
    const std::int64_t whole = text_.keys / block_, width = keys.size(1);
    const std::int64_t in_whole = whole * block_, last = text_.keys - in_whole;
    at::Tensor rows = at::empty({whole + (last > 0 ? 1 : 0), width}, keys.options());
    if (whole > 0) {
      const at::Tensor blocks = keys.narrow(0, 0, in_whole).view({whole, block_, width});
      rows.narrow(0, 0, whole).copy_(pool(blocks));
    }
    if (last > 0) rows.narrow(0, whole, 1).copy_(pool(keys.narrow(0, in_whole, last).unsqueeze(0)));
    return rows;
  }

  TextLengths text_;
  std::int64_t block_;
  std::int64_t chosen_;  // blocks of a query, the own one not among them
  bool by_extremes_;
};

}  // namespace

std::unique_ptr<Module> MakeBlockTopk(const Sizes& sizes) {
  return std::make_unique<BlockTopk>(sizes);
}

}  // namespace costcheck
