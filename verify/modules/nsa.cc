#include "verify/modules/nsa.h"

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <string>
#include <utility>

#include "costmodel/algebra/error.h"
#include "verify/kernels/patterns.h"
#include "verify/modules/attention.h"
#include "verify/modules/compression.h"
#include "verify/modules/gathered.h"
#include "verify/modules/head_rows.h"
#include "verify/modules/key_choice.h"

namespace costcheck {
namespace {

void RequireDivisor(const Sizes& sizes, const std::string& name) {
  if (sizes[name] % sizes["s"] == 0) return;
  throw CostError("nsa: s = " + std::to_string(sizes["s"]) + " does not divide " + name + " = " +
                  std::to_string(sizes[name]));
}

class Nsa final : public AttentionModule {
 public:
  explicit Nsa(const Sizes& sizes);

 private:
  enum Branch : std::int64_t { kCompressed, kSelected, kWindow };
  struct Rows {
    at::Tensor k, v;
  };

  at::Tensor Attend(at::Tensor x, at::Tensor context) override;
  DenseOutput AttendCompressed(at::Tensor q, const at::Tensor& context) const;
  at::Tensor AttendSelected(at::Tensor q, const at::Tensor& context, at::Tensor index) const;
  at::Tensor AttendWindow(at::Tensor q, at::Tensor context) const;

  Rows ProjectRows(const at::Tensor& context, Branch branch) const {
    return {Project(context, key_weights_[branch]), Project(context, value_weights_[branch])};
  }
  /// bool [T, N]: stretches that end after the query.
  at::Tensor HiddenStretches() const;
  /// Weights [B, H, T, N] to int32 [B, H_kv, T, chosen].
  at::Tensor Choose(const at::Tensor& weights) const;
  /// Weights of a group, rows [n, N], to scores [n, ceil(S/b)].
  at::Tensor BlockScores(const at::Tensor& weights) const;

