#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <cstdlib>
#include <memory>

#include "tests/catch.h"
#include "tests/verify/modules/module_check.h"
#include "verify/modules/pattern_attention.h"

namespace costcheck {
namespace {

using Make = std::unique_ptr<Module> (*)(const Sizes& sizes);
using Values = std::map<std::string, std::int64_t, std::less<>>;

/// Texts around the sizes that the patterns below have, with `own` parameters.
std::vector<ModuleShape> ShapesWith(const Values& own) {
  const std::vector<Values> texts = {
      {{"T", 1}, {"d", 3}, {"H", 1}, {"w", 2}},
      {{"T", 5}, {"B", 2}, {"d", 7}, {"H", 2}, {"w", 3}},
      {{"T", 7}, {"B", 3}, {"d", 5}, {"H", 6}, {"H_kv", 3}, {"w", 2}},
      {{"T", 19}, {"B", 2}, {"d", 11}, {"H", 3}, {"H_kv", 1}, {"w", 5}},
      {{"T", 6}, {"S", 17}, {"B", 2}, {"d", 5}, {"H", 2}, {"w", 3}},
      {{"T", 13}, {"S", 8}, {"B", 2}, {"d", 3}, {"H", 4}, {"H_kv", 2}, {"w", 3}},
      {{"T", 3}, {"S", 14}, {"d", 4}, {"H", 1}, {"w", 3}},
  };
  std::vector<ModuleShape> shapes;
  for (Values values : texts) {
    values.insert(own.begin(), own.end());
    for (const bool causal : {true, false}) shapes.push_back({values, causal});
  }
  return shapes;
}

/// Holds modules of all texts against a mask that a module's own parameters and buffers settle.
using MaskOfModule = std::function<at::Tensor(const ModuleShape& shape, const Module& module)>;

at::Tensor AttendLocally(const Module& module, const ModuleShape& shape, const at::Tensor& x,
                         const at::Tensor& context, const at::Tensor& mask) {
  return AttendUnderMask(Projected(module, x, "q.weight", shape["w"]),
                         Projected(module, context, "k.weight", shape["w"]),
                         Projected(module, context, "v.weight", shape["w"]), mask);
}

void CheckAgainstMask(Make make, const Values& own, const MaskOfModule& mask_of) {
  const InDoublePrecision in_double;
  for (const ModuleShape& shape : ShapesWith(own)) {
    INFO(shape.Text());
    const std::unique_ptr<Module> module = make(shape.AsSizes());
    Enlarge(*module);
    const at::Tensor mask = mask_of(shape, *module);
    const Reference reference = [&](const at::Tensor& x, const at::Tensor& context) {
      return AttendLocally(*module, shape, x, context, mask);
    };
    CHECK(DifferenceFrom(reference, *module) == "");
  }
}

void CheckFlopsAndCausality(Make make, const std::string& component, const Values& own) {
  for (const ModuleShape& shape : ShapesWith(own)) {
    INFO(shape.Text());
    const std::unique_ptr<Module> module = make(shape.AsSizes());
    CHECK(FlopDifference(*module, component, shape) == "");
    Enlarge(*module);
    if (shape.causal) CHECK(FirstLeak(*module, shape) == "");
  }
}

bool InWindow(const ModuleShape& shape, std::int64_t a, std::int64_t j) {
  const std::int64_t window = shape["W"];
  if (shape.causal) return a - window < j;
  return a - window / 2 <= j && j < a + window - window / 2;
}

TEST_CASE("A sliding window attends to the keys of its band", "[sliding_window]") {
  at::manual_seed(1);
  for (const std::int64_t window : {1, 4, 5, 7, 30}) {
    const Values own = {{"W", window}};
    CheckAgainstMask(MakeSlidingWindow, own, [](const ModuleShape& shape, const Module&) {
      return MaskOf(shape, [&](std::int64_t a, std::int64_t j) { return InWindow(shape, a, j); });
    });
    CheckFlopsAndCausality(MakeSlidingWindow, "sliding_window", own);
  }
}

TEST_CASE("A strided query attends to its last keys and to every s-th", "[strided]") {
  at::manual_seed(2);
  for (const std::int64_t stride : {1, 3, 5, 23}) {
    const Values own = {{"s", stride}};
    CheckAgainstMask(MakeStrided, own, [&](const ModuleShape& shape, const Module&) {
      return MaskOf(shape, [&](std::int64_t a, std::int64_t j) {
        return std::abs(a - j) < stride || (a - j) % stride == 0;
      });
    });
    CheckFlopsAndCausality(MakeStrided, "strided", own);
  }
}

TEST_CASE("A fixed pattern attends to its block and to columns of the others", "[fixed]") {
  at::manual_seed(3);
  for (const Values& own : {Values{{"s", 5}, {"summary", 2}}, Values{{"s", 3}, {"summary", 3}},
                            Values{{"s", 29}, {"summary", 1}}}) {
    CheckAgainstMask(MakeFixed, own, [](const ModuleShape& shape, const Module&) {
      return MaskOf(shape, [&](std::int64_t a, std::int64_t j) {
        const std::int64_t s = shape["s"];
        return a >= 0 && (a / s == j / s || j % s >= s - shape["summary"]);
      });
    });
    CheckFlopsAndCausality(MakeFixed, "fixed", own);
  }
}

bool LocallyOrGlobally(const ModuleShape& shape, std::int64_t a, std::int64_t j) {
  const bool asks_globally = !shape.causal && 0 <= a && a < shape["G"];
  return asks_globally || j < shape["G"] || InWindow(shape, a, j);
}

const std::vector<Values> kWindowsAndGlobals = {
    {{"W", 3}, {"G", 2}}, {{"W", 5}, {"G", 0}}, {{"W", 2}, {"G", 9}}, {{"W", 40}, {"G", 12}}};

TEST_CASE("Every query sees the global tokens beside its window", "[window_global]") {
  at::manual_seed(4);
  for (Values own : kWindowsAndGlobals) {
    own["global_projections"] = 0;
    CheckAgainstMask(MakeWindowGlobal, own, [](const ModuleShape& shape, const Module&) {
      return MaskOf(shape,
                    [&](std::int64_t a, std::int64_t j) { return LocallyOrGlobally(shape, a, j); });
    });
    CheckFlopsAndCausality(MakeWindowGlobal, "window_global", own);
  }
}

/// As by two whole attentions, of which each query takes one.
at::Tensor AttendApart(const Module& module, const ModuleShape& shape, const at::Tensor& x,
                       const at::Tensor& context) {
  const auto mask = [&](bool global) {
    return MaskOf(shape, [&](std::int64_t a, std::int64_t j) {
      const bool asks_globally = 0 <= a && a < shape["G"];
      return asks_globally == global && (global || LocallyOrGlobally(shape, a, j));
    });
  };
  const at::Tensor locally = AttendLocally(module, shape, x, context, mask(false));
  if (shape["G"] == 0) return locally;
  return locally + AttendUnderMask(Projected(module, x, "global_q.weight", shape["w"]),
                                   Projected(module, context, "global_k.weight", shape["w"]),
                                   Projected(module, context, "global_v.weight", shape["w"]),
                                   mask(true));
}

TEST_CASE("Global tokens ask with projections of their own", "[window_global]") {
  at::manual_seed(5);
  const InDoublePrecision in_double;
  for (Values own : kWindowsAndGlobals) {
    own["global_projections"] = 1;
    for (const ModuleShape& shape : ShapesWith(own)) {
      INFO(shape.Text());
      const std::unique_ptr<Module> module = MakeWindowGlobal(shape.AsSizes());
      Enlarge(*module);
      const Reference reference = [&](const at::Tensor& x, const at::Tensor& context) {
        return AttendApart(*module, shape, x, context);
      };
      CHECK(DifferenceFrom(reference, *module) == "");
    }
    CheckFlopsAndCausality(MakeWindowGlobal, "window_global", own);
  }
}

const std::vector<Values> kBigBirds = {
    {{"b", 2}, {"window_blocks", 3}, {"global_blocks", 1}, {"r", 1}},
    {{"b", 3}, {"window_blocks", 1}, {"global_blocks", 2}, {"r", 2}},
    {{"b", 1}, {"window_blocks", 3}, {"global_blocks", 0}, {"r", 5}},
    {{"b", 4}, {"window_blocks", 5}, {"global_blocks", 1}, {"r", 0}},
    {{"b", 23}, {"window_blocks", 3}, {"global_blocks", 1}, {"r", 3}}};

/// Whether the block is among those drawn for a block of queries.
bool IsDrawn(const Module& module, std::int64_t own, std::int64_t block) {
  return at::any(at::eq(NamedOf(module, "random_blocks").select(0, own), block)).item<bool>();
}

at::Tensor BigBirdMask(const ModuleShape& shape, const Module& module) {
  const std::int64_t side = (shape["window_blocks"] - 1) / 2, global = shape["global_blocks"];
  return MaskOf(shape, [&](std::int64_t a, std::int64_t j) {
    if (a < 0) return false;
    const std::int64_t own = a / shape["b"], block = j / shape["b"];
    const bool asks_globally = !shape.causal && own < global;
    return asks_globally || block < global || std::abs(own - block) <= side ||
           IsDrawn(module, own, block);
  });
}

TEST_CASE("BigBird attends to window, global and random blocks", "[bigbird]") {
  at::manual_seed(6);
  for (const Values& own : kBigBirds) {
    CheckAgainstMask(MakeBigBird, own, BigBirdMask);
    CheckFlopsAndCausality(MakeBigBird, "bigbird", own);
  }
}

TEST_CASE("BigBird draws whole blocks that are seen by nothing else, each once", "[bigbird]") {
  const ModuleShape shape = {{{"T", 37},
                              {"d", 3},
                              {"H", 1},
                              {"w", 3},
                              {"b", 3},
                              {"window_blocks", 3},
                              {"global_blocks", 2},
                              {"r", 4}},
                             false};
  const at::Tensor drawn = NamedOf(*MakeBigBird(shape.AsSizes()), "random_blocks");
  REQUIRE(drawn.sizes() == at::IntArrayRef({13, 4}));
  for (std::int64_t own = 2; own < 13; ++own) {
    std::vector<bool> seen(12);  // block 12 holds one token of three
    for (std::int64_t i = 0; i < 4; ++i) {
      const std::int64_t block = drawn[own][i].item<std::int64_t>();
      REQUIRE((block >= 2 && block < 12));
      CHECK(std::abs(own - block) > 1);
      CHECK_FALSE(seen[static_cast<std::size_t>(block)]);
      seen[static_cast<std::size_t>(block)] = true;
    }
  }
  CHECK(at::equal(drawn, NamedOf(*MakeBigBird(shape.AsSizes()), "random_blocks")));
}

}  // namespace
}  // namespace costcheck
