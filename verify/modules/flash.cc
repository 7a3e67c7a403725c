#include "verify/modules/flash.h"

#include <ATen/Functions.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "verify/modules/attention.h"
#include "verify/modules/dense_core.h"

namespace costcheck {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Where a running maximum starts: below every score, and finite, so that the difference to a
/// masked score is -inf and not undefined.
constexpr double kBelowEveryScore = -1e30;

/// Which tiles there are, and which of them are computed.
struct Tiling {
  std::int64_t queries, keys, tile;
  bool causal;
  double scale;  // of scores

  std::int64_t QueryTiles() const { return (queries + tile - 1) / tile; }
  /// Tiles of keys that a tile of queries sees any of; they are the first ones.
  std::int64_t KeyTiles(std::int64_t query_tile) const {
    const std::int64_t last = std::min((query_tile + 1) * tile, queries) - 1;
    const std::int64_t seen = causal ? std::max<std::int64_t>(keys - queries + last + 1, 0) : keys;
    return (seen + tile - 1) / tile;
  }
};

/// Rows of a tensor [B, n, heads, w], tile by tile, as [B*groups, heads/groups*tile, w].
class TiledRows {
 public:
  TiledRows(const at::Tensor& rows, std::int64_t groups, std::int64_t tile)
      : rows_(rows.view({rows.size(0), rows.size(1), groups, rows.size(2) / groups, rows.size(3)})
                  .permute({0, 2, 3, 1, 4})),
        tile_(tile) {}

  at::Tensor NewTile() const {
    return at::empty({rows_.size(0) * rows_.size(1), rows_.size(2) * tile_, rows_.size(4)},
                     rows_.options());
  }
  /// Zeros stand behind the last row.
  void Load(std::int64_t index, const at::Tensor& tile) const {
    const at::Tensor part = Part(index), padded = ByHead(tile);
    const std::int64_t there = part.size(3);
    padded.narrow(3, 0, there).copy_(part);
    padded.narrow(3, there, tile_ - there).zero_();
  }
  void Store(std::int64_t index, const at::Tensor& tile) const {
    const at::Tensor part = Part(index);
    part.copy_(ByHead(tile).narrow(3, 0, part.size(3)));
  }
  void Add(std::int64_t index, const at::Tensor& tile, double times) const {
    const at::Tensor part = Part(index);
    part.add_(ByHead(tile).narrow(3, 0, part.size(3)), times);
  }

 private:
  at::Tensor Part(std::int64_t index) const {
    const std::int64_t first = index * tile_;
    return rows_.narrow(3, first, std::min(tile_, rows_.size(3) - first));
  }
  at::Tensor ByHead(const at::Tensor& tile) const {
    return tile.view({rows_.size(0), rows_.size(1), rows_.size(2), tile_, rows_.size(4)});
  }

  at::Tensor rows_;  // [B, groups, heads/groups, n, w]
  std::int64_t tile_;
};

/// Room for a number, or a row of numbers, for every row of a tile of queries.
at::Tensor NewColumns(const at::Tensor& tile, std::int64_t columns) {
  return at::empty({tile.size(0), tile.size(1), columns}, tile.options());
}

/// scores = scale * q k^T of one tile; -inf for keys that are not there, or come after the query.
void ComputeScores(const Tiling& tiling, std::int64_t query_tile, std::int64_t key_tile,
                   const at::Tensor& q, const at::Tensor& k, at::Tensor scores) {
  scores.zero_();  // small products multiply by beta, whatever it is
  at::baddbmm_out(scores, scores, q, k.transpose(1, 2), /*beta=*/0, tiling.scale);
  const std::int64_t tile = tiling.tile, first = key_tile * tile;
  const std::int64_t there = std::min(tile, tiling.keys - first);
  scores.narrow(2, there, tile - there).fill_(-std::numeric_limits<double>::infinity());
  if (!tiling.causal) return;
  const std::int64_t after = tiling.keys - tiling.queries + query_tile * tile - first + 1;
  MaskLaterKeys(scores.view({-1, tile, tile}), after);
}

/// The output of one tile of queries, tile by tile of keys.
class OnlineSoftmax {
 public:
  explicit OnlineSoftmax(at::Tensor sums)
      : sums_(std::move(sums)),
        maximum_(NewColumns(sums_, 1)),
        total_(NewColumns(sums_, 1)),
        next_(NewColumns(sums_, 1)) {}

