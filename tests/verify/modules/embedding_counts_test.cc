#include <ATen/Functions.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "costmodel/operators/convention.h"
#include "costmodel/operators/memory.h"
#include "tests/catch.h"
#include "verify/configurations.h"
#include "verify/modules/modules.h"
#include "verify/probe/flop_probe.h"
#include "verify/probe/memory_probe.h"

namespace costcheck {
namespace {

using Tensors = std::vector<at::Tensor>;

constexpr const char* kEmbeddings[] = {"full_table", "factorized", "banded",
                                       "adaptive",   "hash",       "qr"};

std::int64_t ParameterNumbers(const std::vector<NamedTensor>& tensors) {
  std::int64_t elements = 0;
  for (const NamedTensor& named : tensors) elements += named.tensor.numel();
  return elements;
}

/// How many tokens fall in each band.
std::vector<std::int64_t> BandTokens(const Sizes& sizes, const at::Tensor& tokens) {
  if (sizes.bands.size() < 2) return {};
  std::vector<std::int64_t> counts;
  std::int64_t first = 0;
  for (const Sizes::Band& band : sizes.bands) {
    const at::Tensor inside =
        at::logical_and(at::ge(tokens, first), at::lt(tokens, first + band.types));
    counts.push_back(inside.sum().item<std::int64_t>());
    first += band.types;
  }
  return counts;
}

Integer PredictedFlops(const Graph& graph, Phase phase) {
  Convention convention = FindConvention("first-principles");
  convention.count = PairCount::kExecuted;
  convention.scope = Scope::kModel;
  return WholeNumber(CountFlops(graph, convention, phase, false).value());
}

/// Forward, and backward from all outputs at once.
FlopReport CountedFlops(Module& module, Tensors inputs) {
  FlopProbe probe;
  Tensors differentiable, gradients;
  for (const at::Tensor& output : module.Forward(std::move(inputs))) {
    if (!output.requires_grad()) continue;
    differentiable.push_back(output);
    gradients.push_back(at::ones_like(output));
  }
  torch::autograd::backward(differentiable, gradients);
  return probe.Stop();
}

void CheckFlops(const Configuration& configuration, bool input_gradients) {
  INFO(configuration.label << ", gradients of inputs: " << input_gradients);
  const auto module = FindModule(configuration.name)->make(configuration.sizes);
  Tensors inputs = module->MakeInputs();
  for (std::size_t i = 1; i < inputs.size(); ++i) inputs[i].set_requires_grad(input_gradients);
  const std::vector<std::int64_t> band_tokens = BandTokens(configuration.sizes, inputs[0]);
  const Graph graph = PredictedGraph(
      configuration,
      {.training = true, .input_gradients = input_gradients, .band_tokens = band_tokens});
  const FlopReport counted = CountedFlops(*module, std::move(inputs));
  const Integer forward = PredictedFlops(graph, Phase::kForward);
  CHECK(Integer(counted.forward) == forward);
  CHECK(Integer(counted.backward) == PredictedFlops(graph, Phase::kTraining) - forward);
}

}  // namespace

TEST_CASE("An embedding has as many parameters as predicted", "[verify][embedding]") {
  constexpr std::uint64_t kSeed = 21;
  INFO("seed " << kSeed);
  for (const char* name : kEmbeddings) {
    std::mt19937_64 generator(kSeed);
    for (int i = 0; i < 40; ++i) {
      const Configuration configuration = RandomConfiguration(name, generator);
      INFO(configuration.label);
      const auto module = FindModule(name)->make(configuration.sizes);
      const Graph graph = PredictedGraph(configuration, {});
      CHECK(Integer(ParameterNumbers(module->parameters())) ==
            WholeNumber(CountParameters(graph).value()));
    }
  }
}

TEST_CASE("An embedding executes the FLOPs that are predicted", "[verify][embedding]") {
  constexpr std::uint64_t kSeed = 22;
  INFO("seed " << kSeed);
  at::manual_seed(kSeed);
  for (const char* name : kEmbeddings) {
    std::mt19937_64 generator(kSeed);
    for (int i = 0; i < 30; ++i) CheckFlops(RandomConfiguration(name, generator), i % 2 == 0);
  }
}

namespace {

/// Three bands, 7, 5 and 3 wide, with 4, 6 and 11 of 21 tokens; d = 5.
Sizes ThreeBands() {
  Sizes sizes;
  sizes.values = {{"B", 3},
                  {"T", 7},
                  {"d", 5},
                  {"V", 23},
                  {"tied", 1},
                  {"logits", 0},
                  {"projection", 1},
                  {"bias", 0},
                  {"shared_projection", 0},
                  {"full_tables", 0},
                  {"folded", 0},
                  {"band_tokens.1", 4},
                  {"band_tokens.2", 6},
                  {"band_tokens.3", 11}};
  sizes.bands = {{2, 7, 0}, {10, 5, 0}, {11, 3, 0}};
  return sizes;
}

struct Numbers {
  std::int64_t kept, forward_peak, backward_peak, left;
};

/// Float32 numbers held after forward, at most in it, at most in backward, and after it.
Numbers Measure(const Sizes& sizes) {
  const auto module = FindModule("banded")->make(sizes);
  const Tensors inputs = module->MakeInputs();
  const at::Tensor of_output = at::ones({21, 5});
  Numbers numbers{};
  MemoryProbe probe;
  {
    const at::Tensor output = module->Forward(inputs)[0];
    numbers.kept = probe.live() / 4;
    numbers.forward_peak = probe.peak() / 4;
    probe.ResetPeak();
    output.backward(of_output);
    numbers.backward_peak = probe.peak() / 4;
  }
  numbers.left = probe.live() / 4;
  return numbers;
}

}  // namespace

TEST_CASE("A banded look-up keeps the rows of projected bands, and works in one band's space",
          "[verify][embedding]") {
  SECTION("own projections: the second band needs none") {
    const Numbers numbers = Measure(ThreeBands());
    const std::int64_t kept = 21 * 5 + 4 * 7 + 11 * 3;
    CHECK(numbers.kept == kept);
    CHECK(numbers.forward_peak == kept);
    const std::int64_t tables = 2 * 7 + 10 * 5 + 11 * 3, projections = 7 * 5 + 3 * 5;
    CHECK(numbers.left == tables + projections);
    // The third band: its gradient and that of its rows, all other gradients there already.
    CHECK(numbers.backward_peak == kept + 2 * 7 + 10 * 5 + projections + 11 * (5 + 3));
  }
  SECTION("a shared projection: rows are filled up with zeros and multiplied so") {
    Sizes sizes = ThreeBands();
    sizes.values.insert_or_assign("shared_projection", 1);
    const Numbers numbers = Measure(sizes);
    const std::int64_t kept = 21 * 5 + 4 * 7 + 6 * 5 + 11 * 3;
    CHECK(numbers.kept == kept);
    CHECK(numbers.forward_peak == kept + 11 * 7);
    CHECK(numbers.backward_peak == kept + 2 * 7 + 10 * 5 + 7 * 5 + 11 * (5 + 7));
  }
  SECTION("no projection: zeros up to d, and nothing is kept") {
    Sizes sizes = ThreeBands();
    sizes.values.insert_or_assign("projection", 0);
    sizes.bands[0].width = 4;
    const Numbers numbers = Measure(sizes);
    CHECK(numbers.kept == 21 * 5);
    CHECK(numbers.forward_peak == 21 * 5);
    CHECK(numbers.backward_peak == 21 * 5 + numbers.left);
  }
}

}  // namespace costcheck
