#include "verify/modules/gpt.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "costmodel/model/gpt.h"
#include "costmodel/operators/convention.h"
#include "costmodel/operators/memory.h"
#include "tests/catch.h"
#include "tests/verify/modules/module_check.h"
#include "verify/configuration.h"
#include "verify/modules/optimizer.h"
#include "verify/probe/flop_probe.h"
#include "verify/probe/memory_probe.h"

namespace costcheck {
namespace {

using Tensors = std::vector<at::Tensor>;

std::int64_t ParameterNumbers(const Module& module) {
  std::int64_t numbers = 0;
  for (const NamedTensor& named : module.parameters()) numbers += named.tensor.numel();
  return numbers;
}

/// The same model for costmodel.
GptConfig ConfigOf(const GptSizes& sizes) {
  GptConfig config;
  config.attention = FindComponent(sizes.attention);
  for (const auto& [name, value] : AttentionSizesOf(sizes).values) {
    if (name != "bias") config.settings.Set(name, value);
  }
  config.settings.own_head_width = true;
  config.settings.causal = sizes.causal;
  config.layers = static_cast<int>(sizes.layers);
  config.norm = sizes.rms_norm ? NormKind::kRmsNorm : NormKind::kLayerNorm;
  config.feed_forward = sizes.gated ? FeedForwardKind::kSwiGlu : FeedForwardKind::kGelu;
  config.biases = sizes.biases;
  config.learned_positions = sizes.learned_positions;
  config.context = sizes.context;
  config.tied_head = sizes.tied_head;
  return config;
}

/// Numbers of one kind of attention at random, and switches of what surrounds it.
GptSizes RandomSizes(const std::string& attention, std::mt19937_64& generator) {
  const auto below = [&](std::int64_t bound) {
    return static_cast<std::int64_t>(generator() % static_cast<std::uint64_t>(bound));
  };
  GptSizes sizes = {.batch = 1 + below(3),
                    .length = 1 + below(19),
                    .layers = 1 + below(3),
                    .width = 5 + below(9),
                    .heads = 6,
                    .key_heads = 1 + below(3),
                    .head_width = 2 + below(4),
                    .inner = 7 + below(7),
                    .vocabulary = 11 + below(20),
                    .context = 20};
  sizes.learned_positions = below(2) == 0;
  sizes.rms_norm = below(2) == 0;
  sizes.gated = below(2) == 0;
  sizes.biases = below(2) == 0;
  sizes.tied_head = below(2) == 0;
  sizes.attention = attention;
  sizes.attention_parameters = {{"K", 3}, {"W", 5}, {"b", 4}, {"h", 7}, {"tile", 6}};
  const GptConfig config = ConfigOf(sizes);
  for (const Parameter& parameter : config.attention->parameters) {
    const std::string name(parameter.name);
    const Expr value = config.settings.For(config.attention->parameters).Get(name);
    sizes.attention_parameters.insert_or_assign(name, *ToInt64(WholeNumber(value)));
  }
  return sizes;
}

Integer PredictedFlops(const Graph& graph, Phase phase) {
  Convention convention = FindConvention("first-principles");
  convention.count = PairCount::kExecuted;
  convention.scope = Scope::kModel;
  return WholeNumber(CountFlops(graph, convention, phase, true).value());
}

}  // namespace

TEST_CASE("GPT-2 has 124,439,808 parameters", "[verify][gpt]") {
  const GptModule module(Gpt2Small());
  CHECK(ParameterNumbers(module) == 124439808);
  CHECK(WholeNumber(CountParameters(GptGraph(ConfigOf(Gpt2Small()))).value()) == 124439808);
}

TEST_CASE("A decoder has the parameters and executes the FLOPs that are predicted",
          "[verify][gpt]") {
  constexpr std::uint64_t kSeed = 41;
  INFO("seed " << kSeed);
  at::manual_seed(kSeed);
  std::mt19937_64 generator(kSeed);
  for (const char* attention : {"full", "flash", "sliding_window", "topk_exact", "linear"}) {
    for (int i = 0; i < 6; ++i) {
      const GptSizes sizes = RandomSizes(attention, generator);
      INFO(attention << " " << i);
      const Graph graph = GptGraph(ConfigOf(sizes));
      GptModule module(sizes);
      CHECK(Integer(ParameterNumbers(module)) == WholeNumber(CountParameters(graph).value()));
      const Tensors inputs = module.MakeInputs();
      FlopProbe probe;
      module.Forward(inputs)[0].backward();
      const FlopReport report = probe.Stop();
      const Integer forward = PredictedFlops(graph, Phase::kForward);
      CHECK(Integer(report.forward) == forward);
      CHECK(Integer(report.backward) == PredictedFlops(graph, Phase::kTraining) - forward);
    }
  }
}

namespace {

/// The decoder's definition in as few words as possible, one sequence at a time.
class PlainDecoder {
 public:
  PlainDecoder(const GptModule& module, const GptSizes& sizes) : module_(module), sizes_(sizes) {}