  void Start() {
    sums_.zero_();
    total_.zero_();
    maximum_.fill_(kBelowEveryScore);
  }
  /// Overwrites the scores.
  void Take(at::Tensor scores, const at::Tensor& values) {
    at::amax_out(next_, scores, -1, /*keepdim=*/true);
    at::maximum_out(next_, next_, maximum_);
    const at::Tensor correction = maximum_.sub_(next_).exp_();
    scores.sub_(next_).exp_();
    sums_.mul_(correction).baddbmm_(scores, values);
    total_.mul_(correction);
    total_.add_(at::sum_out(maximum_, scores, -1, /*keepdim=*/true));
    std::swap(maximum_, next_);
  }
  /// A total is at least the 1 of its greatest score, or 0 where a row saw nothing: such a row
  /// comes to zeros.
  const at::Tensor& Output() {
    total_.clamp_min_(0.5);
    return sums_.div_(total_);
  }
  /// After Output.
  const at::Tensor& LogSumExp() { return maximum_.add_(total_.log_()); }

 private:
  at::Tensor sums_;  // [B*H_kv, g*tile, w]; the others [B*H_kv, g*tile, 1]
  at::Tensor maximum_, total_, next_;
};

class FlashFunction : public torch::autograd::Function<FlashFunction> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& q, const at::Tensor& k,
                            const at::Tensor& v, std::int64_t tile, bool causal, double scale);
  static variable_list backward(AutogradContext* context, const variable_list& gradients);
};

at::Tensor FlashFunction::forward(AutogradContext* context, const at::Tensor& q,
                                  const at::Tensor& k, const at::Tensor& v, std::int64_t tile,
                                  bool causal, double scale) {
  const Tiling tiling = {q.size(1), k.size(1), tile, causal, scale};
  const std::int64_t groups = k.size(2);
  const at::Tensor out = at::empty(q.sizes(), q.options());
  const at::Tensor log_sum_exp = at::empty({q.size(0), q.size(1), q.size(2), 1}, q.options());
  const TiledRows queries(q, groups, tile), keys(k, groups, tile), values(v, groups, tile);
  const TiledRows outputs(out, groups, tile), sums(log_sum_exp, groups, tile);
  const at::Tensor query_tile = queries.NewTile(), scores = NewColumns(query_tile, tile);
  const at::Tensor key_tile = keys.NewTile(), value_tile = values.NewTile();
  OnlineSoftmax softmax(outputs.NewTile());
  for (std::int64_t i = 0; i < tiling.QueryTiles(); ++i) {
    queries.Load(i, query_tile);
    softmax.Start();
    for (std::int64_t j = 0; j < tiling.KeyTiles(i); ++j) {
      keys.Load(j, key_tile);
      ComputeScores(tiling, i, j, query_tile, key_tile, scores);
      values.Load(j, value_tile);
      softmax.Take(scores, value_tile);
    }
    outputs.Store(i, softmax.Output());
    sums.Store(i, softmax.LogSumExp());
  }
  context->save_for_backward({q, k, v, out, log_sum_exp});
  context->saved_data["tile"] = tile;
  context->saved_data["causal"] = causal;
  context->saved_data["scale"] = scale;
  return out;
}

/// Dao 2022, Algorithm 4, a tile of queries at a time.
class FlashBackward {
 public:
  FlashBackward(const variable_list& saved, const at::Tensor& out_gradient, const Tiling& tiling,
                const variable_list& gradients)
      : tiling_(tiling),
        groups_(saved[1].size(2)),
        queries_(Tiled(saved[0])),
        keys_(Tiled(saved[1])),
        values_(Tiled(saved[2])),
        outputs_(Tiled(saved[3])),
        sums_(Tiled(saved[4])),
        out_gradients_(Tiled(out_gradient)),
        query_gradients_(Tiled(gradients[0])),
        key_gradients_(Tiled(gradients[1])),
        value_gradients_(Tiled(gradients[2])) {}

