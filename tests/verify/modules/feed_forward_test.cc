#include "verify/modules/feed_forward.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "tests/catch.h"
#include "tests/verify/modules/module_check.h"
#include "verify/modules/loss.h"
#include "verify/modules/norm.h"
#include "verify/probe/flop_probe.h"
#include "verify/probe/memory_probe.h"

namespace costcheck {
namespace {

using Tensors = std::vector<at::Tensor>;

void CheckNear(const at::Tensor& a, const at::Tensor& b) {
  REQUIRE(a.sizes() == b.sizes());
  CHECK(at::abs(a - b).max().item<double>() <= 1e-12 * (1 + at::abs(b).max().item<double>()));
}

/// Output and gradients of a module of one input against a formula, at random parameters.
void CheckByFormula(Module& module, const std::function<at::Tensor(const at::Tensor&)>& formula) {
  Tensors leaves;
  for (const NamedTensor& parameter : module.parameters()) {
    const c10::NoGradGuard no_gradients;
    parameter.tensor.copy_(at::randn(parameter.tensor.sizes()));
    leaves.push_back(parameter.tensor);
  }
  const at::Tensor x = at::randn(module.Inputs()[0].shape).set_requires_grad(true);
  leaves.push_back(x);
  const at::Tensor got = module.Forward({x})[0], wanted = formula(x);
  CheckNear(got, wanted);
  const at::Tensor of_output = at::randn(got.sizes());
  const Tensors got_gradients = torch::autograd::grad({got}, leaves, {of_output});
  const Tensors wanted_gradients = torch::autograd::grad({wanted}, leaves, {of_output});
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    CheckNear(got_gradients[i], wanted_gradients[i]);
  }
}

at::Tensor Product(const Module& module, const at::Tensor& x, const std::string& name, bool bias) {
  const at::Tensor out = at::matmul(x, NamedOf(module, name + ".weight").t());
  return bias ? out + NamedOf(module, name + ".bias") : out;
}

/// Float32 numbers that a forward pass leaves allocated; inputs apart.
std::int64_t KeptNumbers(Module& module) {
  Tensors inputs = module.MakeInputs();
  inputs[0].set_requires_grad(true);
  MemoryProbe probe;
  const Tensors outputs = module.Forward(inputs);
  CHECK(probe.live() % 4 == 0);
  return probe.live() / 4;
}

}  // namespace

TEST_CASE("A feed-forward is its formula, forward and backward", "[verify][feed_forward]") {
  const InDoublePrecision in_double_precision;
  at::manual_seed(31);
  const bool bias = GENERATE(false, true);
  FeedForwardSizes sizes = {.batch = 2, .length = 5, .width = 7, .inner = 11, .bias = bias};
  SECTION("GELU by the error function") {
    FeedForwardModule module(sizes);
    CHECK(module.parameters().size() == (bias ? 4 : 2));
    CheckByFormula(module, [&](const at::Tensor& x) {
      const at::Tensor inner = Product(module, x, "W1", bias);
      return Product(module, inner * 0.5 * (1 + at::erf(inner / std::sqrt(2.0))), "W2", bias);
    });
  }
  SECTION("SwiGLU") {
    sizes.gated = true;
    FeedForwardModule module(sizes);
    CHECK(module.parameters().size() == (bias ? 6 : 3));
    CheckByFormula(module, [&](const at::Tensor& x) {
      const at::Tensor gate = Product(module, x, "W1", bias);
      const at::Tensor active = gate / (1 + at::exp(-gate));
      return Product(module, active * Product(module, x, "W3", bias), "W2", bias);
    });
  }
}

TEST_CASE("A feed-forward executes 4*d*f FLOPs a token, gated 6*d*f, and backward twice that",
          "[verify][feed_forward]") {
  const bool bias = GENERATE(false, true), gated = GENERATE(false, true);
  FeedForwardModule module({3, 5, 7, 11, bias, gated});
  const Tensors inputs = {module.MakeInputs()[0].set_requires_grad(true)};
  FlopProbe probe;
  module.Forward(inputs)[0].sum().backward();
  const FlopReport report = probe.Stop();
  const std::int64_t forward = (gated ? 6 : 4) * 15 * 7 * 11;
  CHECK(report.forward == forward);
  CHECK(report.backward == 2 * forward);
}

