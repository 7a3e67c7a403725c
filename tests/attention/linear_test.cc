#include "costmodel/attention/linear.h"

#include "costmodel/algebra/error.h"
#include "costmodel/attention/linformer.h"
#include "tests/attention/costs.h"
#include "tests/catch.h"

// Attentions without a T x S pattern: linear.h and linformer.h.

namespace costcheck {
namespace {

const Named kSmall = {{"T", 7}, {"B", 2}, {"L", 3}, {"d", 12}, {"H", 4}, {"H_kv", 2}, {"w", 3}};

Named With(Named values, const Named& more) {
  for (const auto& [name, value] : more) values.insert_or_assign(name, value);
  return values;
}

TEST_CASE("Linear attention by hand: one update a key, one read a query", "[linear]") {
  // 3 x 3 states: updates of 2 key heads, reads of 4 heads, 7 tokens.
  CHECK(FlopsOf(kLinear, SettingsOf(kSmall)) == Expr(6 * 2 * 7 * 9 * (2 + 4)));
  CHECK(FlopsOf(kLinear, SettingsOf(kSmall, false)) == FlopsOf(kLinear, SettingsOf(kSmall)));
  CHECK(ParametersOf(kLinear, SettingsOf(kSmall)) == Expr(3 * (144 + 2 * 12 * 6 + 144)));
}

TEST_CASE("Random features are two more products, whose matrix is not trained", "[linear]") {
  const Named values = With(kSmall, {{"m", 5}, {"feature_map", 1}});
  const int features = 7 * 3 * 5 * (4 + 2), states = 7 * 3 * 5 * (2 + 4);
  CHECK(FlopsOf(kLinear, SettingsOf(values)) == Expr(6 * 2 * (features + states)));
  CHECK(FlopsOf(kLinear, SettingsOf(values, false, Phase::kTraining)) ==
        Expr(6 * 2 * (2 * features + 3 * states)));
  CHECK(ParametersOf(kLinear, SettingsOf(values)) == ParametersOf(kLinear, SettingsOf(kSmall)));
}

TEST_CASE("A running state is summed up again in backward, and not kept", "[linear]") {
  const Settings causal = SettingsOf(kSmall, true, Phase::kTraining);
  const Settings both_ways = SettingsOf(kSmall, false, Phase::kTraining);
  // 3 x 3 of 2 key heads, from 7 tokens; kept both ways, with the sum of 3 features.
  CHECK(FlopsOf(kLinear, causal) - FlopsOf(kLinear, both_ways) == Expr(6 * 2 * 7 * 9 * 2));
  CHECK(KeptElements(kLinear, both_ways) - KeptElements(kLinear, causal) == Expr(6 * 2 * (9 + 3)));
}

TEST_CASE("Linear attention has no pairs and grows with T, not its square", "[linear]") {
  CHECK(BuildGraph(kLinear, SettingsOf({})).heads.empty());
  const Expr T = Symbol("T");
  const Expr flops = FlopsOf(kLinear, SettingsOf(With(kSmall, {{"T", T}})));
  CHECK(flops == T * (6 * 2 * 9 * 6));
}

TEST_CASE("A linear decoder holds a state, whatever the length", "[linear]") {
  for (int keys : {1, 7, 1000}) {
    const Named values = With(kSmall, {{"S", keys}});
    CHECK(CachedElements(kLinear, values) == Expr(6 * 2 * (9 + 3)));
    CHECK(FlopsOf(kLinear, SettingsOf(values, true, Phase::kDecode)) == Expr(6 * 2 * 9 * 6));
  }
}

TEST_CASE("An elementwise feature map keeps the width", "[linear]") {
  CHECK_THROWS_AS(BuildGraph(kLinear, SettingsOf(With(kSmall, {{"m", 5}}))), CostError);
}

TEST_CASE("Linformer by hand: two length projections, T x K pairs", "[linformer]") {
  const Named values = With(kSmall, {{"K", 5}, {"S", 11}});
  CHECK(FlopsOf(kLinformer, SettingsOf(values, false)) ==
        Expr(6 * 2 * (2 * 5 * 11 * 6 + 2 * 7 * 5 * 12)));
  CHECK(ParametersOf(kLinformer, SettingsOf(values)) ==
        Expr(3 * (144 + 2 * 12 * 6 + 144 + 2 * 5 * 11)));
  CHECK(FlopsOf(kLinformer, SettingsOf(values, false, Phase::kTraining)) ==
        FlopsOf(kLinformer, SettingsOf(values, false)) * 3);
}

TEST_CASE("Linformer counts T x K under every rule, and has no causal form", "[linformer]") {
  const Expr T = Symbol("T"), K = Symbol("K");
  const Pairs pairs = PairsOf(kLinformer, SettingsOf({}));
  CHECK(pairs.useful == T * K);
  CHECK(pairs.executed == T * K);
  CHECK(pairs.unmasked == T * K);
  CHECK_FALSE(kLinformer.has_causal_form);
}

TEST_CASE("A Linformer decoder adds one token to K cached rows", "[linformer]") {
  const Named values = With(kSmall, {{"K", 5}, {"S", 11}});
  CHECK(CachedElements(kLinformer, values) == Expr(6 * 2 * 5 * 6));
  CHECK(FlopsOf(kLinformer, SettingsOf(values, true, Phase::kDecode)) ==
        Expr(6 * 2 * (2 * 5 * 6 + 2 * 5 * 12)));
  // Read, a layer: of keys and values each 2 sequences of 6 new elements, and one
  // row of 5 weights; then by the four steps of the core 24 of q, 60 cached a
  // projection, 40 scores or weights.
  const Graph graph = BuildGraph(kLinformer, SettingsOf(values, true, Phase::kDecode));
  const Cost core = CountCost(graph, FirstPrinciples(), Phase::kDecode, false);
  CHECK(Substitute(core.read.value(), {{"p", 1}}) ==
        Expr(3 * (2 * (12 + 5) + (24 + 60) + 40 + 40 + (40 + 60))));
  CHECK(ParametersOf(kLinformer, SettingsOf(values, true, Phase::kDecode)) ==
        ParametersOf(kLinformer, SettingsOf(values)));
}

}  // namespace
}  // namespace costcheck
