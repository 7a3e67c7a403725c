#include "verify/modules/clusters.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <vector>

#include "costmodel/algebra/error.h"
#include "tests/catch.h"
#include "tests/verify/modules/module_check.h"

namespace costcheck {
namespace {

using Values = std::map<std::string, std::int64_t, std::less<>>;
using Numbers = std::vector<std::int64_t>;

/// Texts of which C divides some.
std::vector<ModuleShape> ShapesWith(const Values& own) {
  const std::vector<Values> texts = {
      {{"T", 1}, {"d", 3}, {"H", 1}, {"w", 2}},
      {{"T", 3}, {"B", 2}, {"d", 4}, {"H", 2}, {"w", 3}},
      {{"T", 8}, {"B", 3}, {"d", 5}, {"H", 2}, {"w", 3}},
      {{"T", 29}, {"B", 2}, {"d", 7}, {"H", 3}, {"w", 5}},
      {{"T", 24}, {"d", 3}, {"H", 1}, {"w", 2}},
  };
  std::vector<ModuleShape> shapes;
  for (Values values : texts) {
    values.insert(own.begin(), own.end());
    for (const bool causal : {true, false}) shapes.push_back({values, causal});
  }
  return shapes;
}

/// The tokens 0 .. T-1, those of the greatest key first where keys differ.
template <class Key>
Numbers TokensBy(std::int64_t tokens, const Key& key) {
  Numbers order(static_cast<std::size_t>(tokens));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::int64_t i, std::int64_t j) { return key(i) > key(j); });
  return order;
}

/// The bucket of one row [w]: argmax of [a rot, -a rot].
std::int64_t BucketOf(const at::Tensor& row, const at::Tensor& rotations) {
  const at::Tensor rotated = at::matmul(row, rotations);
  return at::cat({rotated, at::neg(rotated)}).argmax().item<std::int64_t>();
}

/// Adds 1 for every pair that one round brings together, to counts [T, T] of one head.
void CountPairs(const ModuleShape& shape, const Numbers& bucket, at::Tensor counts) {
  const std::int64_t tokens = shape["T"], chunks = shape["C"];
  const std::int64_t size = (tokens + chunks - 1) / chunks;
  const auto bucket_of = [&](std::int64_t t) { return bucket[static_cast<std::size_t>(t)]; };
  const Numbers order = TokensBy(tokens, [&](std::int64_t t) { return -bucket_of(t); });
  for (std::int64_t i = 0; i < tokens; ++i) {
    for (std::int64_t j = 0; j < tokens; ++j) {
      const std::int64_t ahead = (i / size - j / size + chunks) % chunks;
      const std::int64_t query = order[static_cast<std::size_t>(i)];
      const std::int64_t key = order[static_cast<std::size_t>(j)];
      const bool together = ahead <= 1 && bucket_of(query) == bucket_of(key);
      if (together && (!shape.causal || key <= query)) counts[query][key].add_(1);
    }
  }
}

/// How often each pair meets, over all rounds: [B, H, T, T].
at::Tensor LshCounts(const ModuleShape& shape, const Module& module, const at::Tensor& a) {
  const at::Tensor rotations = NamedOf(module, "rotations");
  const std::int64_t directions = shape["C"] / 2;
  at::Tensor counts = at::zeros({a.size(0), a.size(2), a.size(1), a.size(1)});
  for (std::int64_t b = 0; b < a.size(0); ++b) {
    for (std::int64_t h = 0; h < a.size(2); ++h) {
      for (std::int64_t round = 0; round < shape["R"]; ++round) {
        const at::Tensor of_round = rotations[h].narrow(1, round * directions, directions);
        Numbers bucket;
        for (std::int64_t t = 0; t < a.size(1); ++t) {
          bucket.push_back(BucketOf(a[b][t][h], of_round));
        }
        CountPairs(shape, bucket, counts[b][h]);
      }
    }
  }
  return counts;
}

const std::vector<Values> kLshSizes = {
    {{"C", 2}, {"R", 1}}, {{"C", 4}, {"R", 3}}, {{"C", 6}, {"R", 2}}, {{"C", 10}, {"R", 1}}};

TEST_CASE("LSH attends within buckets, neighbouring chunks and rounds", "[lsh]") {
  at::manual_seed(21);
  const InDoublePrecision in_double;
  for (const Values& own : kLshSizes) {
    for (const ModuleShape& shape : ShapesWith(own)) {
      INFO(shape.Text());
      const std::unique_ptr<Module> module = MakeLsh(shape.AsSizes());
      Enlarge(*module);
      // The rounds' softmaxes weighed by their sums of exponentials are one softmax over all.
      const Reference reference = [&](const at::Tensor& x, const at::Tensor&) {
        const at::Tensor a = Projected(*module, x, "qk.weight", shape["w"]);
        const at::Tensor v = Projected(*module, x, "v.weight", shape["w"]);
        return AttendUnderMask(a, a, v, LshCounts(shape, *module, a.detach()));
      };
      CHECK(DifferenceFrom(reference, *module) == "");
    }
  }
}