  void Run() {
    for (std::int64_t i = 0; i < tiling_.QueryTiles(); ++i) {
      LoadQueries(i);
      for (std::int64_t j = 0; j < tiling_.KeyTiles(i); ++j) RunTile(i, j);
      query_gradients_.Store(i, q_gradient_);
    }
  }

 private:
  TiledRows Tiled(const at::Tensor& rows) const { return {rows, groups_, tiling_.tile}; }

  /// The tile of gradients holds the product of output and gradient for a moment.
  void LoadQueries(std::int64_t i) {
    queries_.Load(i, q_);
    out_gradients_.Load(i, out_gradient_);
    sums_.Load(i, log_sum_exp_);
    outputs_.Load(i, q_gradient_);
    at::sum_out(correction_, q_gradient_.mul_(out_gradient_), -1, /*keepdim=*/true);
    q_gradient_.zero_();
  }

  void RunTile(std::int64_t i, std::int64_t j) {
    keys_.Load(j, k_);
    values_.Load(j, v_);
    ComputeScores(tiling_, i, j, q_, k_, weights_);
    weights_.sub_(log_sum_exp_).exp_();
    value_gradients_.Add(j, at::bmm_out(product_, weights_.transpose(1, 2), out_gradient_), 1);
    at::bmm_out(score_gradients_, out_gradient_, v_.transpose(1, 2));
    score_gradients_.sub_(correction_).mul_(weights_);
    q_gradient_.baddbmm_(score_gradients_, k_, /*beta=*/1, tiling_.scale);
    key_gradients_.Add(j, at::bmm_out(product_, score_gradients_.transpose(1, 2), q_),
                       tiling_.scale);
  }

  Tiling tiling_;
  std::int64_t groups_;
  TiledRows queries_, keys_, values_, outputs_, sums_, out_gradients_;
  TiledRows query_gradients_, key_gradients_, value_gradients_;
  // The workspace.
  at::Tensor q_ = queries_.NewTile(), out_gradient_ = queries_.NewTile();
  at::Tensor q_gradient_ = queries_.NewTile();
  at::Tensor log_sum_exp_ = NewColumns(q_, 1), correction_ = NewColumns(q_, 1);
  at::Tensor weights_ = NewColumns(q_, tiling_.tile);
  at::Tensor score_gradients_ = NewColumns(q_, tiling_.tile);
  at::Tensor k_ = keys_.NewTile(), v_ = keys_.NewTile(), product_ = keys_.NewTile();
};

variable_list FlashFunction::backward(AutogradContext* context, const variable_list& gradients) {
  const variable_list saved = context->get_saved_variables();
  const at::Tensor &q = saved[0], &k = saved[1], &v = saved[2];
  const Tiling tiling = {q.size(1), k.size(1), context->saved_data["tile"].toInt(),
                         context->saved_data["causal"].toBool(),
                         context->saved_data["scale"].toDouble()};
  const variable_list results = {at::empty(q.sizes(), q.options()),
                                 at::zeros(k.sizes(), k.options()),
                                 at::zeros(v.sizes(), v.options())};
  FlashBackward(saved, gradients[0], tiling, results).Run();
  return {results[0], results[1], results[2], {}, {}, {}};
}

class Flash final : public AttentionModule {
 public:
  explicit Flash(const Sizes& sizes) : AttentionModule(sizes), tile_(sizes["tile"]) {
    AddProjections();
  }

 private:
  at::Tensor Attend(at::Tensor x, at::Tensor context) override {
    Projected p = ProjectAll(std::move(x), std::move(context));
    return FlashFunction::apply(p.q, p.k, p.v, tile_, sizes_.causal, sizes_.Scale()).flatten(2, 3);
  }

  std::int64_t tile_;
};

}  // namespace

std::unique_ptr<Module> MakeFlash(const Sizes& sizes) { return std::make_unique<Flash>(sizes); }

}  // namespace costcheck
