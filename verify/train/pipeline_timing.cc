#include "verify/train/pipeline_timing.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "costmodel/algebra/error.h"
#include "statistics/summary.h"
#include "verify/train/attention_core.h"
#include "verify/train/dropout.h"
#include "verify/train/layer.h"
#include "verify/train/pipeline_cost.h"
#include "verify/train/pipeline_head.h"

namespace costcheck {
namespace {

class SparseHeadsAttention final : public Module {
 public:
  SparseHeadsAttention(const TimingSpec& timing, const TimedShape& shape, std::uint64_t seed);

  std::vector<InputSpec> Inputs() const override {
    return {{"x", {batch_ * shape_.length, shape_.width}}};
  }
  std::vector<at::Tensor> Forward(std::vector<at::Tensor> inputs) override;

 private:
  std::int64_t head_width() const { return shape_.width / shape_.heads; }
  std::int64_t sparse() const { return static_cast<std::int64_t>(sparse_.size()); }
  /// All of [B, T, w] for q and v of one head.
  at::Tensor Sparse(SparseHead& head, const at::Tensor& q, const at::Tensor& v) const;
  at::Tensor ExactOneByOne(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) const;
  /// [B, n, T, w] for the n exact heads of [B, T, 3, H, w].
  at::Tensor ExactAtOnce(const at::Tensor& projected) const;

