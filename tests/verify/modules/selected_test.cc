#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "costmodel/algebra/error.h"
#include "tests/catch.h"
#include "tests/verify/modules/module_check.h"
#include "verify/modules/block_topk.h"
#include "verify/modules/nsa.h"
#include "verify/modules/topk_indexer.h"

namespace costcheck {
namespace {

using Values = std::map<std::string, std::int64_t, std::less<>>;

std::vector<ModuleShape> ShapesWith(const Values& own) {
  const std::vector<Values> texts = {
      {{"T", 1}, {"d", 3}, {"H", 1}, {"w", 2}},
      {{"T", 6}, {"B", 2}, {"d", 7}, {"H", 2}, {"w", 3}},
      {{"T", 37}, {"B", 2}, {"d", 5}, {"H", 6}, {"H_kv", 3}, {"w", 3}},
      {{"T", 19}, {"d", 11}, {"H", 3}, {"H_kv", 1}, {"w", 5}},
      {{"T", 5}, {"S", 23}, {"B", 2}, {"d", 5}, {"H", 2}, {"w", 3}},
      {{"T", 13}, {"S", 8}, {"B", 2}, {"d", 3}, {"H", 4}, {"H_kv", 2}, {"w", 3}},
  };
  std::vector<ModuleShape> shapes;
  for (Values values : texts) {
    values.insert(own.begin(), own.end());
    for (const bool causal : {true, false}) shapes.push_back({values, causal});
  }
  return shapes;
}

/// Which candidates are taken of one row: the `most` of the greatest scores.
std::vector<std::int64_t> Best(std::vector<std::int64_t> candidates, const at::Tensor& scores,
                               std::int64_t most) {
  const double* score = scores.data_ptr<double>();
  std::sort(candidates.begin(), candidates.end(),
            [&](std::int64_t i, std::int64_t j) { return score[i] > score[j]; });
  candidates.resize(std::min(candidates.size(), static_cast<std::size_t>(most)));
  return candidates;
}

/// Calls `visit` with position, scores and mask of every row of scores [B, heads, T, n].
template <class Visit>
at::Tensor DrawMask(const ModuleShape& shape, const at::Tensor& scores, const Visit& visit) {
  const ModuleShape all = shape.WithDefaults();
  at::Tensor mask = at::zeros({scores.size(0), scores.size(1), all["T"], all["S"]}, at::kBool);
  const at::Tensor in_order = scores.detach().contiguous();
  for (std::int64_t b = 0; b < mask.size(0); ++b) {
    for (std::int64_t h = 0; h < mask.size(1); ++h) {
      for (std::int64_t row = 0; row < all["T"]; ++row) {
        visit(all["S"] - all["T"] + row, in_order[b][h][row], mask[b][h][row].data_ptr<bool>());
      }
    }
  }
  return mask;
}

/// bool [B, heads, T, S] of the keys chosen by scores of the same shape. Many score exactly 0, by
/// the indexer's ReLU: which of them are taken is LibTorch's choice, here as there.
at::Tensor MaskOfBestKeys(const ModuleShape& shape, const at::Tensor& scores) {
  const ModuleShape all = shape.WithDefaults();
  const at::Tensor visible = MaskOf(shape, [](std::int64_t, std::int64_t) { return true; });
  const at::Tensor seen = scores.detach().masked_fill(at::logical_not(visible),
                                                      -std::numeric_limits<double>::infinity());
  const at::Tensor best = std::get<1>(at::topk(seen, std::min(all["K"], all["S"])));
  return at::zeros(scores.sizes(), at::kBool).scatter(3, best, true).logical_and(visible);
}

/// The same for blocks, chosen by scores [B, heads, T, blocks].
at::Tensor MaskOfBestBlocks(const ModuleShape& shape, const at::Tensor& scores) {
  const ModuleShape all = shape.WithDefaults();
  const std::int64_t size = all["b"], keys = all["S"];
  return DrawMask(shape, scores, [&](std::int64_t a, const at::Tensor& of_row, bool* mask) {
    if (a < 0) return;
    std::vector<std::int64_t> others;
    for (std::int64_t block = 0; (block + 1) * size <= keys; ++block) {
      if (all.causal ? block < a / size : block != a / size) others.push_back(block);
    }
    std::vector<std::int64_t> taken =
        Best(others, of_row, std::max<std::int64_t>(all["K"] / size, 1) - 1);
    taken.push_back(a / size);
    for (const std::int64_t block : taken) {
      for (std::int64_t j = block * size; j < std::min((block + 1) * size, keys); ++j) {
        mask[j] = !all.causal || j <= a;
      }
    }
  });
}

/// q k^T of a representative of each block: [B, H, T, blocks].
at::Tensor BlockScores(const ModuleShape& shape, const at::Tensor& q, const at::Tensor& of_heads) {
  const at::Tensor k = of_heads.repeat_interleave(q.size(2) / of_heads.size(2), 2);
  std::vector<at::Tensor> scores;
  for (std::int64_t first = 0; first < k.size(1); first += shape["b"]) {
    const at::Tensor block = k.slice(1, first, first + shape["b"]);
    if (shape["representatives"] == 1) {
      scores.push_back((q * block.mean(1, true)).sum(-1));
    } else {
      const at::Tensor low = q * block.amin({1}, true), high = q * block.amax({1}, true);
      scores.push_back(at::maximum(low, high).sum(-1));
    }
  }
  return at::stack(scores, -1).transpose(1, 2);
}

const std::vector<Values> kBlockSizes = {{{"b", 4}, {"K", 9}},   {{"b", 3}, {"K", 12}},
                                         {{"b", 1}, {"K", 5}},   {{"b", 5}, {"K", 3}},
                                         {{"b", 7}, {"K", 100}}, {{"b", 41}, {"K", 90}}};

TEST_CASE("Block top-k attends to its own block and the best others", "[block_topk]") {
  at::manual_seed(11);
  for (Values own : kBlockSizes) {
    for (const int representatives : {1, 2}) {
      own["representatives"] = representatives;
      for (const ModuleShape& shape : ShapesWith(own)) {
        INFO(shape.Text());
        const InDoublePrecision in_double;
        const std::unique_ptr<Module> module = MakeBlockTopk(shape.AsSizes());
        Enlarge(*module);
        const Reference reference = [&](const at::Tensor& x, const at::Tensor& context) {
          const at::Tensor q = Projected(*module, x, "q.weight", shape["w"]);
          const at::Tensor k = Projected(*module, context, "k.weight", shape["w"]);
          const at::Tensor v = Projected(*module, context, "v.weight", shape["w"]);
          return AttendUnderMask(q, k, v, MaskOfBestBlocks(shape, BlockScores(shape, q, k)));
        };
        CHECK(DifferenceFrom(reference, *module) == "");
        if (shape.causal) CHECK(FirstLeak(*module, shape) == "");
      }
    }
  }
}

TEST_CASE("An indexer's best keys serve all heads", "[topk_indexer]") {
  at::manual_seed(12);
  for (const Values& own : {Values{{"K", 3}, {"m", 5}, {"indexer_heads", 2}},
                            Values{{"K", 1}, {"m", 1}, {"indexer_heads", 3}},
                            Values{{"K", 13}, {"m", 3}, {"indexer_heads", 1}},
                            Values{{"K", 50}, {"m", 2}, {"indexer_heads", 4}}}) {
    for (const ModuleShape& shape : ShapesWith(own)) {
      INFO(shape.Text());
      const InDoublePrecision in_double;
      const std::unique_ptr<Module> module = MakeTopkIndexer(shape.AsSizes());
      Enlarge(*module);
      const Reference reference = [&](const at::Tensor& x, const at::Tensor& context) {
        const at::Tensor q = Projected(*module, x, "indexer_q.weight", shape["m"]);
        const at::Tensor k = Projected(*module, context, "indexer_k.weight", shape["m"]);
        const at::Tensor gates = at::matmul(x, NamedOf(*module, "indexer_gates.weight").t());
        const at::Tensor products = at::relu(at::einsum("btjm,bsim->btjs", {q, k}));
        const at::Tensor scores = (products * gates.unsqueeze(-1)).sum(2).unsqueeze(1);
        return AttendUnderMask(Projected(*module, x, "q.weight", shape["w"]),
                               Projected(*module, context, "k.weight", shape["w"]),
                               Projected(*module, context, "v.weight", shape["w"]),
                               MaskOfBestKeys(shape, scores));
      };
      CHECK(DifferenceFrom(reference, *module) == "");
      if (shape.causal) CHECK(FirstLeak(*module, shape) == "");
    }
  }
}

/// Native sparse attention, branch by branch.
class NsaReference {
 public:
  NsaReference(const Module& module, const ModuleShape& shape)
      : module_(module), shape_(shape.WithDefaults()) {}