  at::Tensor Loss(const Tensors& inputs) const {
    at::Tensor sum = at::zeros({});
    const std::int64_t T = sizes_.length;
    for (std::int64_t i = 0; i < sizes_.batch; ++i) {
      const at::Tensor logits = Logits(inputs[0].slice(0, i * T, (i + 1) * T));
      const at::Tensor targets = inputs[1].slice(0, i * T, (i + 1) * T).to(at::kLong);
      const at::Tensor log_sums = at::log(at::exp(logits).sum(1));
      sum = sum + (log_sums - logits.gather(1, targets.unsqueeze(1)).squeeze(1)).sum();
    }
    return sum / (sizes_.batch * T);
  }

 private:
  at::Tensor Get(const std::string& name) const { return NamedOf(module_, name); }
  at::Tensor Linear(const at::Tensor& x, const std::string& name) const {
    return at::matmul(x, Get(name + ".weight").t()) + Get(name + ".bias");
  }

  at::Tensor Norm(const at::Tensor& x, const std::string& name) const {
    const at::Tensor centred = x - x.mean(-1, true);
    const at::Tensor deviation = at::sqrt((centred * centred).mean(-1, true) + 1e-5);
    return centred / deviation * Get(name + ".weight") + Get(name + ".bias");
  }

  at::Tensor Attention(const at::Tensor& x, const std::string& name) const {
    const std::int64_t w = sizes_.head_width, shared = sizes_.heads / sizes_.key_heads;
    const at::Tensor q = Linear(x, name + ".q"), k = Linear(x, name + ".k");
    const at::Tensor v = Linear(x, name + ".v");
    const at::Tensor sees = at::ones({sizes_.length, sizes_.length}).tril();
    Tensors heads;
    for (std::int64_t h = 0; h < sizes_.heads; ++h) {
      const std::int64_t key_head = h / shared;
      const at::Tensor keys = k.slice(1, key_head * w, (key_head + 1) * w);
      const at::Tensor scores = at::matmul(q.slice(1, h * w, (h + 1) * w), keys.t());
      const at::Tensor terms = at::exp(scores / std::sqrt(static_cast<double>(w))) * sees;
      const at::Tensor values = v.slice(1, key_head * w, (key_head + 1) * w);
      heads.push_back(at::matmul(terms / terms.sum(1, true), values));
    }
    return Linear(at::cat(heads, 1), name + ".out");
  }

  at::Tensor Logits(const at::Tensor& tokens) const {
    at::Tensor x = at::index_select(Get("tokens.table"), 0, tokens) +
                   Get("positions.table").slice(0, 0, sizes_.length);
    for (std::int64_t i = 1; i <= sizes_.layers; ++i) {
      const std::string layer = "layer" + std::to_string(i) + ".";
      x = x + Attention(Norm(x, layer + "attention_norm"), layer + "attention");
      const at::Tensor inner =
          Linear(Norm(x, layer + "feed_forward_norm"), layer + "feed_forward.W1");
      const at::Tensor active = inner * 0.5 * (1 + at::erf(inner / std::sqrt(2.0)));
      x = x + Linear(active, layer + "feed_forward.W2");
    }
    return at::matmul(Norm(x, "norm"), Get("tokens.table").t());
  }

