#include "verify/modules/experts.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "costmodel/model/feed_forward.h"
#include "costmodel/model/sizes.h"
#include "costmodel/operators/convention.h"
#include "costmodel/operators/memory.h"
#include "tests/catch.h"
#include "tests/verify/modules/module_check.h"
#include "verify/configuration.h"
#include "verify/probe/flop_probe.h"
#include "verify/probe/kept_probe.h"
#include "verify/probe/memory_probe.h"

namespace costcheck {
namespace {

using Row = std::vector<double>;

/// Every way to make gates, with and without what may stand beside the experts, and all numbers of
/// chosen ones from 1 to all.
const std::vector<ExpertsSizes>& Cases() {
  static const std::vector<ExpertsSizes> cases = {
      {.batch = 2, .length = 5, .width = 7, .experts = 5, .chosen = 2, .inner = 11},
      {.batch = 1, .length = 3, .width = 5, .experts = 7, .chosen = 1, .inner = 2},
      {.batch = 3, .length = 1, .width = 2, .experts = 3, .chosen = 3, .inner = 5},
      {.batch = 1, .length = 1, .width = 3, .experts = 1, .chosen = 1, .inner = 2},
      {.batch = 1,
       .length = 7,
       .width = 3,
       .experts = 5,
       .chosen = 3,
       .inner = 2,
       .router_bias = true,
       .renormalised = false,
       .shared_inner = 11,
       .shared_gate = true},
      {.batch = 2,
       .length = 3,
       .width = 5,
       .experts = 7,
       .chosen = 3,
       .inner = 2,
       .sigmoid = true,
       .shared_inner = 3},
      {.batch = 2,
       .length = 3,
       .width = 5,
       .experts = 3,
       .chosen = 2,
       .inner = 2,
       .sigmoid = true,
       .renormalised = false}};
  return cases;
}

void MakeRandom(const Module& module) {
  const c10::NoGradGuard no_gradients;
  for (const NamedTensor& parameter : module.parameters()) {
    parameter.tensor.copy_(at::randn(parameter.tensor.sizes()));
  }
}

/// The router sends every token to the first experts, whatever it is.
void SendAllToTheFirst(const Module& module) {
  const c10::NoGradGuard no_gradients;
  NamedOf(module, "router.weight").zero_();
}

/// The definition, token by token, expert by expert, number by number.
class PlainExperts {
 public:
  PlainExperts(const Module& module, const ExpertsSizes& sizes) : module_(module), sizes_(sizes) {}

  Row Of(const Row& x) const {
    const Row scores = Scores(x);
    const std::vector<std::size_t> chosen = Best(scores);
    double sum = 0;
    for (const std::size_t e : chosen) sum += scores[e];
    Row out(x.size());
    for (const std::size_t e : chosen) {
      const double gate = sizes_.renormalised ? scores[e] / sum : scores[e];
      Add(out, gate, FeedForward("expert" + std::to_string(e + 1), x));
    }
    if (sizes_.shared_inner == 0) return out;
    const double open =
        sizes_.shared_gate ? Sigmoid(Product("shared_gate.weight", x).front()) : 1.0;
    Add(out, open, FeedForward("shared", x));
    return out;
  }

 private:
  static double Sigmoid(double value) { return 1 / (1 + std::exp(-value)); }

  static void Add(Row& sum, double factor, const Row& row) {
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += factor * row[i];
  }

  Row Scores(const Row& x) const {
    Row scores = Product("router.weight", x);
    if (sizes_.router_bias) {
      const at::Tensor bias = NamedOf(module_, "router.bias");
      for (std::size_t e = 0; e < scores.size(); ++e) {
        scores[e] += bias[static_cast<std::int64_t>(e)].item<double>();
      }
    }
    double sum = 0;
    for (double& score : scores) {
      score = sizes_.sigmoid ? Sigmoid(score) : std::exp(score);
      sum += score;
    }
    for (double& score : scores) score /= sizes_.sigmoid ? 1 : sum;
    return scores;
  }

  std::vector<std::size_t> Best(const Row& scores) const {
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
    order.resize(static_cast<std::size_t>(sizes_.chosen));
    return order;
  }

  Row Product(const std::string& name, const Row& x) const {
    const at::Tensor tensor = NamedOf(module_, name);
    const auto weight = tensor.accessor<double, 2>();
    Row out(static_cast<std::size_t>(tensor.size(0)));
    for (std::size_t i = 0; i < out.size(); ++i) {
      for (std::size_t j = 0; j < x.size(); ++j) {
        out[i] += weight[static_cast<std::int64_t>(i)][static_cast<std::int64_t>(j)] * x[j];
      }
    }
    return out;
  }