/// Which tokens a centroid takes: bool [B, H, T].
at::Tensor Members(const ModuleShape& shape, const at::Tensor& scores) {
  const std::int64_t tokens = shape["T"], size = (tokens + shape["C"] - 1) / shape["C"];
  at::Tensor members = at::zeros(scores.sizes(), at::kBool);
  for (std::int64_t b = 0; b < scores.size(0); ++b) {
    for (std::int64_t h = 0; h < scores.size(1); ++h) {
      const at::Tensor of_head = scores[b][h].contiguous();
      const double* score = of_head.data_ptr<double>();
      const Numbers best = TokensBy(tokens, [&](std::int64_t t) { return score[t]; });
      for (std::int64_t i = 0; i < size; ++i) {
        members[b][h][best[static_cast<std::size_t>(i)]].fill_(true);
      }
    }
  }
  return members;
}

/// The mean of the attentions within all clusters that a token belongs to.
at::Tensor RouteUnderMask(const ModuleShape& shape, const Module& module, const at::Tensor& x) {
  const at::Tensor a = Projected(module, x, "qk.weight", shape["w"]);
  const at::Tensor v = Projected(module, x, "v.weight", shape["w"]);
  const at::Tensor scores =
      at::einsum("bthw,hwc->bhct", {a, NamedOf(module, "centroids")}).detach();
  const at::Tensor causal = MaskOf(shape, [](std::int64_t, std::int64_t) { return true; });
  at::Tensor sum = at::zeros({a.size(0), a.size(1), a.size(2) * a.size(3)});
  at::Tensor clusters = at::zeros({a.size(0), a.size(2), a.size(1)});
  for (std::int64_t c = 0; c < shape["C"]; ++c) {
    const at::Tensor members = Members(shape, scores.select(2, c));
    const at::Tensor pairs =
        at::logical_and(members.unsqueeze(3), members.unsqueeze(2)).logical_and(causal);
    sum = sum + AttendUnderMask(a, a, v, pairs);
    clusters = clusters + members;
  }
  return sum / at::clamp_min(clusters, 1).transpose(1, 2).repeat_interleave(shape["w"], 2);
}

const std::vector<Values> kRoutingSizes = {{{"C", 1}}, {{"C", 2}}, {{"C", 3}}, {{"C", 8}}};

TEST_CASE("Routing attends within the clusters that centroids take", "[routing]") {
  at::manual_seed(22);
  const InDoublePrecision in_double;
  for (const Values& own : kRoutingSizes) {
    for (const ModuleShape& shape : ShapesWith(own)) {
      INFO(shape.Text());
      const std::unique_ptr<Module> module = MakeRouting(shape.AsSizes());
      Enlarge(*module);
      const Reference reference = [&](const at::Tensor& x, const at::Tensor&) {
        return RouteUnderMask(shape, *module, x);
      };
      CHECK(DifferenceFrom(reference, *module) == "");
    }
  }
}

// A later token may change which tokens meet, as in the sources; it is never attended to.
TEST_CASE("No gradient reaches a later token through clusters", "[lsh][routing]") {
  at::manual_seed(23);
  const InDoublePrecision in_double;
  for (const ModuleShape& shape : ShapesWith({{"C", 4}, {"R", 2}})) {
    if (!shape.causal) continue;
    INFO(shape.Text());
    for (const auto make : {MakeLsh, MakeRouting}) {
      const std::unique_ptr<Module> module = make(shape.AsSizes());
      Enlarge(*module);
      CHECK(FirstGradientLeak(*module, shape) == "");
    }
  }
}

TEST_CASE("Clusters execute whole chunks and squares", "[lsh][routing][flops]") {
  at::manual_seed(24);
  for (const Values& own : kLshSizes) {
    for (const ModuleShape& shape : ShapesWith(own)) {
      INFO(shape.Text());
      CHECK(FlopDifference(*MakeLsh(shape.AsSizes()), "lsh", shape) == "");
    }
  }
  for (const Values& own : kRoutingSizes) {
    for (const ModuleShape& shape : ShapesWith(own)) {
      INFO(shape.Text());
      CHECK(FlopDifference(*MakeRouting(shape.AsSizes()), "routing", shape) == "");
    }
  }
}

TEST_CASE("LSH refuses an odd number of buckets", "[lsh]") {
  const ModuleShape shape = {{{"T", 9}, {"d", 4}, {"H", 1}, {"w", 4}, {"C", 3}, {"R", 1}}, true};
  CHECK_THROWS_AS(MakeLsh(shape.AsSizes()), CostError);
}

}  // namespace
}  // namespace costcheck
