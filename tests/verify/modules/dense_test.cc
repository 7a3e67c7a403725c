#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <vector>

#include "costmodel/algebra/error.h"
#include "tests/catch.h"
#include "tests/verify/modules/module_check.h"
#include "verify/kernels/counted.h"
#include "verify/modules/flash.h"
#include "verify/modules/full.h"
#include "verify/modules/kept_values.h"
#include "verify/modules/linear.h"
#include "verify/modules/linformer.h"
#include "verify/modules/running_state.h"
#include "verify/modules/top_keys.h"
#include "verify/modules/topk_exact.h"
#include "verify/probe/memory_probe.h"

namespace costcheck {
namespace {

using Make = std::unique_ptr<Module> (*)(const Sizes&);
/// The heads' output of a module of that shape, from q, k and v.
using CoreReference = std::function<at::Tensor(const Module&, const ModuleShape&, const at::Tensor&,
                                               const at::Tensor&, const at::Tensor&)>;

struct Subject {
  const char* name;
  Make make;
  CoreReference reference;
};

at::Tensor AllVisible(const ModuleShape& shape) {
  return MaskOf(shape, [](std::int64_t, std::int64_t) { return true; });
}

at::Tensor DenseReference(const Module&, const ModuleShape& shape, const at::Tensor& q,
                          const at::Tensor& k, const at::Tensor& v) {
  return AttendUnderMask(q, k, v, AllVisible(shape));
}

/// Under the mask of the keys that fewer than K others surpass.
at::Tensor TopkReference(const Module&, const ModuleShape& shape, const at::Tensor& q,
                         const at::Tensor& k, const at::Tensor& v) {
  const at::Tensor visible = AllVisible(shape);
  const at::Tensor keys = k.repeat_interleave(q.size(2) / k.size(2), 2);
  const at::Tensor scores =
      at::einsum("bthw,bshw->bhts", {q, keys}).detach().masked_fill(visible.logical_not(), -1e9);
  const at::Tensor greater = at::gt(scores.unsqueeze(-2), scores.unsqueeze(-1)).sum(-1);
  return AttendUnderMask(q, k, v, at::lt(greater, shape["K"]).logical_and(visible));
}

at::Tensor LinformerReference(const Module& module, const ModuleShape& shape, const at::Tensor& q,
                              const at::Tensor& k, const at::Tensor& v) {
  const at::Tensor keys = at::einsum("bshw,sk->bkhw", {k, NamedOf(module, "k.length")});
  const at::Tensor values = at::einsum("bshw,sk->bkhw", {v, NamedOf(module, "v.length")});
  return AttendUnderMask(q, keys, values, at::ones({shape["T"], shape["K"]}, at::kBool));
}

at::Tensor LinearReference(const Module& module, const ModuleShape& shape, const at::Tensor& q,
                           const at::Tensor& k, const at::Tensor& v) {
  const auto features = [&](const at::Tensor& rows) {
    if (shape["feature_map"] == 1) return at::exp(at::matmul(rows, NamedOf(module, "random")));
    return at::where(at::gt(rows, 0), rows + 1, at::exp(at::clamp_max(rows, 0)));
  };
  const std::int64_t group = q.size(2) / k.size(2);
  const at::Tensor keys = features(k).repeat_interleave(group, 2);
  const at::Tensor terms = at::einsum("bthm,bshm->bhts", {features(q), keys}) * AllVisible(shape);
  const at::Tensor sums = terms.sum(-1, true);
  return at::einsum("bhts,bshw->bthw",
                    {terms / (sums + at::eq(sums, 0)), v.repeat_interleave(group, 2)})
      .reshape({q.size(0), q.size(1), -1});
}

const std::vector<Subject>& Subjects() {
  static const std::vector<Subject> kSubjects = {{"full", MakeFull, DenseReference},
                                                 {"flash", MakeFlash, DenseReference},
                                                 {"topk_exact", MakeTopkExact, TopkReference},
                                                 {"linformer", MakeLinformer, LinformerReference},
                                                 {"linear", MakeLinear, LinearReference}};
  return kSubjects;
}

/// Lengths below, at and above K = 5 and tile = 4, and beyond a block of scores; S below, at and
/// above T; heads on their own, in groups, and all in one.
std::vector<ModuleShape> Shapes() {
  std::vector<ModuleShape> shapes;
  struct Lengths {
    std::int64_t queries, keys;
  };
  for (const Lengths& n :
       {Lengths{1, 1}, Lengths{3, 3}, Lengths{4, 4}, Lengths{5, 5}, Lengths{13, 13}, Lengths{1, 7},
        Lengths{6, 11}, Lengths{11, 6}, Lengths{9, 1}, Lengths{131, 17}}) {
    for (const bool causal : {true, false}) {
      const std::int64_t key_heads = n.queries % 2 == 0 ? 2 : n.queries % 3 == 0 ? 1 : 6;
      shapes.push_back({{{"T", n.queries},
                         {"S", n.keys},
                         {"B", n.queries % 4 + 1},
                         {"d", 7},
                         {"H", 6},
                         {"H_kv", key_heads},
                         {"w", 3},
                         {"K", 5},
                         {"tile", 4},
                         {"m", 3},
                         {"feature_map", 0}},
                        causal});
    }
  }
  return shapes;
}

std::vector<ModuleShape> ShapesOf(const Subject& subject) {
  std::vector<ModuleShape> shapes = Shapes();
  if (subject.make != MakeLinear) return shapes;
  for (const ModuleShape& shape : Shapes()) {
    shapes.push_back(shape);
    shapes.back().values["feature_map"] = 1;
    shapes.back().values["m"] = 5;
  }
  return shapes;
}

Reference ReferenceOf(const Subject& subject, const Module& module, const ModuleShape& shape) {
  return [=, &subject, &module](const at::Tensor& x, const at::Tensor& context) {
    const at::Tensor q = Projected(module, x, "q.weight", shape["w"]);
    const at::Tensor k = Projected(module, context, "k.weight", shape["w"]);
    const at::Tensor v = Projected(module, context, "v.weight", shape["w"]);
    return subject.reference(module, shape, q, k, v);
  };
}

TEST_CASE("Dense modules are their definitions, forward and backward", "[verify][modules]") {
  at::manual_seed(20251);
  const InDoublePrecision in_double;
  for (const Subject& subject : Subjects()) {
    for (const ModuleShape& shape : ShapesOf(subject)) {
      const auto module = subject.make(shape.AsSizes());
      Enlarge(*module);
      INFO(subject.name << ": " << shape.Text());
      CHECK(DifferenceFrom(ReferenceOf(subject, *module, shape), *module) == "");
    }
  }
}

struct Point {
  at::Tensor out;
  std::vector<at::Tensor> gradients;  ///< of the sum of the output's squares, by each input
};

Point OutputAndGradients(Module& module, const std::vector<at::Tensor>& inputs) {
  std::vector<at::Tensor> leaves;
  for (const at::Tensor& input : inputs) leaves.push_back(input.detach().set_requires_grad(true));
  const at::Tensor out = module.Forward(leaves).front();
  at::square(out).sum().backward();
  Point point = {out.detach(), {}};
  for (const at::Tensor& leaf : leaves) point.gradients.push_back(leaf.grad());
  return point;
}

double RelativeDifference(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor expected = b.to(at::kDouble);
  return at::norm(a.to(at::kDouble) - expected).item<double>() /
         (at::norm(expected).item<double>() + 1e-30);
}

TEST_CASE("Dense modules in single precision agree with double precision", "[verify][modules]") {
  at::manual_seed(20252);
  for (const Subject& subject : Subjects()) {
    for (const ModuleShape& shape : ShapesOf(subject)) {
      const auto single = subject.make(shape.AsSizes());
      std::unique_ptr<Module> twice;
      {
        const InDoublePrecision in_double;
        twice = subject.make(shape.AsSizes());
      }
      const c10::NoGradGuard no_gradient;
      for (std::size_t i = 0; i < single->parameters().size(); ++i) {
        single->parameters()[i].tensor.mul_(10);
        twice->parameters()[i].tensor.copy_(single->parameters()[i].tensor);
      }
      for (std::size_t i = 0; i < single->buffers().size(); ++i) {
        twice->buffers()[i].tensor.copy_(single->buffers()[i].tensor);
      }
      std::vector<at::Tensor> inputs = RandomInputs(*single), wide;
      for (const at::Tensor& input : inputs) wide.push_back(input.to(at::kDouble));
      const at::AutoGradMode gradients(true);
      const Point got = OutputAndGradients(*single, inputs);
      const Point expected = OutputAndGradients(*twice, wide);
      INFO(subject.name << ": " << shape.Text());
      CHECK(got.out.scalar_type() == at::kFloat);
      CHECK(RelativeDifference(got.out, expected.out) < 1e-4);
      CHECK(RelativeDifference(got.gradients.back(), expected.gradients.back()) < 1e-4);
    }
  }
}

TEST_CASE("No causal module sees a later token", "[verify][modules]") {
  at::manual_seed(20253);
  for (const Subject& subject : Subjects()) {
    if (subject.make == MakeLinformer) continue;  // it has no causal form
    for (const ModuleShape& shape : ShapesOf(subject)) {
      if (!shape.causal) continue;
      const auto module = subject.make(shape.AsSizes());
      INFO(subject.name << ": " << shape.Text());
      CHECK(FirstLeak(*module, shape) == "");
    }
  }
}

TEST_CASE("Dense modules execute the products that are predicted", "[verify][modules]") {
  at::manual_seed(20254);
  for (const Subject& subject : Subjects()) {
    for (const ModuleShape& shape : ShapesOf(subject)) {
      const auto module = subject.make(shape.AsSizes());
      INFO(subject.name << ": " << shape.Text());
      CHECK(FlopDifference(*module, subject.name, shape) == "");
    }
  }
}

/// f(x + e) - f(x - e) for a small random e, and what the gradient makes of it.
double GradientError(Module& module) {
  const std::vector<at::Tensor> inputs = RandomInputs(module);
  const Point point = OutputAndGradients(module, inputs);
  const c10::NoGradGuard no_gradient;
  std::vector<at::Tensor> before, after;
  double expected = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const at::Tensor step = at::randn(inputs[i].sizes()) * 1e-6;
    before.push_back(inputs[i] - step);
    after.push_back(inputs[i] + step);
    expected += 2 * (step * point.gradients[i]).sum().item<double>();
  }
  const auto value = [&](const std::vector<at::Tensor>& at_inputs) {
    return at::square(module.Forward(at_inputs).front()).sum().item<double>();
  };
  return std::abs(value(after) - value(before) - expected) / std::abs(expected);
}

TEST_CASE("Gradients of dense modules are slopes", "[verify][modules]") {
  at::manual_seed(20255);
  const InDoublePrecision in_double;
  for (const Subject& subject : Subjects()) {
    for (const ModuleShape& shape : ShapesOf(subject)) {
      const auto module = subject.make(shape.AsSizes());
      Enlarge(*module);
      INFO(subject.name << ": " << shape.Text());
      CHECK(GradientError(*module) < 1e-5);
    }
  }
}

TEST_CASE("Flash and top-k attention hold no matrix of all scores", "[verify][modules]") {
  at::manual_seed(20256);
  const ModuleShape shape = {{{"T", 1021}, {"d", 8}, {"H", 2}, {"w", 4}, {"K", 7}, {"tile", 64}},
                             true};
  const std::int64_t matrix = 1021 * 1021 * 4;
  for (const Make make : {MakeFlash, MakeTopkExact}) {
    const auto module = make(shape.AsSizes());
    std::vector<at::Tensor> inputs = RandomInputs(*module);
    MemoryProbe probe;
    const at::Tensor out = module->Forward(std::move(inputs)).front();
    CHECK(probe.peak() < matrix);
    out.sum().backward();
    CHECK(probe.peak() < matrix);
    CHECK(probe.events() > 0);
  }
}

TEST_CASE("Own kernels give the same bits at one and at two threads", "[verify][modules]") {
  for (const Subject& subject : Subjects()) {
    if (subject.make != MakeTopkExact && subject.make != MakeLinear) continue;
    for (const ModuleShape& shape : ShapesOf(subject)) {
      const auto run = [&](int threads) {
        at::manual_seed(20257);
        at::set_num_threads(threads);
        const auto module = subject.make(shape.AsSizes());
        return OutputAndGradients(*module, RandomInputs(*module));
      };
      const Point one = run(1), two = run(2);
      INFO(subject.name << ": " << shape.Text());
      CHECK(at::equal(one.out, two.out));
      CHECK(at::equal(one.gradients.back(), two.gradients.back()));
    }
  }
}

using Tallied = Counted<float>;

/// A tensor [B, n, heads, width] of numbers 1, 2, 3 and so on.
struct TalliedRows {
  std::int64_t rows, heads, width;
  std::vector<Tallied> data;

