#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <set>
#include <string>

#include "tests/catch.h"
#include "tests/verify/train/specs.h"
#include "verify/train/data.h"
#include "verify/train/evaluation.h"
#include "verify/train/initialization.h"
#include "verify/train/model.h"
#include "verify/train/trainer.h"

// Models whose attention is sparse from the first step on.

namespace costcheck {
namespace {

constexpr std::uint64_t kSeed = 17;

/// Each token tells much of the next.
ExperimentSpec ContextSpec() {
  ExperimentSpec spec = SmallSpec(ModelFamily::kTransformer);
  spec.corpus = {.kind = CorpusKind::kMarkov,
                 .types = 13,
                 .exponent = 1.1,
                 .dependence = 0.8,
                 .turns = 200,
                 .tokens = 4000,
                 .train_share = 0.9};
  spec.batch = {.length = 11, .sequences = 7};
  spec.model.width = 12;
  spec.model.heads = 3;
  spec.training.epochs = 2;
  spec.training.steps_per_epoch = 60;
  spec.arms = {spec.arms.front()};
  return spec;
}

struct SparseArm {
  const char* attention;
  std::map<std::string, std::int64_t> settings;
  std::set<std::string> untrained;  ///< what chooses keys, and what only it reads
};

const SparseArm kArms[] = {
    {"topk_exact", {{"K", 3}}, {}},
    {"topk_indexer",
     {{"K", 3}, {"indexer_heads", 2}, {"m", 5}},
     {"indexer_q.weight", "indexer_k.weight", "indexer_gates.weight"}},
    {"block_topk", {{"K", 4}, {"b", 2}, {"representatives", 1}}, {}},
    {"topk_mlp", {{"K", 3}, {"h", 7}, {"sparse_heads", 1}}, {"selector.in", "selector.out"}},
    {"topk_mlp",
     {{"K", 3}, {"h", 7}, {"sparse_heads", 3}},
     {"selector.in", "selector.out", "q.weight", "k.weight", "q.bias", "k.bias"}},
};

ExperimentSpec SpecOf(const SparseArm& arm) {
  ExperimentSpec spec = ContextSpec();
  spec.arms.front().attention = arm.attention;
  spec.arms.front().attention_settings = arm.settings;
  return spec;
}

std::string LastPart(const std::string& name) {
  const std::size_t attention = name.find(".attention.");
  return attention == std::string::npos
             ? name
             : name.substr(attention + std::string(".attention.").size());
}

}  // namespace

TEST_CASE("No gradient passes the choice of keys, all else has one") {
  for (const SparseArm& arm : kArms) {
    INFO(arm.attention);
    const ExperimentSpec spec = SpecOf(arm);
    at::manual_seed(kSeed);
    TrainedModel model({spec.model, spec.arms.front(), 13, 7, 11, {}});
    Initialize(spec.model, kSeed, model);
    const auto corpus = MakeCorpus(spec.corpus, kSeed);
    const TrainingBatches batches(spec, corpus->tokens, kSeed);
    const ModelBatch batch = ToModel(batches.At(0), 7);
    MeanLoss(model.Forward(ListOf(batch.tokens)).front(), batch.targets).backward();
    for (const NamedTensor& parameter : model.parameters()) {
      INFO(parameter.name);
      const at::Tensor& gradient = parameter.tensor.grad();
      const bool moved = gradient.defined() && gradient.abs().max().item<double>() > 0;
      CHECK(moved == !arm.untrained.contains(LastPart(parameter.name)));
    }
  }
}

TEST_CASE("Sparse attention learns a source with context, from the start and to the same bits") {
  at::set_num_threads(1);
  for (const SparseArm& arm : kArms) {
    INFO(arm.attention);
    const ExperimentSpec spec = SpecOf(arm);
    const auto corpus = MakeCorpus(spec.corpus, kSeed);
    const auto result = Train(spec, {0, kSeed, 1e-2}, corpus),
               again = Train(spec, {0, kSeed, 1e-2}, corpus);
    REQUIRE(result);
    CHECK(result->alarms.empty());
    const double first = *result->curve.front().expected_loss;
    const double last = *FindMetric(*result, "expected_loss");
    const double entropy = corpus->source->EntropyRate();
    CHECK(last > entropy);
    CHECK(last - entropy < (first - entropy) / 2);
    CHECK(last == *FindMetric(*again, "expected_loss"));
  }
}

}  // namespace costcheck