  TextLengths text_;
  Stretches stretches_;
  std::int64_t block_;
  std::int64_t chosen_;  // blocks of a query, the own one not among them
  std::int64_t window_;
  at::Tensor key_weights_[3], value_weights_[3];
  at::Tensor compress_key_weight_, compress_value_weight_, gate_weight_;
};

Nsa::Nsa(const Sizes& sizes)
    : AttentionModule(sizes),
      text_{sizes["T"], sizes["S"], sizes.causal},
      stretches_{sizes["compression_block"], sizes["s"]},
      block_(sizes["b"]),
      chosen_(ChosenBlocks(sizes["K"], block_, text_.keys)),
      window_(sizes["W"]) {
  const std::int64_t w = sizes_.head_width, inner = sizes_.heads * w;
  const std::int64_t key_inner = sizes_.key_heads * w;
  query_weight_ = AddParameter("q.weight", {inner, sizes_.width});
  gate_weight_ = AddParameter("gates.weight", {3 * sizes_.heads, sizes_.width});
  const char* const names[] = {"compressed", "selected", "window"};
  for (const Branch branch : {kCompressed, kSelected, kWindow}) {
    const std::string name = names[branch];
    key_weights_[branch] = AddParameter(name + "_k.weight", {key_inner, sizes_.width});
    value_weights_[branch] = AddParameter(name + "_v.weight", {key_inner, sizes_.width});
  }
  compress_key_weight_ = AddParameter("compress_k.weight", {w, stretches_.length * w});
  compress_value_weight_ = AddParameter("compress_v.weight", {w, stretches_.length * w});
  output_weight_ = AddParameter("out.weight", {sizes_.width, inner});
}

at::Tensor Nsa::Attend(at::Tensor x, at::Tensor context) {
  at::Tensor q = Project(x, query_weight_);
  at::Tensor gates = LinearWithoutBias(std::move(x), gate_weight_);
  gates = at::sigmoid(gates);
  gates = gates.view({sizes_.batch, text_.queries, 3, sizes_.heads, 1});
  DenseOutput compressed = AttendCompressed(q, context);
  at::Tensor index = Choose(std::exchange(compressed.weights, at::Tensor()).detach());
  at::Tensor selected = AttendSelected(q, context, std::move(index));
  at::Tensor window = AttendWindow(std::move(q), std::move(context));
  at::Tensor sum =
      at::mul(std::exchange(compressed.rows, at::Tensor()), gates.select(2, kCompressed));
  sum.add_(at::mul(std::exchange(selected, at::Tensor()), gates.select(2, kSelected)));
  sum.add_(at::mul(std::exchange(window, at::Tensor()), gates.select(2, kWindow)));
  return sum.view({sizes_.batch, text_.queries, sizes_.heads * sizes_.head_width});
}

DenseOutput Nsa::AttendCompressed(at::Tensor q, const at::Tensor& context) const {
  Rows rows = ProjectRows(context, kCompressed);
  at::Tensor k = Compress(std::move(rows.k), compress_key_weight_, stretches_);
  at::Tensor v = Compress(std::move(rows.v), compress_value_weight_, stretches_);
  return AttendToAll(std::move(q), std::move(k), std::move(v), HiddenStretches().to(q.device()),
                     sizes_.Scale());
}

at::Tensor Nsa::HiddenStretches() const {
  const std::int64_t count = stretches_.Within(text_.keys);
  if (!text_.causal) return at::zeros({text_.queries, count}, at::kBool);
  const std::int64_t first_end = stretches_.length - 1;
  const at::Tensor last =
      at::arange(first_end, first_end + count * stretches_.stride, stretches_.stride);
  return at::gt(last, at::arange(text_.Position(0), text_.keys).unsqueeze(1));
}

at::Tensor Nsa::AttendSelected(at::Tensor q, const at::Tensor& context, at::Tensor index) const {
  Rows rows = ProjectRows(context, kSelected);
  const auto make_pattern = [text = text_, block = block_, chosen = chosen_, heads = sizes_.heads,
                             groups = sizes_.key_heads](const std::int32_t* data) {
    const ChosenIndex of_groups = {data, text.queries, chosen, heads, groups};
    return std::make_unique<ChosenBlocksPattern>(text, block, of_groups);
  };
  return GatheredAttention(std::move(q), std::move(rows.k), std::move(rows.v), std::move(index),
                           make_pattern, sizes_.Scale());
}

at::Tensor Nsa::AttendWindow(at::Tensor q, at::Tensor context) const {
  Rows rows = ProjectRows(context, kWindow);
  context.reset();
  const auto make_pattern = [text = text_, window = window_](const std::int32_t*) {
    return std::make_unique<WindowPattern>(text, window);
  };
  return GatheredAttention(std::move(q), std::move(rows.k), std::move(rows.v), at::Tensor(),
                           make_pattern, sizes_.Scale());
}

at::Tensor Nsa::Choose(const at::Tensor& weights) const {
  const at::NoGradGuard no_gradient;
  const std::int64_t group = sizes_.heads / sizes_.key_heads;
  at::Tensor index = at::empty({sizes_.batch, sizes_.key_heads, text_.queries, chosen_},
                               weights.options().dtype(at::kInt));
  ForEachHead(sizes_.batch, sizes_.key_heads, [&](std::int64_t b, std::int64_t g) {
    const at::Tensor of_group = weights.select(0, b).narrow(0, g * group, group);
    const auto score = [&](std::int64_t first, std::int64_t rows) {
      return BlockScores(of_group.narrow(1, first, rows).sum(0));
    };
    ChooseBlocks(text_, block_, score, index.select(0, b).select(0, g));
  });
  return index;
}

// The text in pieces of s: stretch i covers the l/s pieces from i on, block j consists of the b/s
// pieces from j*b/s on. So block j takes the weight of stretch j*b/s + d, where d = m - n runs over
// its pieces m and the places n of a piece within a stretch, as often as d is such a difference.
at::Tensor Nsa::BlockScores(const at::Tensor& weights) const {
  const std::int64_t pieces = block_ / stretches_.stride;
  const std::int64_t places = stretches_.length / stretches_.stride;
  const std::int64_t blocks = (text_.keys + block_ - 1) / block_;
  at::Tensor scores = at::zeros({weights.size(0), blocks}, weights.options());
  for (std::int64_t d = 1 - places; d < pieces; ++d) {
    const std::int64_t times = std::min({d + places, pieces - d, places, pieces});
    const std::int64_t first = d < 0 ? (pieces - 1 - d) / pieces : 0;
    if (first * pieces + d >= weights.size(1)) continue;
    const at::Tensor terms = weights.slice(1, first * pieces + d, weights.size(1), pieces);
    const std::int64_t count = std::min(terms.size(1), blocks - first);
    if (count <= 0) continue;
    scores.narrow(1, first, count).add_(terms.narrow(1, 0, count), times);
  }
  return scores;
}

}  // namespace

std::unique_ptr<Module> MakeNsa(const Sizes& sizes) {
  RequireDivisor(sizes, "b");
  RequireDivisor(sizes, "compression_block");
  return std::make_unique<Nsa>(sizes);
}

}  // namespace costcheck
