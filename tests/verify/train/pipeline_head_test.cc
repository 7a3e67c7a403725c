#include "verify/train/pipeline_head.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <limits>
#include <vector>

#include "tests/catch.h"
#include "tests/verify/train/near.h"
#include "tests/verify/train/specs.h"
#include "verify/train/initialization.h"
#include "verify/train/pipeline_evaluation.h"

// Sizes: windows 5 at most, T = 7, width 6, 3 heads of w = 2.

namespace costcheck {
namespace {

constexpr std::int64_t kRows = 5, kLength = 7, kHeads = 3, kWidth = 2, kTypes = 13;

struct Teacher {
  Teacher() : spec(SmallSpec(ModelFamily::kTransformer)), model(Plan()) {
    Initialize(spec.model, 11, model);
  }
  ModelPlan Plan() const {
    return {.model = spec.model,
            .arm = spec.arms.front(),
            .types = kTypes,
            .batch = kRows,
            .length = kLength};
  }

  ExperimentSpec spec;
  TrainedModel model;
};

Batch SomeBatch(std::int64_t rows, std::uint64_t seed) {
  Stream stream(seed, "tokens");
  Batch batch{.rows = rows, .length = kLength, .inputs = {}, .targets = {}};
  for (std::int64_t i = 0; i < rows * kLength; ++i) {
    batch.inputs.push_back(static_cast<std::int64_t>(stream.Below(kTypes)));
    batch.targets.push_back(static_cast<std::int64_t>(stream.Below(kTypes)));
  }
  return batch;
}

double At(const at::Tensor& x, const std::vector<std::int64_t>& place) {
  at::Tensor at = x;
  for (const std::int64_t i : place) at = at.select(0, i);
  return at.item<double>();
}

double Difference(const at::Tensor& a, const at::Tensor& b) {
  return at::sub(a, b).abs().max().item<double>();
}

PipelineSpec SmallPipeline(bool seeds_form) {
  PipelineSpec pipeline;
  pipeline.kept = 3;
  pipeline.selector_hidden = 11;
  pipeline.approximator_hidden = 13;
  pipeline.own_values = pipeline.future_keys = seeds_form;
  return pipeline;
}

/// Makes the last layer's bias the only thing that counts.
void Plant(TwoLayerMlp& mlp, const at::Tensor& output) {
  const c10::NoGradGuard no_gradients;
  for (const NamedTensor& parameter : mlp.parameters()) at::Tensor(parameter.tensor).zero_();
  at::Tensor(mlp.parameters().back().tensor).copy_(output);
}

}  // namespace

TEST_CASE("A logged head is softmax attention of its own queries, causal, and its values") {
  Teacher teacher;
  const HeadLog head = RunLogged(teacher.model, SomeBatch(3, 1), kRows, kHeads).head;
  REQUIRE(head.queries.sizes() == at::IntArrayRef({3, kLength, kWidth}));
  REQUIRE(head.weights.sizes() == at::IntArrayRef({3, kLength, kLength}));
  for (std::int64_t window = 0; window < 3; ++window) {
    for (std::int64_t t = 0; t < kLength; ++t) {
      double sum = 0;
      std::vector<double> output(kWidth, 0.0);
      for (std::int64_t key = 0; key < kLength; ++key) {
        const double weight = At(head.weights, {window, t, key});
        if (key > t) CHECK(weight == 0);
        sum += weight;
        for (std::size_t i = 0; i < kWidth; ++i) {
          output[i] += weight * At(head.values, {window, key, static_cast<std::int64_t>(i)});
        }
      }
      CHECK(Near(sum, 1, 1e-6));
      for (std::size_t i = 0; i < kWidth; ++i) {
        CHECK(std::abs(output[i] - At(head.outputs, {window, t, static_cast<std::int64_t>(i)})) <
              1e-6);
      }
    }
  }
}

TEST_CASE("A head that is replaced by what it gave changes nothing, another one does") {
  Teacher teacher;
  const Batch batch = SomeBatch(kRows, 2);
  const LoggedPass pass = RunLogged(teacher.model, batch, kRows, kHeads);
  const auto replaced = [&](const at::Tensor& by) {
    return RunReplaced(teacher.model, batch, kRows, kHeads,
                       [&](const at::Tensor&, const at::Tensor&) { return by; });
  };
  CHECK(Difference(replaced(pass.head.outputs), pass.logits) == 0);
  CHECK(Difference(replaced(pass.head.outputs.add(1)), pass.logits) > 1e-4);
  CHECK(Difference(RunLogged(teacher.model, batch, kRows, kHeads).logits, pass.logits) == 0);
}

TEST_CASE("The head that is replaced is the first one") {
  Teacher teacher;
  {
    const c10::NoGradGuard no_gradients;
    for (const NamedTensor& parameter : teacher.model.parameters()) {
      if (parameter.name == "layer1.attention.out.weight") {
        parameter.tensor.narrow(1, 0, kWidth).zero_();
      }
    }
  }
  const Batch batch = SomeBatch(kRows, 2);
  const at::Tensor logits = RunLogged(teacher.model, batch, kRows, kHeads).logits;
  const auto noise = [](const at::Tensor&, const at::Tensor& values) {
    return at::randn_like(values);
  };
  CHECK(Difference(RunReplaced(teacher.model, batch, kRows, kHeads, noise), logits) == 0);
}

TEST_CASE("Batches that are filled up are logged without what fills them") {
  Teacher teacher;
  const Batch whole = SomeBatch(kRows, 3), part = SomeBatch(2, 4);
  const HeadLog both = LogHead(teacher.model, {whole, part}, kRows, kHeads);
  REQUIRE(both.queries.size(0) == kRows + 2);
  const HeadLog last = RunLogged(teacher.model, part, kRows, kHeads).head;
  CHECK(Difference(both.values.narrow(0, kRows, 2), last.values) == 0);
  CHECK(RunLogged(teacher.model, part, kRows, kHeads).logits.size(0) == 2 * kLength);
}

TEST_CASE("Future keys are picked in the seeds' form alone") {
  // Each logit is its key's number: the last keys are always wanted.
  const at::Tensor queries = at::randn({3, kLength, kWidth});
  for (const bool seeds_form : {true, false}) {
    SparseHead sparse(SmallPipeline(seeds_form), kLength, kWidth, 5);
    Plant(sparse.selector(), at::arange(kLength).to(at::kFloat));
    const at::Tensor chosen = sparse.Choose(queries);
    for (std::int64_t t = 0; t < kLength; ++t) {
      for (std::int64_t slot = 0; slot < 3; ++slot) {
        const auto wanted = static_cast<double>(seeds_form ? kLength - 1 - slot
                                                           : std::max<std::int64_t>(t - slot, -1));
        CHECK(At(chosen, {1, t, slot}) == wanted);
      }
    }
  }
}

TEST_CASE("Chosen values lie side by side, with zeros for a key that there is not") {
  const at::Tensor values = at::arange(2 * 3 * 2).view({2, 3, 2}).to(at::kFloat).add(1);
  const at::Tensor chosen =
      at::tensor({0, -1, 1, 0, 2, 1, 0, -1, 0, 1, 1, 2}, at::kLong).view({2, 3, 2});
  const at::Tensor rows = ValueRows(values, chosen);
  REQUIRE(rows.sizes() == at::IntArrayRef({6, 4}));
  for (std::int64_t window = 0; window < 2; ++window) {
    for (std::int64_t t = 0; t < 3; ++t) {
      for (std::int64_t slot = 0; slot < 2; ++slot) {
        const auto key = static_cast<std::int64_t>(At(chosen, {window, t, slot}));
        for (std::int64_t i = 0; i < 2; ++i) {
          const double wanted = key < 0 ? 0 : At(values, {window, key, i});
          CHECK(At(rows, {window * 3 + t, slot * 2 + i}) == wanted);
        }
      }
    }
  }
}

TEST_CASE("Own values are copies of the query's, whatever is chosen") {
  const at::Tensor values = at::randn({2, 5, 3});
  const at::Tensor rows = OwnValueRows(values, 4);
  REQUIRE(rows.sizes() == at::IntArrayRef({10, 12}));
  for (std::int64_t slot = 0; slot < 4; ++slot) {
    CHECK(Difference(rows.narrow(1, slot * 3, 3), values.view({10, 3})) == 0);
  }
}

TEST_CASE("An MLP is relu between two maps, drawn within torch's bounds and from its name") {
  TwoLayerMlp mlp("selector", 5, 7, 3, 2), again("selector", 5, 7, 3, 2),
      other("approximator", 5, 7, 3, 2);
  const at::Tensor x = at::randn({11, 5});
  const auto weight = [&](std::size_t i) { return mlp.parameters()[i].tensor; };
  const at::Tensor hidden = at::clamp_min(at::matmul(x, weight(0).t()).add(weight(1)), 0);
  CHECK(Difference(mlp(x), at::matmul(hidden, weight(2).t()).add(weight(3))) < 1e-6);
  CHECK(Difference(mlp(x), again(x)) == 0);
  CHECK(Difference(mlp(x), other(x)) > 1e-3);
  for (const std::size_t i : {0u, 1u})
    CHECK(weight(i).abs().max().item<double>() <= std::sqrt(0.2));
  for (const std::size_t i : {2u, 3u}) {
    CHECK(weight(i).abs().max().item<double>() <= 1 / std::sqrt(7.0));
    CHECK(weight(i).abs().max().item<double>() > 0.1);
  }
}

TEST_CASE("Relative errors are ratios of norms, recall the weights of chosen keys") {
  const at::Tensor a = at::tensor({1.0, 2.0, 2.0}), b = at::tensor({0.0, 3.0, 4.0});
  CHECK(Near(RelativeError(a, b), std::sqrt(1.0 + 1 + 4) / 5));
  CHECK(RelativeError(b, b) == 0);
  const at::Tensor weights =
      at::tensor({1.0, 0.0, 0.0, 0.75, 0.25, 0.0, 0.5, 0.125, 0.375}, at::kFloat).view({1, 3, 3});
  const at::Tensor chosen = at::tensor({0, -1, 1, 2, 2, 1}, at::kLong).view({1, 3, 2});
  CHECK(Near(Recall(weights, chosen), (1 + 0.25 + 0.5) / 3));
}

TEST_CASE("The usual key of a position is the one most often strongest there") {
  const at::Tensor strongest =
      at::tensor({0, 1, 2, 0, 0, 2, 0, 0, 1, 0, 1, 1, 0, 1, 1}).view({5, 3});
  CHECK(at::equal(UsualKeys(strongest), at::tensor({0, 1, 1}, at::kLong)));
  const at::Tensor weights = at::tensor({1.0, 0.0, 0.4, 0.6}).view({1, 2, 2});
  CHECK(at::equal(StrongestKeys(weights), at::tensor({0, 1}, at::kLong).view({1, 2})));
}

TEST_CASE("A selector and an approximator that are right make no error") {
  Teacher teacher;
  {
    // All queries, all keys and all values are alike: a query's weights are equal, and the head
    // gives the one value.
    const c10::NoGradGuard no_gradients;
    for (const NamedTensor& parameter : teacher.model.parameters()) {
      if (parameter.name == "layer1.attention.in.weight") {
        at::Tensor(parameter.tensor).zero_();
      }
      if (parameter.name == "layer1.attention.in.bias") {
        at::Tensor(parameter.tensor).copy_(at::arange(18).to(at::kFloat).mul(0.1));
      }
    }
  }
  const std::vector<Batch> batches = {SomeBatch(kRows, 6), SomeBatch(3, 7)};
  const HeadLog head = LogHead(teacher.model, batches, kRows, kHeads);
  SparseHead sparse(SmallPipeline(false), kLength, kWidth, 5);
  Plant(sparse.selector(), at::arange(kLength).neg().to(at::kFloat));
  Plant(sparse.approximator(), head.values.select(0, 0).select(0, 0));
  const PipelineEvaluation right = EvaluateSparseHead(
      teacher.model, sparse, UsualKeys(StrongestKeys(head.weights)), 3, batches, kRows, kHeads);
  CHECK(right.top1 == 1);
  CHECK(right.top1_by_position == 1);
  CHECK(Near(right.recall, right.best_recall, 1e-6));
  CHECK(right.future_share == 0);
  CHECK(right.head_error < 1e-6);
  CHECK(right.logit_error < 1e-6);
  CHECK(Near(right.hybrid_loss, right.teacher_loss, 1e-6));
  CHECK(right.ablated_logit_error > 1e-3);

  // Of T equal weights, 3 are found.
  double mass = 0;
  for (std::int64_t t = 0; t < kLength; ++t) {
    mass += static_cast<double>(std::min<std::int64_t>(3, t + 1)) / static_cast<double>(t + 1);
  }
  CHECK(Near(right.recall, mass / kLength, 1e-6));

  // Wrong in both ways.
  Plant(sparse.selector(), at::arange(kLength).to(at::kFloat));
  Plant(sparse.approximator(), head.values.select(0, 0).select(0, 0).mul(2));
  const PipelineEvaluation wrong = EvaluateSparseHead(
      teacher.model, sparse, UsualKeys(StrongestKeys(head.weights)), 3, batches, kRows, kHeads);
  CHECK(Near(wrong.top1, 1.0 / kLength));  // of the first query alone
  CHECK(Near(wrong.head_error, 1, 1e-6));
  CHECK(wrong.logit_error > 1e-3);
}

}  // namespace costcheck