  Row FeedForward(const std::string& name, const Row& x) const {
    Row hidden = Product(name + ".W1.weight", x);
    const Row linear = Product(name + ".W3.weight", x);
    for (std::size_t i = 0; i < hidden.size(); ++i) hidden[i] *= Sigmoid(hidden[i]) * linear[i];
    return Product(name + ".W2.weight", hidden);
  }

  const Module& module_;
  const ExpertsSizes& sizes_;
};

void CheckByDefinition(ExpertsModule& module, const ExpertsSizes& sizes, const at::Tensor& x) {
  const at::Tensor out = module.Forward({x})[0];
  REQUIRE(out.sizes() == x.sizes());
  const PlainExperts plain(module, sizes);
  const at::Tensor rows = x.view({-1, sizes.width}), got = out.reshape({-1, sizes.width});
  for (std::int64_t t = 0; t < rows.size(0); ++t) {
    const double* first = rows[t].data_ptr<double>();
    const Row wanted = plain.Of({first, first + sizes.width});
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const double value = got[t][static_cast<std::int64_t>(i)].item<double>();
      CHECK(std::abs(value - wanted[i]) < 1e-12 * (1 + std::abs(wanted[i])));
    }
  }
}

/// Against a small step of every number of `leaf`.
void CheckGradient(const at::Tensor& leaf, const at::Tensor& gradient,
                   const std::function<double()>& loss) {
  const c10::NoGradGuard no_gradient;
  constexpr double kStep = 1e-6;
  const at::Tensor numbers = leaf.view(-1);
  const at::Tensor slopes = at::empty_like(numbers);
  for (std::int64_t i = 0; i < numbers.numel(); ++i) {
    numbers[i].add_(kStep);
    const double above = loss();
    numbers[i].sub_(2 * kStep);
    const double below = loss();
    numbers[i].add_(kStep);
    slopes[i] = (above - below) / (2 * kStep);
  }
  const double size = 1 + at::abs(slopes).max().item<double>();
  CHECK(at::abs(slopes - gradient.reshape(-1)).max().item<double>() < 1e-7 * size);
}

/// The same experts for costmodel.
ExpertsShape ShapeOf(const ExpertsSizes& sizes) {
  ExpertsShape shape;
  shape.routed = sizes.experts;
  shape.chosen = sizes.chosen;
  shape.expert.width = sizes.inner;
  shape.router_bias = sizes.router_bias;
  shape.score = sizes.sigmoid ? RouterScore::kSigmoid : RouterScore::kSoftmax;
  shape.renormalised = sizes.renormalised;
  if (sizes.shared_inner > 0) shape.shared = FeedForwardShape{.width = sizes.shared_inner};
  shape.shared_gate = sizes.shared_gate;
  return shape;
}

Graph GraphOf(const ExpertsSizes& sizes) {
  LayerShape layer;
  layer.feed_forward = ShapeOf(sizes);
  GraphBuilder builder;
  const TensorId x = builder.Input("x", {sizes.batch, sizes.length, sizes.width});
  AddExperts(builder, x, std::get<ExpertsShape>(layer.feed_forward),
             ModelSizes::OfLayer(layer, sizes.width));
  return builder.Take(sizes.batch);
}

Integer InFloats(const Bytes& bytes) {
  return WholeNumber(Substitute(bytes.value(), {{"p", Expr(4)}}));
}

Integer PredictedFlops(const Graph& graph, Phase phase) {
  Convention convention = FindConvention("first-principles");
  convention.count = PairCount::kExecuted;
  convention.scope = Scope::kModel;
  return WholeNumber(CountFlops(graph, convention, phase, true).value());
}

/// What the header says, in numbers of 4 bytes.
std::int64_t KeptNumbers(const ExpertsSizes& s) {
  std::int64_t of_token = s.width + s.chosen * (1 + 1 + 2 * s.width + 4 * s.inner);
  if (s.sigmoid || !s.renormalised) of_token += s.experts;
  if (s.sigmoid && s.renormalised) of_token += s.chosen + 1;
  of_token += 4 * s.shared_inner + (s.shared_gate ? 1 + s.width : 0);
  return s.batch * s.length * of_token;
}

/// Runs forward and backward and holds both against the header, by hand, and the prediction.
void CheckCounts(ExpertsModule& module, const ExpertsSizes& s) {
  const Graph graph = GraphOf(s);
  const std::int64_t tokens = s.batch * s.length;
  std::vector<at::Tensor> parameters;
  for (const NamedTensor& named : module.parameters()) parameters.push_back(named.tensor);
  const at::Tensor x = at::randn({s.batch, s.length, s.width}).set_requires_grad(true);
  FlopProbe flops;
  at::Tensor out;
  {
    KeptProbe kept;
    const MemoryProbe memory;
    out = module.Forward({x})[0];
    const std::int64_t bytes = 4 * KeptNumbers(s);
    CHECK(KeptBytes(kept.Kept(parameters)) == bytes);
    CHECK(memory.live() == bytes);  // the output is as large as x, which was there before
    CHECK(InFloats(KeptForBackward(graph, PairRule::kExecuted)) == bytes);
    CHECK(InFloats(KeptForBackward(graph, PairRule::kExecuted, Lowering::kLibTorch)) == bytes);
  }
  out.sum().backward();
  const FlopReport report = flops.Stop();
  std::int64_t forward = 2 * tokens * s.width * (s.experts + 3 * s.chosen * s.inner);
  forward += 2 * tokens * s.width * (3 * s.shared_inner + (s.shared_gate ? 1 : 0));
  CHECK(report.forward == forward);
  CHECK(report.backward == 2 * forward);
  CHECK(PredictedFlops(graph, Phase::kForward) == forward);
  CHECK(PredictedFlops(graph, Phase::kTraining) == 3 * forward);
}

}  // namespace

