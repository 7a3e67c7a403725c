#include "verify/modules/topk_mlp.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "costmodel/algebra/error.h"
#include "tests/catch.h"
#include "tests/verify/modules/module_check.h"
#include "verify/probe/memory_probe.h"

namespace costcheck {
namespace {

/// Keys of one query, the greatest logit first, as many as it sees up to K.
std::vector<std::int64_t> ChosenKeys(const at::Tensor& logits, std::int64_t visible,
                                     std::int64_t kept) {
  std::vector<std::int64_t> keys;
  for (std::int64_t key = 0; key < visible; ++key) keys.push_back(key);
  std::stable_sort(keys.begin(), keys.end(), [&](std::int64_t a, std::int64_t b) {
    return logits[a].item<double>() > logits[b].item<double>();
  });
  keys.resize(static_cast<std::size_t>(std::min(visible, kept)));
  return keys;
}

/// The definition, a query at a time.
class TopkMlpReference {
 public:
  TopkMlpReference(const Module& module, const ModuleShape& shape)
      : module_(module), shape_(shape.WithDefaults()) {}

  at::Tensor operator()(const at::Tensor& x, const at::Tensor& context) const {
    const at::Tensor q = Projected(module_, x, "q.weight", shape_["w"]);
    const at::Tensor k = Projected(module_, context, "k.weight", shape_["w"]);
    const at::Tensor v = Projected(module_, context, "v.weight", shape_["w"]);
    const std::int64_t exact = shape_["sparse_heads"] + shape_["exact_heads"];
    std::vector<at::Tensor> heads;
    for (std::int64_t head = 0; head < shape_["H"]; ++head) {
      const std::int64_t key_head = head / (shape_["H"] / shape_["H_kv"]);
      const at::Tensor queries = q.select(2, head), values = v.select(2, key_head);
      const auto attend = [&](std::int64_t latest) {
        return AttendUnderMask(queries.unsqueeze(2), k.select(2, key_head).unsqueeze(2),
                               values.unsqueeze(2), Latest(latest));
      };
      if (head < shape_["sparse_heads"]) {
        heads.push_back(SparseHead(head, queries.detach(), values));
      } else if (head < exact) {
        heads.push_back(attend(shape_["S"]));
      } else if (head < exact + shape_["topk_heads"]) {
        heads.push_back(attend(shape_["K"]));
      } else {
        heads.push_back(at::zeros_like(queries));
      }
    }
    return at::cat(heads, 2);
  }

 private:
  std::int64_t Visible(std::int64_t row) const {
    return shape_.causal ? std::max<std::int64_t>(shape_["S"] - shape_["T"] + row + 1, 0)
                         : shape_["S"];
  }

  at::Tensor Latest(std::int64_t count) const {
    at::Tensor mask = at::zeros({shape_["T"], shape_["S"]}, at::kBool);
    for (std::int64_t row = 0; row < shape_["T"]; ++row) {
      const std::int64_t seen = Visible(row), taken = std::min(seen, count);
      mask.select(0, row).narrow(0, seen - taken, taken).fill_(true);
    }
    return mask;
  }

  at::Tensor Selected(std::int64_t head, const at::Tensor& query) const {
    if (shape_["selection"] == 0) return at::arange(shape_["S"], at::kDouble);
    const at::Tensor in = NamedOf(module_, "selector.in")[head].detach();
    const at::Tensor out = NamedOf(module_, "selector.out")[head].detach();
    return at::matmul(at::relu(at::matmul(query, in)), out);
  }

  at::Tensor SparseHead(std::int64_t head, const at::Tensor& queries,
                        const at::Tensor& values) const {
    const std::int64_t width = shape_["w"];
    std::vector<at::Tensor> inputs;
    for (std::int64_t sequence = 0; sequence < shape_["B"]; ++sequence) {
      for (std::int64_t row = 0; row < shape_["T"]; ++row) {
        std::vector<at::Tensor> rows;
        const at::Tensor logits = Selected(head, queries[sequence][row]);
        for (std::int64_t key : ChosenKeys(logits, Visible(row), shape_["K"])) {
          rows.push_back(values[sequence][key]);
        }
        const auto missing = shape_["K"] - static_cast<std::int64_t>(rows.size());
        rows.push_back(at::zeros({missing * width}));
        inputs.push_back(at::cat(rows));
      }
    }
    const at::Tensor in = NamedOf(module_, "approximator.in")[head];
    const at::Tensor out = NamedOf(module_, "approximator.out")[head];
    return at::matmul(at::relu(at::matmul(at::stack(inputs), in)), out)
        .view({shape_["B"], shape_["T"], width});
  }

