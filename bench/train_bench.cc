// Training steps of a small GPT beside the machine's own rate of matrix products, in turn in one
// run: steps and a product of 1024 x 1024 matrices, so that other load cancels in each pair. Times
// are of the processor, at one thread. bench/train_bench.py does the same in Python's PyTorch, and
// bench/compare_training runs both in turn.

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <malloc.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <vector>

#include "verify/modules/optimizer.h"
#include "verify/probe/environment.h"
#include "verify/probe/flop_probe.h"
#include "verify/train/evaluation.h"
#include "verify/train/initialization.h"
#include "verify/train/model.h"

namespace costcheck {
namespace {

constexpr std::int64_t kTypes = 1000, kLength = 64, kBatch = 16, kProduct = 1024;
constexpr int kStepsAtATime = 5, kProductsAtATime = 10, kWarmUp = 2;

ModelPlan Plan() {
  ModelPlan plan;
  plan.types = kTypes;
  plan.batch = kBatch;
  plan.length = kLength;
  plan.model.width = 128;
  plan.model.layers = 4;
  plan.model.heads = 8;
  plan.model.inner = 512;
  plan.arm.name = "full";
  return plan;
}

class Training {
 public:
  Training()
      : model_(Plan()), optimizer_((Initialize(Plan().model, 1, model_), model_.parameters())) {
    tokens_ = at::randint(kTypes, {kBatch * kLength}, at::kInt);
    targets_ = at::randint(kTypes, {kBatch * kLength}, at::kLong);
  }

  void Step() {
    {
      std::vector<at::Tensor> outputs = model_.Forward(ListOf(tokens_));
      at::Tensor loss = MeanLoss(outputs.front(), targets_);
      outputs.clear();
      loss.backward();
    }
    optimizer_.Step();
    optimizer_.ReleaseGradients();
  }

  std::int64_t FlopsOfStep() {
    FlopProbe probe;
    Step();
    const FlopReport report = probe.Stop();
    return report.forward + report.backward;
  }

 private:
  TrainedModel model_;
  AdamW optimizer_;
  at::Tensor tokens_, targets_;
};

/// Of the processor.
template <class Work>
double Seconds(int times, const Work& work) {
  const std::clock_t start = std::clock();
  for (int i = 0; i < times; ++i) work();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC / times;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void Run(int pairs) {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  at::set_num_threads(1);
  const Environment environment = CurrentEnvironment();
  std::printf("LibTorch %s, %s, core %s, ATen %s, 1 thread\n", environment.libtorch.c_str(),
              environment.blas.c_str(), environment.blas_core.c_str(),
              environment.cpu_capability.c_str());
  Training training;
  const auto flops = static_cast<double>(training.FlopsOfStep());
  const at::Tensor a = at::randn({kProduct, kProduct}), b = at::randn({kProduct, kProduct});
  std::vector<double> rates, products, ratios;
  for (int pair = -kWarmUp; pair < pairs; ++pair) {
    const double step = Seconds(kStepsAtATime, [&] { training.Step(); });
    const double product = Seconds(kProductsAtATime, [&] { at::mm(a, b); });
    if (pair < 0) continue;
    rates.push_back(flops / step);
    products.push_back(2.0 * kProduct * kProduct * kProduct / product);
    ratios.push_back(rates.back() / products.back());
  }
  const double rate = Median(rates);
  std::printf("step_flops %.0f\n", flops);
  std::printf("tokens_per_s %.0f\n", rate / flops * kBatch * kLength);
  std::printf("model_gflops_per_s %.2f\n", rate / 1e9);
  std::printf("matmul_gflops_per_s %.2f\n", Median(products) / 1e9);
  std::printf("ratio %.4f  (goal: at least 0.60; from %.4f to %.4f over %d pairs)\n",
              Median(ratios), *std::min_element(ratios.begin(), ratios.end()),
              *std::max_element(ratios.begin(), ratios.end()), pairs);
}

}  // namespace
}  // namespace costcheck

int main(int argc, char** argv) {
  costcheck::Run(argc > 1 ? std::max(1, std::atoi(argv[1])) : 20);
  return 0;
}
