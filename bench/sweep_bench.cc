// A layer's training cost over a million lengths: the compiled formula beside the
// same formula written by hand. The goal is at least half the hand-written rate.

#include <benchmark/benchmark.h>

#include <vector>

#include "costmodel/algebra/sweep.h"
#include "costmodel/component.h"
#include "costmodel/metric.h"
#include "costmodel/operators/convention.h"

namespace costcheck {
namespace {

constexpr std::size_t kLengths = 1000000;

std::vector<double> Lengths() {
  std::vector<double> lengths(kLengths);
  for (std::size_t i = 0; i < kLengths; ++i) lengths[i] = static_cast<double>(i + 1);
  return lengths;
}

/// One layer of width 4096 with 32 heads, forward and backward, in FLOPs.
Expr LayerTrainingCost() {
  Settings settings;
  settings.phase = Phase::kTraining;
  for (const auto& [name, value] : {std::pair<const char*, int>{"d", 4096}, {"H", 32}}) {
    settings.Set(name, Expr(value));
  }
  Convention convention = FindConvention("first-principles");
  convention.scope = Scope::kLayer;
  return Evaluate(*FindComponent("full"), settings, convention, Metric::kFlops);
}

void LayerSweep(benchmark::State& state) {
  const std::vector<double> lengths = Lengths();
  std::vector<double> costs(kLengths);
  const Sweep sweep(LayerTrainingCost(), {Symbol("T", Domain::kNonNegativeInteger)});
  const std::vector<std::span<const double>> columns{lengths};
  for (auto _ : state) {
    sweep.Run(columns, costs);
    benchmark::DoNotOptimize(costs.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kLengths));
}
BENCHMARK(LayerSweep)->Unit(benchmark::kMillisecond);

void LayerSweepReference(benchmark::State& state) {
  const std::vector<double> lengths = Lengths();
  std::vector<double> costs(kLengths);
  double d = 4096;
  benchmark::DoNotOptimize(d);
  for (auto _ : state) {
    for (std::size_t i = 0; i < kLengths; ++i) {
      const double t = lengths[i];
      // Projections and feed-forward 12 d^2, causal scores and values 2 d pairs,
      // a multiply-add is 2 FLOPs, forward and backward are 3 forwards.
      costs[i] = 6 * (12 * d * d * t + d * t * (t + 1));
    }
    benchmark::DoNotOptimize(costs.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kLengths));
}
BENCHMARK(LayerSweepReference)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace costcheck

BENCHMARK_MAIN();