TEST_CASE("Experts are their definition, token by token", "[verify][experts]") {
  const InDoublePrecision in_double_precision;
  at::manual_seed(71);
  for (const ExpertsSizes& sizes : Cases()) {
    INFO(sizes.experts << " experts, " << sizes.chosen << " chosen, width " << sizes.width);
    ExpertsModule module(sizes);
    MakeRandom(module);
    CheckByDefinition(module, sizes, module.MakeInputs()[0]);
  }
}

TEST_CASE("Of experts with equal scores the first are chosen", "[verify][experts]") {
  const InDoublePrecision in_double_precision;
  at::manual_seed(72);
  for (const ExpertsSizes& sizes : Cases()) {
    ExpertsModule module(sizes);
    MakeRandom(module);
    SendAllToTheFirst(module);
    CheckByDefinition(module, sizes, module.MakeInputs()[0]);
  }
}

TEST_CASE("Gradients of experts agree with finite differences", "[verify][experts]") {
  const InDoublePrecision in_double_precision;
  at::manual_seed(73);
  for (const ExpertsSizes& sizes : Cases()) {
    ExpertsModule module(sizes);
    MakeRandom(module);
    const at::Tensor x = module.MakeInputs()[0].set_requires_grad(true);
    const at::Tensor of_output = at::randn(x.sizes());
    const auto loss = [&] { return at::sum(at::mul(module.Forward({x})[0], of_output)); };
    std::vector<at::Tensor> leaves = {x};
    for (const NamedTensor& named : module.parameters()) leaves.push_back(named.tensor);
    const std::vector<at::Tensor> gradients =
        torch::autograd::grad({loss()}, leaves, {}, {}, false, /*allow_unused=*/true);
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      INFO(sizes.experts << " experts, leaf " << i);
      // An expert that no token goes to gets no gradient.
      const at::Tensor gradient = gradients[i].defined() ? gradients[i] : at::zeros_like(leaves[i]);
      CheckGradient(leaves[i], gradient, [&] { return loss().item<double>(); });
    }
  }
}

TEST_CASE("Experts have the parameters that are predicted", "[verify][experts]") {
  for (const ExpertsSizes& s : Cases()) {
    const ExpertsModule module(s);
    std::int64_t numbers = 0;
    for (const NamedTensor& named : module.parameters()) numbers += named.tensor.numel();
    CHECK(numbers == s.width * (s.experts + 3 * (s.experts * s.inner + s.shared_inner)) +
                         (s.router_bias ? s.experts : 0) + (s.shared_gate ? s.width : 0));
    CHECK(WholeNumber(CountParameters(GraphOf(s)).value()) == numbers);
  }
}

TEST_CASE("Experts execute and keep what is predicted, however tokens fall on them",
          "[verify][experts]") {
  at::manual_seed(74);
  for (const ExpertsSizes& sizes : Cases()) {
    INFO(sizes.experts << " experts, " << sizes.chosen << " chosen, width " << sizes.width);
    ExpertsModule module(sizes);
    CheckCounts(module, sizes);
    SendAllToTheFirst(module);  // and none to the others
    CheckCounts(module, sizes);
  }
}

TEST_CASE("An expert without tokens runs nothing and gets no gradient", "[verify][experts]") {
  ExpertsModule module(Cases().front());
  SendAllToTheFirst(module);
  module.Forward(module.MakeInputs())[0].sum().backward();
  for (const char* name : {"W1", "W2", "W3"}) {
    const std::string weight = std::string(".") + name + ".weight";
    CHECK(NamedOf(module, "expert1" + weight).grad().defined());
    CHECK(NamedOf(module, "expert2" + weight).grad().defined());
    CHECK(!NamedOf(module, "expert3" + weight).grad().defined());
  }
}

}  // namespace costcheck