  at::Tensor operator()(const at::Tensor& x, const at::Tensor& context) const {
    const at::Tensor q = Of(x, "q.weight");
    const at::Tensor k = Compressed(Of(context, "compressed_k.weight"), "compress_k.weight");
    const at::Tensor v = Compressed(Of(context, "compressed_v.weight"), "compress_v.weight");
    const at::Tensor stretches = StretchMask(k.size(1));
    const at::Tensor blocks = MaskOfBestBlocks(shape_, Scores(WeightsUnderMask(q, k, stretches)));
    const at::Tensor selected = blocks.repeat_interleave(shape_["H"] / shape_["H_kv"], 1);
    const at::Tensor window = MaskOf(shape_, [&](std::int64_t a, std::int64_t j) {
      const std::int64_t w = shape_["W"];
      return shape_.causal ? a - w < j : a - w / 2 <= j && j < a + w - w / 2;
    });
    const auto branch = [&](const std::string& name, const at::Tensor& mask) {
      return AttendUnderMask(q, Of(context, name + "_k.weight"), Of(context, name + "_v.weight"),
                             mask);
    };
    return Gated(x, 0, AttendUnderMask(q, k, v, stretches)) +
           Gated(x, 1, branch("selected", selected)) + Gated(x, 2, branch("window", window));
  }

