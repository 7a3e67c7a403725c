#include "costmodel/attention/components.h"

#include <set>

#include "costmodel/algebra/print.h"
#include "tests/attention/costs.h"
#include "tests/catch.h"

// What holds of every attention.

namespace costcheck {
namespace {

/// Values for every parameter of every component, small and mostly prime.
const Named kParameters = {{"K", 6},    {"W", 5},           {"G", 2}, {"b", 2},
                           {"r", 1},    {"s", 2},           {"C", 4}, {"R", 3},
                           {"h", 7},    {"m", 3},           {"p", 2}, {"compression_block", 4},
                           {"tile", 3}, {"sparse_heads", 1}};
const Named kShape = {{"B", 2}, {"L", 3}, {"H", 4}, {"H_kv", 2}, {"w", 3}};

Settings SettingsFor(const Component& component, const Named& lengths, bool causal = true,
                     Phase phase = Phase::kForward) {
  Named values = kShape;
  for (const Parameter& parameter : component.parameters) {
    const auto at = kParameters.find(std::string(parameter.name));
    if (at != kParameters.end()) values.insert(*at);
  }
  for (const auto& [name, value] : lengths) values.insert_or_assign(name, value);
  return SettingsOf(values, causal, phase);
}

bool OfOneText(const Component& component) {
  return component.name == "lsh" || component.name == "routing";
}

TEST_CASE("The attentions stand in table order", "[components]") {
  std::string names;
  for (const Component* component : AttentionComponents()) {
    names += std::string(component->name) + " ";
    CHECK(component->family == Family::kAttention);
    CHECK_FALSE(component->source.empty());
    CHECK_FALSE(component->title.empty());
  }
  CHECK(names ==
        "full flash topk_mlp topk_exact topk_indexer sliding_window window_global bigbird "
        "strided fixed block_topk nsa lsh routing linear linformer ");
}

TEST_CASE("A formula with free lengths gives what a graph of bound ones gives", "[components]") {
  const Expr T = Symbol("T"), S = Symbol("S");
  for (const Component* component : AttentionComponents()) {
    for (bool causal : {true, false}) {
      for (Phase phase : {Phase::kForward, Phase::kTraining, Phase::kDecode}) {
        const Expr keys = OfOneText(*component) ? T : S;
        const auto flops = [&](const Named& lengths) {
          return FlopsOf(*component, SettingsFor(*component, lengths, causal, phase));
        };
        const Expr formula = flops({{"T", T}, {"S", keys}});
        for (const auto& [queries, of_text] : {std::pair{1, 1}, {7, 7}, {3, 17}, {19, 5}}) {
          const int asked = OfOneText(*component) ? queries : of_text;
          INFO(component->name << " at T = " << queries << ", S = " << asked);
          CHECK(Evaluate(formula, {{"T", queries}, {"S", asked}}) ==
                *flops({{"T", queries}, {"S", asked}}).AsRational());
        }
      }
    }
  }
}

TEST_CASE("No tokens cost nothing", "[components]") {
  for (const Component* component : AttentionComponents()) {
    for (bool causal : {true, false}) {
      INFO(component->name);
      const Settings settings = SettingsFor(*component, {{"T", 0}}, causal, Phase::kTraining);
      const Graph graph = BuildGraph(*component, settings);
      const Cost cost = CountCost(graph, FirstPrinciples(), settings.phase, causal);
      CHECK(cost.multiply_adds.value() == Expr(0));
      Convention executed = FirstPrinciples();
      executed.count = PairCount::kExecuted;
      CHECK(CountFlops(graph, executed, settings.phase, causal).value() == Expr(0));
    }
  }
}

TEST_CASE("Batch and layers multiply", "[components]") {
  for (const Component* component : AttentionComponents()) {
    INFO(component->name);
    const Expr many = FlopsOf(*component, SettingsFor(*component, {{"T", 13}}));
    const Expr one = FlopsOf(*component, SettingsFor(*component, {{"T", 13}, {"B", 1}, {"L", 1}}));
    CHECK(many == one * 6);
    CHECK_FALSE(many.IsZero());
  }
}

/// Those that count a pair more than once, or rows that stand for many keys.
const std::set<std::string_view> kSumsOfPatterns = {"nsa", "lsh", "linformer"};

TEST_CASE("Useful pairs are at most executed, unmasked and dense ones", "[components]") {
  for (const Component* component : AttentionComponents()) {
    for (bool causal : {true, false}) {
      for (int T = 1; T <= 16; ++T) {
        const Graph graph = BuildGraph(*component, SettingsFor(*component, {{"T", T}}, causal));
        if (graph.heads.empty()) continue;
        const Pairs& pairs = graph.heads[0].pairs;
        INFO(component->name << " at T = " << T);
        const Rational useful = *pairs.useful.AsRational();
        CHECK(useful <= *pairs.executed.AsRational());
        CHECK(useful <= *pairs.unmasked.AsRational());
        CHECK(*pairs.dense.AsRational() == T * T);
        if (!kSumsOfPatterns.contains(component->name)) CHECK(useful <= T * T);
        if (!causal) CHECK(pairs.useful == pairs.unmasked);
      }
    }
  }
}

/// Flash makes one of two products again, a causal linear attention the state: H_kv products of
/// H_kv + H.
Expr FactorOfTraining(const Component& component) {
  if (component.name == "flash") return Expr(7) / 2;
  const Expr key_heads = kShape.at("H_kv");
  if (component.name == "linear") return 3 + key_heads / (key_heads + kShape.at("H"));
  return 3;
}

TEST_CASE("Training is three forwards but for selections and recomputation", "[components]") {
  for (const Component* component : AttentionComponents()) {
    INFO(component->name);
    const auto part = [&](Phase phase, Part which) {
      return PartFlops(*component, SettingsFor(*component, {{"T", 13}}, true, phase), which);
    };
    const auto times = [&](Part which, const Expr& factor) {
      CHECK(part(Phase::kTraining, which) == part(Phase::kForward, which) * factor);
    };
    times(Part::kProjection, 3);
    times(Part::kCore, FactorOfTraining(*component));
    times(Part::kSelection, 1);
  }
}

TEST_CASE("Every decoder holds a cache, and asks less of one token than of the text",
          "[components]") {
  for (const Component* component : AttentionComponents()) {
    INFO(component->name);
    const Settings decode = SettingsFor(*component, {{"T", 29}}, true, Phase::kDecode);
    CHECK_FALSE(CacheBytes(BuildGraph(*component, decode)).value().IsZero());
    CHECK(CacheBytes(BuildGraph(*component, SettingsFor(*component, {{"T", 29}}))).value() ==
          Expr(0));
    CHECK(*FlopsOf(*component, decode).AsRational() <
          *FlopsOf(*component, SettingsFor(*component, {{"T", 29}})).AsRational());
    CHECK(ParametersOf(*component, decode) ==
          ParametersOf(*component, SettingsFor(*component, {{"T", 29}})));
  }
}

TEST_CASE("A forward is the sum of its decoded tokens, where the pattern is one of the past",
          "[components]") {
  const std::set<std::string_view> exact = {"full",           "flash",   "topk_exact",
                                            "sliding_window", "strided", "window_global",
                                            "bigbird",        "fixed",   "block_topk"};
  for (const Component* component : AttentionComponents()) {
    if (!exact.contains(component->name)) continue;
    INFO(component->name);
    Expr decoded;
    for (int keys = 1; keys <= 23; ++keys) {
      decoded += FlopsOf(*component, SettingsFor(*component, {{"S", keys}}, true, Phase::kDecode));
    }
    CHECK(decoded == FlopsOf(*component, SettingsFor(*component, {{"T", 23}})));
  }
}

TEST_CASE("Scores of other lengths than the text's are counted too", "[components]") {
  for (const Component* component : AttentionComponents()) {
    if (OfOneText(*component)) continue;
    INFO(component->name);
    const Expr shorter = FlopsOf(*component, SettingsFor(*component, {{"T", 3}, {"S", 23}}, false));
    const Expr whole = FlopsOf(*component, SettingsFor(*component, {{"T", 23}}, false));
    CHECK(*shorter.AsRational() < *whole.AsRational());
  }
}

}  // namespace
}  // namespace costcheck