  std::int64_t batch_;
  bool causal_;
  TimedShape shape_;
  std::vector<SparseHead> sparse_;
  at::Tensor in_weight_, in_bias_, out_weight_, out_bias_;
};

SparseHeadsAttention::SparseHeadsAttention(const TimingSpec& timing, const TimedShape& shape,
                                           std::uint64_t seed)
    : batch_(timing.sequences), causal_(timing.causal), shape_(shape) {
  COSTCHECK_CHECK(timing.sparse_heads <= shape.heads && shape.width % shape.heads == 0);
  PipelineSpec pipeline;
  pipeline.kept = shape.kept;
  pipeline.selector_hidden = pipeline.approximator_hidden = shape.hidden;
  pipeline.own_values = pipeline.future_keys = !timing.causal;
  for (std::int64_t head = 0; head < timing.sparse_heads; ++head) {
    sparse_.emplace_back(pipeline, shape.length, head_width(), seed);
  }
  in_weight_ = AddParameter("in.weight", {3 * shape.width, shape.width});
  in_bias_ = AddConstantParameter("in.bias", {3 * shape.width}, 0);
  out_weight_ = AddParameter("out.weight", {shape.width, shape.width});
  out_bias_ = AddConstantParameter("out.bias", {shape.width}, 0);
}

std::vector<at::Tensor> SparseHeadsAttention::Forward(std::vector<at::Tensor> inputs) {
  const c10::NoGradGuard no_gradients;
  const at::Tensor projected = Linear(std::move(inputs.front()), in_weight_, in_bias_)
                                   .view({batch_, shape_.length, 3, shape_.heads, head_width()});
  const std::vector<at::Tensor> parts = projected.permute({2, 0, 3, 1, 4}).unbind(0);
  std::vector<at::Tensor> heads;
  for (std::int64_t head = 0; head < sparse(); ++head) {
    SparseHead& mlps = sparse_[static_cast<std::size_t>(head)];
    heads.push_back(Sparse(mlps, parts[0].select(1, head), parts[2].select(1, head)).unsqueeze(1));
  }
  if (causal_ && sparse() < shape_.heads) {
    heads.push_back(ExactAtOnce(projected));
  } else {
    for (std::int64_t head = sparse(); head < shape_.heads; ++head) {
      heads.push_back(ExactOneByOne(parts[0].select(1, head), parts[1].select(1, head),
                                    parts[2].select(1, head))
                          .unsqueeze(1));
    }
  }
  const at::Tensor all = at::cat(heads, 1).transpose(1, 2).reshape({-1, shape_.width});
  return ListOf(Linear(all, out_weight_, out_bias_));
}

at::Tensor SparseHeadsAttention::Sparse(SparseHead& head, const at::Tensor& q,
                                        const at::Tensor& v) const {
  const at::Tensor chosen = head.Choose(q);
  if (causal_) return head.Approximate(v, chosen);
  return head.approximator()(OwnValueRows(v, chosen.size(2))).view(v.sizes());
}

at::Tensor SparseHeadsAttention::ExactOneByOne(const at::Tensor& q, const at::Tensor& k,
                                               const at::Tensor& v) const {
  const at::Tensor scores =
      at::matmul(q, k.transpose(1, 2)).div_(std::sqrt(static_cast<double>(head_width())));
  const at::Tensor hidden = at::ones({shape_.length, shape_.length}).tril_().eq(0);
  const at::Tensor seen = scores.masked_fill(hidden, -std::numeric_limits<double>::infinity());
  return at::matmul(at::softmax(seen, -1), v);
}

at::Tensor SparseHeadsAttention::ExactAtOnce(const at::Tensor& projected) const {
  const std::int64_t exact = shape_.heads - sparse();
  const at::Tensor side_by_side =
      projected.narrow(3, sparse(), exact).reshape({batch_ * shape_.length, -1});
  return SelfAttentionCore(side_by_side, {batch_, shape_.length, exact, head_width(), true}, {})
      .view({batch_, shape_.length, exact, head_width()})
      .transpose(1, 2);
}

double SecondsOf(Module& module, const at::Tensor& x) {
  using Clock = std::chrono::steady_clock;
  const c10::NoGradGuard no_gradients;
  const Clock::time_point start = Clock::now();
  module.Forward(ListOf(x));
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Seconds of each run, one beside the other.
struct Times {
  std::vector<double> full, sparse, ratio;
};

Times TimeInTurns(const TimingSpec& timing, Module& full, Module& sparse, const at::Tensor& x) {
  for (std::int64_t i = 0; i < timing.warmups; ++i) {
    SecondsOf(full, x);
    SecondsOf(sparse, x);
  }
  Times times;
  for (std::int64_t i = 0; i < timing.runs; ++i) {
    const bool sparse_first = i % 2 == 1;
    if (sparse_first) times.sparse.push_back(SecondsOf(sparse, x));
    times.full.push_back(SecondsOf(full, x));
    if (!sparse_first) times.sparse.push_back(SecondsOf(sparse, x));
    times.ratio.push_back(times.full.back() / times.sparse.back());
  }
  return times;
}

}  // namespace

std::unique_ptr<Module> MakeSparseHeadsAttention(const TimingSpec& timing, const TimedShape& shape,
                                                 std::uint64_t seed) {
  at::manual_seed(seed);
  return std::make_unique<SparseHeadsAttention>(timing, shape, seed);
}

RunResult TimeShape(const TimingSpec& timing, const TimedShape& shape, std::uint64_t seed) {
  const auto sparse = MakeSparseHeadsAttention(timing, shape, seed);
  Dropout none(0);
  DenseSelfAttention full({.batch = timing.sequences,
                           .length = shape.length,
                           .width = shape.width,
                           .heads = shape.heads,
                           .inner = 0,
                           .causal = timing.causal},
                          none);
  const at::Tensor x = sparse->MakeInputs().front();
  const Times times = TimeInTurns(timing, full, *sparse, x);
  RunResult result;
  result.steps = timing.runs;
  result.seconds = Sum(times.full) + Sum(times.sparse);
  result.metrics = {
      {"time_ratio", Median(times.ratio)},
      {"time_ratio_lower_quartile", Quantile(times.ratio, 0.25)},
      {"time_ratio_upper_quartile", Quantile(times.ratio, 0.75)},
      {"predicted_time_ratio", static_cast<double>(PredictedTimeRatio(shape, timing.sparse_heads))},
      {"full_seconds", Median(times.full)},
      {"sparse_seconds", Median(times.sparse)},
  };
  return result;
}

}  // namespace costcheck
