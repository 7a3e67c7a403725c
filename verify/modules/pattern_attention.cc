#include "verify/modules/pattern_attention.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <utility>

#include "verify/kernels/patterns.h"
#include "verify/modules/attention.h"
#include "verify/modules/gathered.h"

namespace costcheck {
namespace {

TextLengths TextOf(const Sizes& sizes) { return {sizes["T"], sizes["S"], sizes.causal}; }

/// One pattern for all heads.
class PatternAttention : public AttentionModule {
 public:
  PatternAttention(const Sizes& sizes, PatternMaker make_pattern)
      : AttentionModule(sizes), make_pattern_(std::move(make_pattern)) {
    AddProjections();
  }

 protected:
  at::Tensor Attend(at::Tensor x, at::Tensor context) override {
    Projected p = ProjectAll(std::move(x), std::move(context));
    return GatheredAttention(std::move(p.q), std::move(p.k), std::move(p.v), index_, make_pattern_,
                             sizes_.Scale())
        .view({sizes_.batch, sizes_.queries, sizes_.heads * sizes_.head_width});
  }

  PatternMaker make_pattern_;
  at::Tensor index_;  // what the pattern reads; undefined for most
};

/// A pattern whose rows first .. first + count - 1 have no slots: others attend for them.
class WithoutRows final : public KeyPattern {
 public:
  WithoutRows(std::unique_ptr<KeyPattern> whole, std::int64_t first, std::int64_t count)
      : whole_(std::move(whole)), first_(first), end_(first + count) {}

  std::int64_t Rows() const override { return whole_->Rows(); }
  std::int64_t Offset(std::int64_t row) const override {
    const std::int64_t left_out = whole_->Offset(std::clamp(row, first_, end_));
    return whole_->Offset(row) - left_out + whole_->Offset(first_);
  }
  void Fill(std::int64_t sequence, std::int64_t head, std::int64_t row,
            std::span<std::int32_t> keys) const override {
    if (!keys.empty()) whole_->Fill(sequence, head, row, keys);
  }

 private:
  std::unique_ptr<KeyPattern> whole_;
  std::int64_t first_, end_;
};

/// Local tokens as PatternAttention; the global ones ask with projections of their own.
class WindowGlobalApart final : public PatternAttention {
 public:
  explicit WindowGlobalApart(const Sizes& sizes) : PatternAttention(sizes, {}) {
    const TextLengths text = TextOf(sizes);
    const std::int64_t window = sizes["W"], global = sizes["G"];
    const std::int64_t before = std::max<std::int64_t>(text.keys - text.queries, 0);
    first_ = std::max<std::int64_t>(text.queries - text.keys, 0);
    rows_ = std::max<std::int64_t>(std::min(global, text.keys) - before, 0);
    // Causal, the last global token sees no key after itself.
    global_text_ = {rows_, text.causal ? before + rows_ : text.keys, text.causal};
    make_pattern_ = [text, window, global, first = first_, rows = rows_](const std::int32_t*) {
      return std::make_unique<WithoutRows>(
          std::make_unique<WindowGlobalPattern>(text, window, global), first, rows);
    };
    global_query_weight_ = AddParameter("global_q.weight", query_weight_.sizes().vec());
    global_key_weight_ = AddParameter("global_k.weight", key_weight_.sizes().vec());
    global_value_weight_ = AddParameter("global_v.weight", value_weight_.sizes().vec());
  }

 private:
  at::Tensor Attend(at::Tensor x, at::Tensor context) override {
    at::Tensor out = PatternAttention::Attend(x, context);
    at::Tensor global = AttendGlobally(std::move(x), std::move(context));
    out.narrow(1, first_, rows_).copy_(global);
    return out;
  }

  at::Tensor AttendGlobally(at::Tensor x, at::Tensor context) const {
    at::Tensor q = Project(x.narrow(1, first_, rows_), global_query_weight_);
    x.reset();
    at::Tensor k = Project(context, global_key_weight_);
    at::Tensor v = Project(std::move(context), global_value_weight_);
    const auto sees_all = [text = global_text_](const std::int32_t*) {
      return std::make_unique<FullPattern>(text);
    };
    return GatheredAttention(std::move(q), std::move(k), std::move(v), at::Tensor(), sees_all,
                             sizes_.Scale())
        .view({sizes_.batch, rows_, sizes_.heads * sizes_.head_width});
  }

  std::int64_t first_, rows_;  // the global tokens among the queries
  TextLengths global_text_;
  at::Tensor global_query_weight_, global_key_weight_, global_value_weight_;
};

class BigBird final : public PatternAttention {
 public:
  explicit BigBird(const Sizes& sizes) : PatternAttention(sizes, {}) {
    constexpr std::uint64_t kSeed = 20200728;  // any will do: which blocks are drawn costs the same
    const TextLengths text = TextOf(sizes);
    const BigBirdBlocks blocks = {sizes["b"], sizes["window_blocks"], sizes["global_blocks"],
                                  sizes["r"]};
    std::vector<std::int32_t> drawn = DrawRandomBlocks(text, blocks, kSeed);
    const std::int64_t rows = (text.keys + blocks.block - 1) / blocks.block;
    index_ = AddBuffer("random_blocks",
                       at::from_blob(drawn.data(), {rows, blocks.random_blocks}, at::kInt).clone());
    make_pattern_ = [text, blocks](const std::int32_t* random) {
      return std::make_unique<BigBirdPattern>(text, blocks, random);
    };
  }
};

/// A module of the pattern that is made of the text and these numbers.
template <class Pattern, class... Numbers>
std::unique_ptr<Module> MakeOf(const Sizes& sizes, Numbers... numbers) {
  const auto make_pattern = [text = TextOf(sizes), numbers...](const std::int32_t*) {
    return std::make_unique<Pattern>(text, numbers...);
  };
  return std::make_unique<PatternAttention>(sizes, make_pattern);
}

}  // namespace

std::unique_ptr<Module> MakeSlidingWindow(const Sizes& sizes) {
  return MakeOf<WindowPattern>(sizes, sizes["W"]);
}

std::unique_ptr<Module> MakeWindowGlobal(const Sizes& sizes) {
  if (sizes["global_projections"] != 0 && sizes["G"] != 0) {
    return std::make_unique<WindowGlobalApart>(sizes);
  }
  return MakeOf<WindowGlobalPattern>(sizes, sizes["W"], sizes["G"]);
}

std::unique_ptr<Module> MakeStrided(const Sizes& sizes) {
  return MakeOf<StridedPattern>(sizes, sizes["s"]);
}

std::unique_ptr<Module> MakeFixed(const Sizes& sizes) {
  return MakeOf<FixedPattern>(sizes, sizes["s"], sizes["summary"]);
}

std::unique_ptr<Module> MakeBigBird(const Sizes& sizes) { return std::make_unique<BigBird>(sizes); }

}  // namespace costcheck
