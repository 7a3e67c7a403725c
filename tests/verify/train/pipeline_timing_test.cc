#include "verify/train/pipeline_timing.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>

#include "tests/catch.h"
#include "tests/verify/train/near.h"
#include "verify/train/layer.h"
#include "verify/train/pipeline_cost.h"

namespace costcheck {
namespace {

constexpr TimedShape kShape = {.length = 7, .width = 10, .heads = 5, .kept = 3, .hidden = 11};

TimingSpec Spec(bool causal, std::int64_t sparse_heads) {
  TimingSpec timing;
  timing.sequences = 3;
  timing.sparse_heads = sparse_heads;
  timing.causal = causal;
  timing.warmups = 1;
  timing.runs = 5;
  timing.shapes = {kShape};
  return timing;
}

/// Full causal attention with the same projections.
std::unique_ptr<Module> FullLike(const Module& sparse, Dropout& none) {
  const c10::NoGradGuard no_gradients;
  auto full = std::make_unique<DenseSelfAttention>(
      LayerSizes{.batch = 3, .length = 7, .width = 10, .heads = 5, .inner = 0}, none);
  for (std::size_t i = 0; i < full->parameters().size(); ++i) {
    at::Tensor(full->parameters()[i].tensor).copy_(sparse.parameters()[i].tensor);
  }
  return full;
}

/// Largest difference of the outputs, x given to both.
double Difference(Module& a, Module& b, const at::Tensor& x) {
  const c10::NoGradGuard no_gradients;
  return at::sub(a.Forward(ListOf(x)).front(), b.Forward(ListOf(x)).front())
      .abs()
      .max()
      .item<double>();
}

}  // namespace

TEST_CASE("Without sparse heads both forms are full causal attention") {
  for (const bool causal : {true, false}) {
    const auto none_sparse = MakeSparseHeadsAttention(Spec(causal, 0), kShape, 3);
    Dropout none(0);
    const auto full = FullLike(*none_sparse, none);
    const at::Tensor x = at::randn({21, 10});
    CHECK(Difference(*none_sparse, *full, x) < 1e-6);
  }
}

TEST_CASE("A sparse head changes its own outputs alone") {
  for (const bool causal : {true, false}) {
    const auto sparse = MakeSparseHeadsAttention(Spec(causal, 2), kShape, 3);
    Dropout none(0);
    const auto full = FullLike(*sparse, none);
    const at::Tensor x = at::randn({21, 10});
    CHECK(Difference(*sparse, *full, x) > 1e-4);
    // Through the last three heads alone, both are the same.
    const c10::NoGradGuard no_gradients;
    for (Module* each : {sparse.get(), full.get()}) {
      each->parameters()[2].tensor.narrow(1, 0, 4).zero_();
    }
    CHECK(Difference(*sparse, *full, x) < 1e-6);
  }
}

TEST_CASE("No later token changes an earlier output of the causal form") {
  const c10::NoGradGuard no_gradients;
  const auto sparse = MakeSparseHeadsAttention(Spec(true, 2), kShape, 3);
  const at::Tensor x = at::randn({21, 10});
  at::Tensor changed = x.clone();
  changed.select(0, 6).add_(3);  // the first sequence's last token
  const at::Tensor difference =
      at::sub(sparse->Forward(ListOf(x)).front(), sparse->Forward(ListOf(changed)).front());
  CHECK(difference.narrow(0, 0, 6).abs().max().item<double>() < 1e-6);
  CHECK(difference.select(0, 6).abs().max().item<double>() > 1e-4);
}

TEST_CASE("A timed shape has its metrics in order") {
  const RunResult result = TimeShape(Spec(false, 1), kShape, 7);
  CHECK(result.steps == 5);
  const auto metric = [&](std::string_view name) { return *FindMetric(result, name); };
  for (const RunMetric& each : result.metrics) {
    CHECK(std::ranges::find(kMetricNames, each.name) != std::end(kMetricNames));
    CHECK(each.value > 0);
  }
  CHECK(metric("time_ratio_lower_quartile") <= metric("time_ratio"));
  CHECK(metric("time_ratio") <= metric("time_ratio_upper_quartile"));
  CHECK(metric("full_seconds") < result.seconds);
  CHECK(Near(metric("predicted_time_ratio"), static_cast<double>(PredictedTimeRatio(kShape, 1))));
}

TEST_CASE("More keys and wider MLPs make the sparse side slower") {
  TimedShape wide = kShape;
  wide.hidden = 4096;
  const TimingSpec timing = Spec(true, 1);
  const auto ratio = [&](const TimedShape& shape) {
    return *FindMetric(TimeShape(timing, shape, 7), "time_ratio");
  };
  CHECK(ratio(wide) < ratio(kShape));
}

}  // namespace costcheck