 private:
  at::Tensor Of(const at::Tensor& rows, const std::string& weight) const {
    return Projected(module_, rows, weight, shape_["w"]);
  }
  std::int64_t First(std::int64_t stretch) const { return stretch * shape_["s"]; }
  std::int64_t End(std::int64_t stretch) const {
    return First(stretch) + shape_["compression_block"];
  }

  at::Tensor Compressed(const at::Tensor& rows, const std::string& weight) const {
    std::vector<at::Tensor> all = {rows.slice(1, 0, 0)};
    for (std::int64_t i = 0; End(i) <= rows.size(1); ++i) {
      const at::Tensor stretch = rows.slice(1, First(i), End(i)).transpose(1, 2);
      const at::Tensor side_by_side = stretch.reshape({rows.size(0), 1, rows.size(2), -1});
      all.push_back(at::matmul(side_by_side, NamedOf(module_, weight).t()));
    }
    return at::cat(all, 1);
  }

  at::Tensor StretchMask(std::int64_t count) const {
    at::Tensor mask = at::zeros({shape_["T"], count}, at::kBool);
    for (std::int64_t row = 0; row < shape_["T"]; ++row) {
      for (std::int64_t i = 0; i < count; ++i) {
        const bool is_past = End(i) - 1 <= shape_["S"] - shape_["T"] + row;
        mask[row][i].fill_(!shape_.causal || is_past);
      }
    }
    return mask;
  }