  const GptModule& module_;
  GptSizes sizes_;
};

GptSizes SmallSizes() {
  return {.batch = 2,
          .length = 7,
          .layers = 2,
          .width = 10,
          .heads = 6,
          .key_heads = 3,
          .head_width = 5,
          .inner = 13,
          .vocabulary = 17,
          .context = 11};
}

}  // namespace

TEST_CASE("A decoder is its definition, forward and backward", "[verify][gpt]") {
  const InDoublePrecision in_double_precision;
  at::manual_seed(42);
  GptModule module(SmallSizes());
  Tensors leaves;
  for (const NamedTensor& parameter : module.parameters()) {
    const c10::NoGradGuard no_gradients;
    parameter.tensor.copy_(at::randn(parameter.tensor.sizes()).mul_(0.5));
    leaves.push_back(parameter.tensor);
  }
  const Tensors inputs = module.MakeInputs();
  const at::Tensor got = module.Forward(inputs)[0];
  const at::Tensor wanted = PlainDecoder(module, SmallSizes()).Loss(inputs);
  CHECK(std::abs(got.item<double>() - wanted.item<double>()) < 1e-12);
  const Tensors got_gradients = torch::autograd::grad({got}, leaves);
  const Tensors wanted_gradients = torch::autograd::grad({wanted}, leaves);
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    INFO(module.parameters()[i].name);
    CHECK(at::abs(got_gradients[i] - wanted_gradients[i]).max().item<double>() < 1e-12);
  }
}

TEST_CASE("A decoder keeps what its header says, and a step gives all of it back",
          "[verify][gpt]") {
  const GptSizes sizes = SmallSizes();
  GptModule module(sizes);
  const Tensors inputs = module.MakeInputs();
  const std::int64_t tokens = 2 * 7, d = 10, q = 6 * 5, kv = 3 * 5, weights = 2 * 6 * 7 * 7;
  const std::int64_t norm = tokens * (d + 2);
  const std::int64_t attention = tokens * (d + q + 2 * kv + q) + weights;
  const std::int64_t feed_forward = tokens * (d + 2 * 13);
  const std::int64_t head = norm + tokens * (d + 17);
  const std::int64_t indices = 4 * 7 + 8 * tokens, total = 4, loss = 4;
  MemoryProbe probe;
  {
    const at::Tensor output = module.Forward(inputs)[0];
    CHECK(probe.live() ==
          4 * (2 * (2 * norm + attention + feed_forward) + head) + indices + total + loss);
    output.backward();
  }
  CHECK(probe.live() == 4 * ParameterNumbers(module));  // gradients
  Sgd(module.parameters(), 0.1).ReleaseGradients();
  CHECK(probe.live() == 0);
}

namespace {

/// Loss of the first and of the last of 40 steps over one batch.
std::pair<double, double> Overfit(GptModule& module, TensorOptimizer& optimizer) {
  const Tensors inputs = module.MakeInputs();
  double first = 0, last = 0;
  for (int step = 0; step < 40; ++step) {
    at::Tensor loss = module.Forward(inputs)[0];
    loss.backward();
    optimizer.Step();
    optimizer.ReleaseGradients();
    last = loss.item<double>();
    if (step == 0) first = last;
  }
  return {first, last};
}

}  // namespace

TEST_CASE("Training on a tiny batch lowers its loss", "[verify][gpt][optimizer]") {
  at::manual_seed(43);
  GptModule module(SmallSizes());
  SECTION("AdamW") {
    AdamW optimizer(module.parameters(), {.rate = 0.02});
    const auto [first, last] = Overfit(module, optimizer);
    CHECK(first > 2.5);  // about ln 17
    CHECK(last < first / 4);
  }
  SECTION("SGD with momentum") {
    Sgd optimizer(module.parameters(), 0.1, 0.9);
    const auto [first, last] = Overfit(module, optimizer);
    CHECK(last < first * 0.9);
  }
}

