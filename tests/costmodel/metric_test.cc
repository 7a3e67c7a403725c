#include "costmodel/metric.h"

#include "costmodel/algebra/error.h"
#include "tests/catch.h"
#include "tests/costmodel/small_component.h"

namespace costcheck {
namespace {

const Expr T = Symbol("T"), B = Symbol("B"), L = Symbol("L"), d = Symbol("d"), H = Symbol("H"),
           V = Symbol("V"), f = Symbol("f");

Settings Free() {
  Settings settings;
  for (const char* name : {"T", "B", "L", "d", "H", "V", "f"}) settings.Set(name, Symbol(name));
  return settings;
}

Convention Named(std::string_view name, Scope scope) {
  Convention convention = FindConvention(name);
  convention.scope = scope;
  return convention;
}

Expr Flops(Scope scope, Phase phase = Phase::kForward,
           std::string_view convention = "first-principles") {
  Settings settings = Free();
  settings.phase = phase;
  return Evaluate(kSmall, settings, Named(convention, scope), Metric::kFlops);
}

Expr Of(Metric metric, Scope scope = Scope::kCore, const Settings& settings = Free()) {
  return Evaluate(kSmall, settings, Named("first-principles", scope), metric);
}

TEST_CASE("wider scopes add projections, a feed-forward, and logits", "[metric]") {
  const Expr core = B * L * 2 * T * (T + 1) * d;
  CHECK(Flops(Scope::kCore) == core);
  CHECK(Flops(Scope::kModule) == core + 8 * B * L * T * d * d);
  CHECK(Flops(Scope::kLayer) == core + B * L * T * (8 * d * d + 4 * d * f));
  CHECK(Flops(Scope::kModel) == core + B * L * T * (8 * d * d + 4 * d * f) + 2 * B * T * d * V);
}

TEST_CASE("a training step is three forwards of a dense model", "[metric]") {
  for (Scope scope : {Scope::kCore, Scope::kModule, Scope::kLayer, Scope::kModel}) {
    CHECK(Flops(scope, Phase::kTraining) == 3 * Flops(scope));
  }
}

TEST_CASE("Narayanan Eq. 3 holds for a model put together by scope", "[metric]") {
  Settings settings = Free();
  settings.Set("f", 4 * d);
  settings.phase = Phase::kTraining;
  CHECK(Evaluate(kSmall, settings, FindConvention("megatron"), Metric::kFlops) ==
        96 * B * T * L * d * d * (1 + T / (6 * d) + V / (16 * L * d)));
}

TEST_CASE("a decoded token asks every cached key once", "[metric]") {
  CHECK(Flops(Scope::kCore, Phase::kDecode) == 4 * B * L * T * d);
  CHECK(Flops(Scope::kCore, Phase::kDecode, "flash-attention") == 4 * B * L * T * d);
}

TEST_CASE("pairs are those of one head under the convention's rule", "[metric]") {
  CHECK(Of(Metric::kPairs) == T * (T + 1) / 2);
  Settings settings = Free();
  settings.causal = false;
  CHECK(Of(Metric::kPairs, Scope::kCore, settings) == T * T);
  CHECK(Evaluate(kTable, Free(), FindConvention("seeds"), Metric::kPairs).IsZero());
}

TEST_CASE("parameters are the whole component's, and wider scopes add theirs", "[metric]") {
  CHECK(Of(Metric::kParameters) == 4 * L * d * d);
  CHECK(Of(Metric::kParameters, Scope::kModule) == 4 * L * d * d);
  const Expr layers = L * (4 * d * d + 2 * d * f + 4 * d);
  CHECK(Of(Metric::kParameters, Scope::kLayer) == layers);
  CHECK(Of(Metric::kParameters, Scope::kModel) == layers + V * d);
}

TEST_CASE("bytes moved are two a number unless p is set", "[metric]") {
  const Expr pairs = B * L * H * T * (T + 1) / 2, rows = B * L * T * d;
  const Expr elements = (2 * rows + pairs) + (pairs + pairs) + (pairs + rows + rows);
  CHECK(Of(Metric::kBytesMoved) == 2 * elements);
  Settings settings = Free();
  settings.Set("p", Rational(1, 2));
  CHECK(Of(Metric::kBytesMoved, Scope::kCore, settings) == elements / 2);
}

TEST_CASE("bytes moved in training are more than forward's", "[metric]") {
  Settings settings = Free();
  settings.phase = Phase::kTraining;
  const Expr pairs = B * L * H * T * (T + 1) / 2, rows = B * L * T * d;
  // Scores: gradient, Q, K in, two out; softmax: gradient, weights in, one out;
  // values: gradient, weights, V in, two out.
  const Expr backward = (pairs + 4 * rows) + 3 * pairs + (rows + pairs + rows + pairs + rows);
  CHECK(Of(Metric::kBytesMoved, Scope::kCore, settings) == Of(Metric::kBytesMoved) + 2 * backward);
}

TEST_CASE("score bytes are one element a pair of every head", "[metric]") {
  CHECK(Of(Metric::kScoreBytes) == 2 * B * L * H * T * (T + 1) / 2);
}

TEST_CASE("kept bytes are x, Q, K, V, weights and what is projected", "[metric]") {
  const Expr pairs = B * L * H * T * (T + 1) / 2, rows = B * L * T * d;
  CHECK(Of(Metric::kKeptBytes) == 2 * (5 * rows + pairs));
}

TEST_CASE("the cache is keys and values of S tokens, T where S is not set", "[metric]") {
  CHECK(Of(Metric::kKvCacheBytes) == 2 * (2 * B * L * T * d));
  Settings settings = Free();
  settings.Set("S", 11);
  CHECK(Of(Metric::kKvCacheBytes, Scope::kCore, settings) == 44 * B * L * d);
}

TEST_CASE("an embedding is in every scope, and its graph alone", "[metric]") {
  const Convention core = FindConvention("first-principles");
  CHECK(Evaluate(kTable, Free(), core, Metric::kFlops).IsZero());
  CHECK(Evaluate(kTable, Free(), core, Metric::kParameters) == V * d);
  CHECK(Evaluate(kTable, Free(), core, Metric::kBytesMoved) == 4 * T * d + 4 * T);
  CHECK(Evaluate(kTable, Free(), FindConvention("chinchilla"), Metric::kFlops) == 2 * T * V * d);
}

TEST_CASE("what has no causal form is counted without a mask", "[metric]") {
  Component open = kSmall;
  open.has_causal_form = false;
  for (const char* name : {"first-principles", "palm", "flash-attention"}) {
    CHECK(Evaluate(open, Free(), Named(name, Scope::kCore), Metric::kPairs) == T * T);
  }
}

TEST_CASE("a bound formula is the formula of bound settings", "[metric]") {
  const std::pair<const char*, int> sizes[] = {{"T", 24}, {"B", 2},  {"L", 3}, {"d", 35},
                                               {"H", 5},  {"V", 11}, {"f", 13}};
  Settings bound;
  Values values;
  for (const auto& [name, value] : sizes) {
    bound.Set(name, value);
    values[name] = value;
  }
  for (const MetricInfo& info : Metrics()) {
    const Expr formula = Of(info.metric, Scope::kModel);
    CHECK(Of(info.metric, Scope::kModel, bound).AsRational() == Evaluate(formula, values));
  }
}

TEST_CASE("metrics are read by name", "[metric]") {
  for (const MetricInfo& info : Metrics()) {
    CHECK(ParseMetric(info.name) == info.metric);
    CHECK(InfoOf(info.metric).name == info.name);
    CHECK_FALSE(info.unit.empty());
  }
  CHECK(Metrics().size() == 7);
  CHECK_THROWS_AS(ParseMetric("flop"), CostError);
}

}  // namespace
}  // namespace costcheck