  TalliedRows(std::int64_t sequences, std::int64_t n, std::int64_t all_heads, std::int64_t columns)
      : rows(n), heads(all_heads), width(columns) {
    for (std::int64_t i = 0; i < sequences * n * heads * width; ++i)
      data.emplace_back(1.0 + static_cast<double>(i % 7));
  }
  template <class Scalar>
  HeadRows<Scalar> As() {
    return {data.data(), rows * heads * width, heads * width, width};
  }
};

void CheckTally(std::int64_t multiply_adds) {
  CHECK(TallyOfThread().product_multiplies == multiply_adds);
  CHECK(TallyOfThread().product_additions == multiply_adds);
  TallyOfThread() = {};
}

TEST_CASE("A running state multiplies as often as it reports", "[verify][modules]") {
  for (const auto& [queries, keys] : {std::pair{5, 5}, {1, 7}, {3, 11}, {7, 2}}) {
    const RunningSizes sizes = {2, queries, keys, 6, 3, 5, 4};
    TalliedRows f(2, queries, 6, 5), g(2, keys, 3, 5), v(2, keys, 3, 4), sums(2, queries, 6, 4);
    TalliedRows normaliser(2, queries, 6, 1), df = f, dg = g, dv = v;
    std::vector<Tallied> state(2 * 3 * 5 * 4), sum(2 * 3 * 5);
    const RunningState<Tallied> workspace = {sizes, state.data(), sum.data()};
    const RunningForward<Tallied> forward = {
        workspace,          f.As<const Tallied>(),   g.As<const Tallied>(), v.As<const Tallied>(),
        sums.As<Tallied>(), normaliser.As<Tallied>()};
    const RunningBackward<Tallied> backward = {workspace,
                                               f.As<const Tallied>(),
                                               g.As<const Tallied>(),
                                               v.As<const Tallied>(),
                                               sums.As<const Tallied>(),
                                               normaliser.As<const Tallied>(),
                                               df.As<Tallied>(),
                                               dg.As<Tallied>(),
                                               dv.As<Tallied>()};
    TallyOfThread() = {};
    for (int i = 0; i < 6; ++i) forward.Run({i / 3, i % 3});
    CheckTally(sizes.MultiplyAddsForward());
    for (int i = 0; i < 6; ++i) backward.Run({i / 3, i % 3});
    CheckTally(sizes.MultiplyAddsBackward());
    CHECK(sizes.MultiplyAddsForward() == 2 * (keys * 3 + queries * 6) * 5 * 4);
  }
}

TEST_CASE("Kept values are multiplied as often as it is reported", "[verify][modules]") {
  const GatherSizes sizes = {2, 7, 9, 6, 3, 5};
  const TextLengths text = {7, 9, true};
  const at::Tensor index = LatestKeys(2, 6, text, 4);
  const ChosenKeysPattern pattern = PatternOf(index, text);
  TalliedRows q(2, 7, 6, 5), v(2, 9, 3, 5), out = q, dv = v, weights(2, 6, 4 * 7, 1),
                                            grads = weights;
  const GatherOperands<Tallied> operands = {pattern, sizes, Tallied(0.5),
                                            {},      {},    v.As<const Tallied>()};
  const KeptValuesForward<Tallied> forward = {operands, {weights.data.data()}, out.As<Tallied>()};
  const KeptValuesBackward<Tallied> backward = {operands,
                                                {weights.data.data()},
                                                q.As<const Tallied>(),
                                                {grads.data.data()},
                                                dv.As<Tallied>()};
  TallyOfThread() = {};
  for (int i = 0; i < 12; ++i) forward.Run({i / 6, i % 6, 0, 7});
  CheckTally(sizes.MultiplyAdds(pattern));
  for (int i = 0; i < 12; ++i) backward.RunRows({i / 6, i % 6, 0, 7});
  for (int i = 0; i < 6; ++i) backward.RunKeys({i / 3, i % 3, 0, 9});
  CheckTally(2 * sizes.MultiplyAdds(pattern));
  CHECK(sizes.MultiplyAdds(pattern) == 2 * 6 * (3 + 4 * 6) * 5);  // n = 3, 4, 5, ... keys seen
}

TEST_CASE("Linear attention refuses what it has no features for", "[verify][modules]") {
  ModuleShape shape = Shapes().front();
  shape.values["m"] = 4;
  CHECK_THROWS_AS(MakeLinear(shape.AsSizes()), CostError);
  shape.values["m"] = 3;
  shape.values["feature_map"] = 2;
  CHECK_THROWS_AS(MakeLinear(shape.AsSizes()), CostError);
}

}  // namespace
}  // namespace costcheck