namespace {

/// A parameter of two numbers with a gradient.
NamedTensor TwoNumbers(double a, double b) {
  return {"p", at::tensor({a, b}, at::kDouble).set_requires_grad(true)};
}

void SetGradient(const NamedTensor& parameter, double a, double b) {
  parameter.tensor.mutable_grad() = at::tensor({a, b}, at::kDouble);
}

void CheckValues(const NamedTensor& parameter, double a, double b) {
  CHECK(std::abs(parameter.tensor[0].item<double>() - a) < 1e-14);
  CHECK(std::abs(parameter.tensor[1].item<double>() - b) < 1e-14);
}

}  // namespace

TEST_CASE("AdamW makes the steps of its formula", "[verify][optimizer]") {
  const NamedTensor parameter = TwoNumbers(2, -3);
  AdamW optimizer({parameter},
                  {.rate = 0.1, .beta1 = 0.8, .beta2 = 0.6, .epsilon = 0.5, .weight_decay = 0.25});
  double p[2] = {2, -3}, m[2] = {0, 0}, v[2] = {0, 0};
  const double gradients[2][2] = {{0.5, -1.5}, {-0.25, 4}};
  for (int t = 1; t <= 2; ++t) {
    const double* g = gradients[t - 1];
    SetGradient(parameter, g[0], g[1]);
    optimizer.Step();
    for (int i = 0; i < 2; ++i) {
      m[i] = 0.8 * m[i] + 0.2 * g[i];
      v[i] = 0.6 * v[i] + 0.4 * g[i] * g[i];
      const double mean = m[i] / (1 - std::pow(0.8, t)), square = v[i] / (1 - std::pow(0.6, t));
      p[i] = p[i] - 0.1 * 0.25 * p[i] - 0.1 * mean / (std::sqrt(square) + 0.5);
    }
    CheckValues(parameter, p[0], p[1]);
  }
}

TEST_CASE("SGD makes the steps of its formula", "[verify][optimizer]") {
  const NamedTensor parameter = TwoNumbers(2, -3);
  SECTION("without momentum") {
    Sgd optimizer({parameter}, 0.5);
    SetGradient(parameter, 1, -4);
    optimizer.Step();
    CheckValues(parameter, 1.5, -1);
    optimizer.ReleaseGradients();
    optimizer.Step();  // nothing to go by
    CheckValues(parameter, 1.5, -1);
  }
  SECTION("with momentum") {
    Sgd optimizer({parameter}, 0.5, 0.25);
    SetGradient(parameter, 1, -4);
    optimizer.Step();
    SetGradient(parameter, 2, 8);
    optimizer.Step();  // m = 1/4 * 1 + 2 and 1/4 * -4 + 8
    CheckValues(parameter, 1.5 - 1.125, -1 - 3.5);
  }
}

TEST_CASE("Optimizers hold two numbers a parameter, one, and none", "[verify][optimizer]") {
  GptModule module(SmallSizes());
  const std::int64_t bytes = 4 * ParameterNumbers(module);
  std::int64_t largest = 0;
  for (const NamedTensor& parameter : module.parameters()) {
    parameter.tensor.mutable_grad() = at::ones_like(parameter.tensor);
    largest = std::max(largest, parameter.tensor.numel() * 4);
  }
  constexpr std::int64_t kNumber =
      8 + 4;  // LibTorch makes an array of a factor, and one of its cast
  MemoryProbe probe;
  AdamW adam(module.parameters());
  CHECK(probe.live() == 2 * bytes);
  adam.Step();
  CHECK(probe.live() == 2 * bytes);
  CHECK(probe.peak() == 2 * bytes + largest + kNumber);
  Sgd with_momentum(module.parameters(), 0.1, 0.9);
  CHECK(probe.live() == 3 * bytes);
  probe.ResetPeak();
  with_momentum.Step();
  Sgd plain(module.parameters(), 0.1);
  plain.Step();
  CHECK(probe.peak() == 3 * bytes + kNumber);
  CHECK(adam.State().size() == 2 * module.parameters().size());
  CHECK(plain.State().empty());
}

}  // namespace costcheck
