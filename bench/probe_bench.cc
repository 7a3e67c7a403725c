// What the probes cost a training step of a small GPT: the step with and without a probe in turn,
// in one run, so that the machine's own speed and its other load cancel in each pair.

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <malloc.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "verify/probe/environment.h"
#include "verify/probe/flop_probe.h"
#include "verify/probe/memory_probe.h"

namespace costcheck {
namespace {

constexpr std::int64_t kLayers = 4, kWidth = 128, kHeads = 4, kLength = 64, kBatch = 16,
                       kVocabulary = 1000;
constexpr int kWarmUp = 5;

class TinyGpt {
 public:
  TinyGpt() {
    tokens_ = at::randint(kVocabulary, {kBatch, kLength}, at::kLong);
    targets_ = at::randint(kVocabulary, {kBatch * kLength}, at::kLong);
    types_ = Add({kVocabulary, kWidth});
    positions_ = Add({kLength, kWidth});
    mask_ = at::full({kLength, kLength}, -1e9).triu(1);
    for (Layer& layer : layers_) {
      layer.mixed = Add({3 * kWidth, kWidth});
      layer.output = Add({kWidth, kWidth});
      layer.up = Add({4 * kWidth, kWidth});
      layer.down = Add({kWidth, 4 * kWidth});
    }
    head_ = Add({kVocabulary, kWidth});
  }

  void Step() {
    Loss().backward();
    const at::NoGradGuard no_grad;
    for (at::Tensor& parameter : parameters_) {
      parameter.sub_(parameter.grad(), 1e-3);
      parameter.mutable_grad().reset();
    }
  }

 private:
  struct Layer {
    at::Tensor mixed, output, up, down;
  };

  at::Tensor Add(at::IntArrayRef shape) {
    parameters_.push_back(at::randn(shape).mul_(0.02).requires_grad_());
    return parameters_.back();
  }

  static at::Tensor Normed(const at::Tensor& x) { return at::layer_norm(x, {kWidth}); }

  at::Tensor Attend(const at::Tensor& x, const Layer& layer) const {
    constexpr std::int64_t kHeadWidth = kWidth / kHeads;
    const auto heads = at::linear(x, layer.mixed)
                           .view({kBatch, kLength, 3, kHeads, kHeadWidth})
                           .permute({2, 0, 3, 1, 4});
    const auto scores = at::matmul(heads[0], heads[1].transpose(-2, -1)) /
                            std::sqrt(static_cast<double>(kHeadWidth)) +
                        mask_;
    const auto mixed = at::matmul(at::softmax(scores, -1), heads[2]);
    return at::linear(mixed.transpose(1, 2).reshape({kBatch, kLength, kWidth}), layer.output);
  }

  at::Tensor Loss() const {
    auto x = at::embedding(types_, tokens_) + positions_;
    for (const Layer& layer : layers_) {
      x = x + Attend(Normed(x), layer);
      x = x + at::linear(at::gelu(at::linear(Normed(x), layer.up)), layer.down);
    }
    const auto logits = at::linear(Normed(x), head_).view({-1, kVocabulary});
    return at::cross_entropy_loss(logits, targets_);
  }

  std::vector<at::Tensor> parameters_;
  at::Tensor tokens_, targets_, types_, positions_, mask_, head_;
  std::array<Layer, kLayers> layers_;
};

/// Of processor time: of one thread's work, without what others took meanwhile.
double Milliseconds(const std::function<void()>& work) {
  const std::clock_t start = std::clock();
  work();
  return 1e3 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

double Quantile(std::vector<double> values, double at) {
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(at * static_cast<double>(values.size() - 1))];
}

/// Runs `plain` and `probed` in turn, each first in every other pair.
void Compare(const char* name, int pairs, const std::function<void()>& plain,
             const std::function<void()>& probed) {
  std::vector<double> ratios, times;
  for (int pair = -kWarmUp; pair < pairs; ++pair) {
    const bool plain_first = pair % 2 == 0;
    const double first = Milliseconds(plain_first ? plain : probed);
    const double second = Milliseconds(plain_first ? probed : plain);
    if (pair < 0) continue;
    times.push_back(plain_first ? first : second);
    ratios.push_back(plain_first ? second / first : first / second);
  }
  const auto percent = [&](double at) { return 100 * (Quantile(ratios, at) - 1); };
  std::printf("%-29s %+6.2f %%, half of the pairs from %+.2f to %+.2f %%; step %.2f ms without\n",
              name, percent(0.5), percent(0.25), percent(0.75), Quantile(times, 0.5));
}

/// Otherwise it is chance which steps find the heap's end returned to the system, and fetch it
/// again page by page.
void KeepHeap() {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
}

void Run(int pairs) {
  KeepHeap();
  at::set_num_threads(1);
  const Environment environment = CurrentEnvironment();
  std::printf("LibTorch %s, %s, %s, 1 thread, %d pairs\n", environment.libtorch.c_str(),
              environment.blas.c_str(), environment.cpu_capability.c_str(), pairs);
  TinyGpt model;
  const auto step = [&] { model.Step(); };
  std::int64_t callbacks = 0;
  std::int64_t events = 0;
  std::printf("overhead, median of paired ratios:\n");
  Compare("nothing (noise)", pairs, step, step);
  Compare("FLOP probe (goal <= 10 %)", pairs, step, [&] {
    FlopProbe probe;
    model.Step();
    callbacks = probe.Stop().callbacks;
  });
  Compare("memory probe (goal <= 2 %)", pairs, step, [&] {
    const MemoryProbe probe;
    model.Step();
    events = probe.events();
  });
  std::printf("a step makes %lld callbacks, %lld allocations and releases\n",
              static_cast<long long>(callbacks), static_cast<long long>(events));
}

}  // namespace
}  // namespace costcheck

int main(int argc, char** argv) {
  costcheck::Run(argc > 1 ? std::atoi(argv[1]) : 100);
  return 0;
}