TEST_CASE("Norms are their formulas, forward and backward", "[verify][norm]") {
  const InDoublePrecision in_double_precision;
  at::manual_seed(32);
  const bool bias = GENERATE(false, true);
  SECTION("LayerNorm") {
    LayerNormModule module(2, 5, 7, bias);
    CheckByFormula(module, [&](const at::Tensor& x) {
      const at::Tensor centred = x - x.mean(-1, true);
      const at::Tensor variance = (centred * centred).mean(-1, true);
      const at::Tensor out = centred / at::sqrt(variance + 1e-5) * NamedOf(module, "weight");
      return bias ? out + NamedOf(module, "bias") : out;
    });
  }
  SECTION("RMSNorm") {
    RmsNormModule module(2, 5, 7, bias);
    CheckByFormula(module, [&](const at::Tensor& x) {
      const at::Tensor mean = (x * x).mean(-1, true);
      const at::Tensor out = x / at::sqrt(mean + 1e-5) * NamedOf(module, "weight");
      return bias ? out + NamedOf(module, "bias") : out;
    });
  }
}

TEST_CASE("The parts of a layer keep what their headers say", "[verify][feed_forward][norm]") {
  constexpr std::int64_t kTokens = 15, kWidth = 7, kInner = 11;
  const bool bias = GENERATE(false, true);
  FeedForwardModule plain({3, 5, kWidth, kInner, bias, false});
  CHECK(KeptNumbers(plain) == kTokens * (kWidth + 2 * kInner));
  FeedForwardModule gated({3, 5, kWidth, kInner, bias, true});
  CHECK(KeptNumbers(gated) == kTokens * (kWidth + 4 * kInner));
  LayerNormModule layer_norm(3, 5, kWidth, bias);
  CHECK(KeptNumbers(layer_norm) == kTokens * (kWidth + 2));
  RmsNormModule rms_norm(3, 5, kWidth, bias);
  CHECK(KeptNumbers(rms_norm) == kTokens * (2 * kWidth + 1));
}

TEST_CASE("Cross-entropy is the mean of -log softmax at the targets", "[verify][loss]") {
  const InDoublePrecision in_double_precision;
  at::manual_seed(33);
  CrossEntropyModule module(5, 7);
  const Tensors inputs = module.MakeInputs();
  inputs[0].mul_(3).set_requires_grad(true);
  const at::Tensor loss = module.Forward(inputs)[0];
  loss.backward();
  const auto logits = inputs[0].accessor<double, 2>();
  const auto gradient = inputs[0].grad().accessor<double, 2>();
  double sum = 0;
  for (std::int64_t i = 0; i < 5; ++i) {
    const std::int64_t target = inputs[1][i].item<std::int32_t>();
    double normaliser = 0;
    for (std::int64_t v = 0; v < 7; ++v) normaliser += std::exp(logits[i][v]);
    sum += std::log(normaliser) - logits[i][target];
    for (std::int64_t v = 0; v < 7; ++v) {
      const double wanted = (std::exp(logits[i][v]) / normaliser - (v == target ? 1 : 0)) / 5;
      CHECK(std::abs(gradient[i][v] - wanted) < 1e-14);
    }
  }
  CHECK(std::abs(loss.item<double>() - sum / 5) < 1e-14);
}

TEST_CASE("The loss keeps its log-probabilities, and backward makes two more of their size",
          "[verify][loss]") {
  const at::Tensor targets = at::zeros({13}, at::kInt);
  MemoryProbe probe;
  at::Tensor logits = at::randn({13, 17}).set_requires_grad(true);
  // A product's output, which nothing keeps: released before the loss is taken.
  at::Tensor loss = CrossEntropy(at::add(logits, 1), targets);
  const std::int64_t size = 4 * 13 * 17;
  CHECK(probe.live() == size + size + 13 * 8 + 4 + 4);  // the leaf, and what is kept; the loss
  CHECK(probe.peak() == 3 * size);
  probe.ResetPeak();
  loss.backward();
  // The targets are gone by the time the second is made; the loss and its gradient are not.
  CHECK(probe.peak() == size + 3 * size + 4 + 4);
}

}  // namespace costcheck