  /// Weights [B, H, T, N] to [B, H_kv, T, blocks]: each piece of s tokens of a block gets the
  /// weight of every stretch that has it.
  at::Tensor Scores(const at::Tensor& weights) const {
    const std::int64_t groups = shape_["H_kv"];
    const at::Tensor grouped =
        weights
            .view({weights.size(0), groups, shape_["H"] / groups, weights.size(2), weights.size(3)})
            .sum(2);
    std::vector<at::Tensor> scores;
    for (std::int64_t first = 0; first < shape_["S"]; first += shape_["b"]) {
      at::Tensor score = at::zeros(grouped.sizes().slice(0, 3));
      for (std::int64_t piece = first; piece < first + shape_["b"]; piece += shape_["s"]) {
        for (std::int64_t i = 0; i < weights.size(3); ++i) {
          const bool has_it = First(i) <= piece && piece + shape_["s"] <= End(i);
          if (has_it) score = score + grouped.select(3, i);
        }
      }
      scores.push_back(score);
    }
    return at::stack(scores, -1);
  }

  at::Tensor Gated(const at::Tensor& x, std::int64_t branch, const at::Tensor& rows) const {
    const at::Tensor gates = at::sigmoid(at::matmul(x, NamedOf(module_, "gates.weight").t()));
    const at::Tensor of_branch = gates.slice(2, branch * shape_["H"], (branch + 1) * shape_["H"]);
    return rows * of_branch.repeat_interleave(shape_["w"], 2);
  }

  const Module& module_;
  ModuleShape shape_;
};

// Stretches no longer than a block, or blocks that are all taken: else blocks may score alike.
const std::vector<Values> kNsaSizes = {
    {{"b", 4}, {"K", 9}, {"W", 3}, {"compression_block", 4}, {"s", 2}},
    {{"b", 6}, {"K", 12}, {"W", 1}, {"compression_block", 3}, {"s", 3}},
    {{"b", 3}, {"K", 7}, {"W", 20}, {"compression_block", 2}, {"s", 1}},
    {{"b", 2}, {"K", 1}, {"W", 5}, {"compression_block", 8}, {"s", 2}},
    {{"b", 4}, {"K", 99}, {"W", 50}, {"compression_block", 10}, {"s", 2}}};

TEST_CASE("NSA is the gated sum of its three branches", "[nsa]") {
  at::manual_seed(13);
  const InDoublePrecision in_double;
  for (const Values& own : kNsaSizes) {
    for (const ModuleShape& shape : ShapesWith(own)) {
      INFO(shape.Text());
      const std::unique_ptr<Module> module = MakeNsa(shape.AsSizes());
      Enlarge(*module);
      CHECK(DifferenceFrom(NsaReference(*module, shape), *module) == "");
      if (shape.causal) CHECK(FirstLeak(*module, shape) == "");
    }
  }
}

TEST_CASE("NSA refuses a stride that does not divide its blocks", "[nsa]") {
  const Values text = {{"T", 9}, {"d", 4}, {"H", 1}, {"w", 4}, {"K", 4}, {"W", 3}, {"s", 2}};
  for (const auto& [b, l] : {std::pair{3, 4}, std::pair{4, 3}}) {
    Values values = text;
    values["b"] = b;
    values["compression_block"] = l;
    const ModuleShape shape = {values, true};
    CHECK_THROWS_AS(MakeNsa(shape.AsSizes()), CostError);
  }
}

TEST_CASE("Selecting attentions execute the predicted products", "[flops]") {
  at::manual_seed(14);
  const auto check = [](auto make, const std::string& component, const Values& own) {
    for (const ModuleShape& shape : ShapesWith(own)) {
      INFO(component << ": " << shape.Text());
      CHECK(FlopDifference(*make(shape.AsSizes()), component, shape) == "");
    }
  };
  for (Values own : kBlockSizes) {
    for (const int representatives : {1, 2}) {
      own["representatives"] = representatives;
      check(MakeBlockTopk, "block_topk", own);
    }
  }
  check(MakeTopkIndexer, "topk_indexer", {{"K", 3}, {"m", 5}, {"indexer_heads", 2}});
  check(MakeTopkIndexer, "topk_indexer", {{"K", 50}, {"m", 2}, {"indexer_heads", 3}});
  for (const Values& own : kNsaSizes) check(MakeNsa, "nsa", own);
}

}  // namespace
}  // namespace costcheck