  const Module& module_;
  ModuleShape shape_;
};

struct Heads {
  std::int64_t all, keys, sparse, exact, topk, selection;
};

/// Lengths below, at and above K = 5 and beyond a block of scores; every kind of head alone and
/// mixed, across the groups that share keys.
std::vector<ModuleShape> Shapes() {
  struct Lengths {
    std::int64_t queries, keys;
  };
  const std::vector<Lengths> lengths = {{1, 1}, {3, 3}, {5, 5}, {13, 13}, {4, 9}, {9, 4}, {131, 7}};
  const std::vector<Heads> heads = {{2, 2, 2, 0, 0, 1}, {6, 2, 6, 0, 0, 1}, {6, 3, 1, 3, 2, 1},
                                    {6, 2, 2, 1, 2, 1}, {4, 4, 0, 2, 1, 1}, {4, 1, 2, 0, 2, 0},
                                    {3, 3, 2, 0, 0, 0}, {5, 1, 0, 0, 5, 0}};
  std::vector<ModuleShape> shapes;
  for (const Lengths& n : lengths) {
    for (const Heads& h : heads) {
      shapes.push_back({{{"T", n.queries},
                         {"S", n.keys},
                         {"B", 1 + (n.queries + h.sparse) % 2},
                         {"d", 7},
                         {"H", h.all},
                         {"H_kv", h.keys},
                         {"w", 3},
                         {"K", 5},
                         {"h", 11},
                         {"sparse_heads", h.sparse},
                         {"exact_heads", h.exact},
                         {"topk_heads", h.topk},
                         {"selection", h.selection}},
                        (n.queries + h.all) % 3 != 0});
    }
  }
  return shapes;
}

TEST_CASE("topk_mlp is its definition, forward and backward", "[verify][modules]") {
  at::manual_seed(20261);
  const InDoublePrecision in_double;
  for (const ModuleShape& shape : Shapes()) {
    const auto module = MakeTopkMlp(shape.AsSizes());
    Enlarge(*module);
    INFO(shape.Text());
    CHECK(DifferenceFrom(TopkMlpReference(*module, shape), *module) == "");
  }
}

TEST_CASE("topk_mlp sees no later token", "[verify][modules]") {
  at::manual_seed(20262);
  for (const ModuleShape& shape : Shapes()) {
    if (!shape.causal) continue;
    const auto module = MakeTopkMlp(shape.AsSizes());
    Enlarge(*module);
    INFO(shape.Text());
    CHECK(FirstLeak(*module, shape) == "");
  }
}

TEST_CASE("topk_mlp executes the products that are predicted", "[verify][modules]") {
  at::manual_seed(20263);
  for (const ModuleShape& shape : Shapes()) {
    const auto module = MakeTopkMlp(shape.AsSizes());
    INFO(shape.Text());
    CHECK(FlopDifference(*module, "topk_mlp", shape) == "");
  }
}

TEST_CASE("topk_mlp trains all but the selector and what only it reads", "[verify][modules]") {
  ModuleShape shape = Shapes().front();
  const auto module = MakeTopkMlp(shape.AsSizes());
  module->Forward(RandomInputs(*module)).front().sum().backward();
  const auto trained = [&](const char* name) { return NamedOf(*module, name).grad().defined(); };
  CHECK(trained("v.weight"));
  CHECK(trained("approximator.in"));
  CHECK(trained("approximator.out"));
  CHECK(trained("out.weight"));
  CHECK(!trained("q.weight"));
  CHECK(!trained("k.weight"));
  CHECK(!trained("selector.in"));
  CHECK(!trained("selector.out"));
}

TEST_CASE("topk_mlp holds no matrix of all logits", "[verify][modules]") {
  const ModuleShape shape = {{{"T", 1021},
                              {"d", 8},
                              {"H", 2},
                              {"w", 4},
                              {"K", 7},
                              {"h", 3},
                              {"sparse_heads", 1},
                              {"exact_heads", 0},
                              {"topk_heads", 1},
                              {"selection", 1}},
                             true};
  const auto module = MakeTopkMlp(shape.AsSizes());
  std::vector<at::Tensor> inputs = RandomInputs(*module);
  MemoryProbe probe;
  module->Forward(std::move(inputs)).front().sum().backward();
  CHECK(probe.peak() < 1021 * 1021 * 4);
  CHECK(probe.events() > 0);
}

TEST_CASE("topk_mlp refuses heads that are not there", "[verify][modules]") {
  ModuleShape shape = Shapes().front();
  shape.values["exact_heads"] = 1;
  CHECK_THROWS_AS(MakeTopkMlp(shape.AsSizes()), CostError);
  shape.values["exact_heads"] = 0;
  shape.values["selection"] = 2;
  CHECK_THROWS_AS(MakeTopkMlp(shape.AsSizes()), CostError);
}

}  // namespace
}  // namespace costcheck
