#include "costmodel/model/block.h"

#include "costmodel/operators/convention.h"
#include "costmodel/operators/memory.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

const Symbol T("T"), B("B"), L("L"), d("d"), f("f"), V("V");

Settings Free() {
  Settings settings;
  for (const Symbol& symbol : {T, B, L, d, f, V}) settings.Set(symbol.name(), symbol);
  return settings;
}

Settings Primes() {
  Settings settings;
  const std::pair<const char*, int> values[] = {{"T", 3}, {"B", 2},  {"L", 5},
                                                {"d", 7}, {"f", 11}, {"V", 13}};
  for (const auto& [name, value] : values) settings.Set(name, value);
  return settings;
}

Convention Whole() {
  Convention convention;
  convention.scope = Scope::kModel;
  return convention;
}

Cost CostOf(const Graph& graph, Phase phase = Phase::kForward) {
  return CountCost(graph, Whole(), phase, true);
}

TEST_CASE("the rest of a layer is two products of the feed-forward", "[block]") {
  const Expr products = Expr(B) * T * L * d * f;
  CHECK(CostOf(LayerRest(Free())).multiply_adds.value() == 2 * products);
  CHECK(CostOf(LayerRest(Free()), Phase::kTraining).multiply_adds.value() == 6 * products);
  CHECK(CostOf(LayerRest(Primes())).multiply_adds.value() == Expr(2 * 3 * 2 * 5 * 7 * 11));
}

TEST_CASE("the feed-forward is four model widths unless set", "[block]") {
  Settings settings;
  settings.Set("d", Expr(d));
  CHECK(CostOf(LayerRest(settings)).multiply_adds.value() == 8 * Expr(T) * d * d);
}

TEST_CASE("a layer's rest has two matrices and two norms", "[block]") {
  CHECK(CountParameters(LayerRest(Free())).value() == Expr(L) * (2 * Expr(d) * f + 4 * Expr(d)));
}

TEST_CASE("its elementwise work stands beside the products", "[block]") {
  const Cost cost = CostOf(LayerRest(Primes()));
  const int rows = 2 * 3, wide = rows * 7;
  // Two norms: 7 an element and 3 a row; two residual sums; one product in GELU.
  CHECK(cost.simple.value() == Expr(5 * (2 * (7 * wide + 3 * rows) + 2 * wide + rows * 11)));
  CHECK(cost.special.value() == Expr(5 * (2 * 2 * rows + rows * 11)));
}

TEST_CASE("its layers keep norms' inputs and the feed-forward's", "[block]") {
  const Symbol p("p", Domain::kPositiveRational);
  const int rows = 2 * 3;
  // x, x1, norm2, W1's output, GELU's output, and two numbers a row for each norm.
  const int elements = rows * (7 + 7 + 7 + 11 + 11 + 2 + 2);
  CHECK(KeptForBackward(LayerRest(Primes()), PairRule::kUseful).value() == 5 * elements * Expr(p));
}

TEST_CASE("the rest of a model is logits, and a look-up without arithmetic", "[block]") {
  const Cost cost = CostOf(ModelRest(Free()));
  CHECK(cost.multiply_adds.value() == Expr(B) * T * d * V);
  CHECK(cost.lookups.value() == Expr(B) * T * d * V);
  CHECK(CountParameters(ModelRest(Free())).value() == Expr(V) * d);
}

TEST_CASE("a decoded token passes through once", "[block]") {
  Settings settings = Free();
  settings.phase = Phase::kDecode;
  CHECK(CostOf(LayerRest(settings)).multiply_adds.value() == 2 * Expr(B) * L * d * f);
  CHECK(CostOf(ModelRest(settings)).multiply_adds.value() == Expr(B) * d * V);
}

}  // namespace
}  // namespace costcheck
