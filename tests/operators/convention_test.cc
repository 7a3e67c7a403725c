#include "costmodel/operators/convention.h"

#include <set>

#include "costmodel/algebra/error.h"
#include "tests/catch.h"
#include "tests/operators/small_graphs.h"

namespace costcheck {
namespace {

Expr Count(const Graph& graph, std::string_view convention, Phase phase = Phase::kForward,
           bool causal = true) {
  return CountFlops(graph, FindConvention(convention), phase, causal).value();
}

std::string MessageOf(std::string_view name) {
  try {
    FindConvention(name);
  } catch (const CostError& error) {
    return error.what();
  }
  return "";
}

// Narayanan 2021 names the sequence s and the model width h; d and T here.
Graph MegatronModel() { return Join(Layers(d, H, d / H, 4 * d), EmbeddingAndLogits(d)); }

TEST_CASE("Narayanan: a layer's forward is 24 B s h^2 + 4 B s^2 h", "[convention]") {
  Convention layer = FindConvention("megatron");
  layer.scope = Scope::kLayer;
  CHECK(CountFlops(MegatronModel(), layer, Phase::kForward, true).value() ==
        L * (24 * B * T * d * d + 4 * B * T * T * d));
}

TEST_CASE("Narayanan Eq. 3: an iteration with recomputation has the factor 96", "[convention]") {
  CHECK(Count(MegatronModel(), "megatron", Phase::kTraining) ==
        96 * B * T * L * d * d * (1 + T / (6 * d) + V / (16 * L * d)));
}

TEST_CASE("without recomputation the factor is 72", "[convention]") {
  CHECK(Count(MegatronModel(), "palm", Phase::kTraining) ==
        72 * B * L * T * d * d * (1 + T / (6 * d) + V / (12 * d * L)));
}

TEST_CASE("Kaplan Table 1: forward is 2N + 2 L n_ctx d_attn a token", "[convention]") {
  const Graph model = Join(Layers(d, H, w, f), EmbeddingAndLogits(d));
  const Expr attention = H * w;
  const Expr N = 2 * d * L * (2 * attention + f);
  const Expr a_token = 2 * N + 2 * L * T * attention;
  CHECK(Count(model, "kaplan") == B * T * a_token);
  CHECK(Count(model, "kaplan", Phase::kTraining) == 3 * B * T * a_token);
}

TEST_CASE("Hoffmann Appendix F: every line of the forward pass", "[convention]") {
  const Graph model = Join(Layers(d, H, w, f), EmbeddingAndLogits(d));
  const Expr a = H * w;
  const Expr layer = 2 * 3 * T * d * a + 2 * T * T * a + 3 * H * T * T + 2 * T * T * a +
                     2 * T * a * d + 2 * T * (d * f + d * f);
  const Expr sequence = 2 * T * V * d + L * layer + 2 * T * d * V;
  CHECK(Count(model, "chinchilla") == B * sequence);
  CHECK(Count(model, "chinchilla", Phase::kTraining) == 3 * B * sequence);
}

TEST_CASE("Chowdhery Appendix B: training takes 6N + 12 L H Q T a token", "[convention]") {
  const Graph model = Join(Layers(d, H, w, f), EmbeddingAndLogits(d));
  const Expr N = L * (4 * d * H * w + 2 * d * f) + V * d;
  for (const char* name : {"palm", "nanogpt"}) {
    CHECK(Count(model, name, Phase::kTraining) == B * T * (6 * N + 12 * L * H * w * T));
  }
}

TEST_CASE("FlashAttention: forward 4 T^2 w H B, half if causal, 3.5 times in training",
          "[convention]") {
  const Graph core = Core({B, T, H, w}, CausalPairs(T));
  const Expr full = 4 * T * T * w * H * B;
  CHECK(Count(core, "flash-attention", Phase::kForward, false) == full);
  CHECK(Count(core, "flash-attention") == full / 2);
  CHECK(Count(core, "flash-attention", Phase::kTraining) == full * Rational(7, 4));
}

TEST_CASE("the seeds count 2 T^2 d for a core", "[convention]") {
  CHECK(Count(Layers(d, H, d / H, f), "seeds") == B * L * 2 * T * T * d);
}

TEST_CASE("with projections the seeds count 2 T^2 d + 3 H T^2 + 4 T d^2", "[convention]") {
  CHECK(Count(Layers(d, H, d / H, f), "seeds-projections") ==
        B * L * (2 * T * T * d + 3 * H * T * T + 4 * T * d * d));
}

TEST_CASE("a selector's top-k is T^2 log2 K where comparisons count", "[convention]") {
  GraphBuilder builder;
  builder.SetPart(Part::kSelection);
  const TensorId scores = builder.Input("scores", {T, T});
  builder.Apply(Kind::kTopK, {scores}, builder.Index("kept", {T, 8}));
  builder.Last().amount = 8;
  const Graph graph = builder.Take(1);
  CHECK(Count(graph, "seeds-projections") == 3 * T * T);
  CHECK(Count(graph, "first-principles").IsZero());
}

TEST_CASE("first principles counts exact causal pairs and derives backward", "[convention]") {
  const Graph core = Core({B, T, H, w}, CausalPairs(T));
  const Expr forward = 4 * B * H * w * T * (T + 1) / 2;
  CHECK(Count(core, "first-principles") == forward);
  CHECK(Count(core, "first-principles", Phase::kTraining) == 3 * forward);
}

TEST_CASE("what runs is what PyTorch's counter sees", "[convention]") {
  const Graph layers = Layers(d, H, w, f);
  const Expr module = B * L * (8 * T * d * H * w + 4 * T * T * H * w);
  CHECK(Count(layers, "pytorch") == module);
  CHECK(Count(layers, "pytorch", Phase::kTraining) == 3 * module);
}

TEST_CASE("a pass over no key but its own counts the same in all causal rules", "[convention]") {
  const Pairs decode = {.dense = T, .unmasked = T, .useful = T, .executed = T};
  const Graph core = Core({B, T, H, w}, decode);
  for (const char* name : {"first-principles", "palm", "flash-attention"}) {
    CHECK(Count(core, name, Phase::kDecode) == 4 * B * H * w * T);
  }
}

TEST_CASE("the pair rule follows count, causal rule and mask", "[convention]") {
  Convention c;
  CHECK(c.Rule(true) == PairRule::kUseful);
  CHECK(c.Rule(false) == PairRule::kUnmasked);
  c.causal_rule = CausalRule::kHalf;
  CHECK(c.Rule(true) == PairRule::kHalf);
  CHECK(c.Rule(false) == PairRule::kUnmasked);
  CHECK(c.Rule(true, Phase::kDecode) == PairRule::kUseful);
  c.causal_rule = CausalRule::kFull;
  CHECK(c.Rule(true) == PairRule::kUnmasked);
  c.count = PairCount::kExecuted;
  CHECK(c.Rule(true) == PairRule::kExecuted);
  CHECK(c.Rule(false) == PairRule::kExecuted);
  CHECK(c.Rule(true, Phase::kDecode) == PairRule::kExecuted);
}

TEST_CASE("a multiple of the forward leaves selection alone", "[convention]") {
  GraphBuilder builder;
  builder.SetPart(Part::kSelection);
  const TensorId scores = builder.Linear("selector", builder.Input("x", {T, 5}), 5, T);
  builder.Apply(Kind::kTopK, {scores}, builder.Index("kept", {T, 8}));
  const Graph graph = builder.Take(1);
  CHECK(Count(graph, "palm", Phase::kTraining) == 10 * T * T);
  CHECK(Count(graph, "first-principles", Phase::kTraining) == 10 * T * T);
}

TEST_CASE("scopes are nested filters on parts", "[convention]") {
  const auto parts = [](Scope scope) {
    std::set<Part> in;
    for (Part part : {Part::kProjection, Part::kSelection, Part::kCore, Part::kNorm,
                      Part::kFeedForward, Part::kEmbedding, Part::kLogits}) {
      if (InScope(part, scope)) in.insert(part);
    }
    return in;
  };
  CHECK(parts(Scope::kCore) == std::set{Part::kSelection, Part::kCore});
  CHECK(parts(Scope::kModule) == std::set{Part::kProjection, Part::kSelection, Part::kCore});
  CHECK(parts(Scope::kLayer) == std::set{Part::kProjection, Part::kSelection, Part::kCore,
                                         Part::kNorm, Part::kFeedForward});
  CHECK(parts(Scope::kModel).size() == 7);
}

TEST_CASE("parts add up to the whole, and those out of scope are absent", "[convention]") {
  const Graph model = MegatronModel();
  for (const Convention& convention : Conventions()) {
    Expr sum;
    for (const auto& [part, flops] : FlopsByPart(model, convention, Phase::kTraining, true)) {
      CHECK(InScope(part, convention.scope));
      sum += flops.value();
    }
    CHECK(sum == CountFlops(model, convention, Phase::kTraining, true).value());
  }
  const auto parts = FlopsByPart(model, FindConvention("kaplan"), Phase::kForward, true);
  CHECK(parts.count(Part::kLogits) == 0);
  CHECK(parts.at(Part::kCore).value() == 2 * B * L * T * T * d);
}

TEST_CASE("the ledger holds what the headline leaves out", "[convention]") {
  const Graph model = MegatronModel();
  Convention c = FindConvention("kaplan");
  const Cost forward = CountCost(model, c, Phase::kForward, true);
  CHECK(forward.softmax.value() == B * L * H * T * T);
  CHECK(forward.lookups.value() == B * T * V * d);
  const Cost step = CountCost(model, c, Phase::kTraining, true);
  CHECK(step.multiply_adds.value() == 3 * forward.multiply_adds.value());
  c.scope = Scope::kModule;
  CHECK(CountCost(model, c, Phase::kForward, true).lookups.value().IsZero());
}

TEST_CASE("a headline weighs each ledger line", "[convention]") {
  const Cost cost = {.multiply_adds = MultiplyAdds(3),
                     .simple = Elements(1000),
                     .special = Elements(1000),
                     .comparisons = Elements(5),
                     .softmax = Elements(7),
                     .lookups = Elements(11)};
  Convention c;
  CHECK(Headline(cost, c).value() == Expr(6));
  c.comparison_flops = 1;
  c.softmax_flops = Rational(5, 2);
  CHECK(Headline(cost, c).value() == Expr(6 + 5) + Rational(35, 2));
  c.lookup_as_product = true;
  CHECK(Headline(cost, c).value() == Expr(6 + 5 + 22) + Rational(35, 2));
}

TEST_CASE("the presets stand in their order, each with its source and clauses", "[convention]") {
  const std::vector<std::string> expected = {
      "first-principles", "seeds",   "seeds-projections", "kaplan",         "chinchilla", "palm",
      "megatron",         "nanogpt", "pytorch",           "flash-attention"};
  std::vector<std::string> names;
  for (const Convention& convention : Conventions()) {
    names.push_back(convention.name);
    CHECK_FALSE(convention.source.empty());
    CHECK_FALSE(convention.counts.empty());
    CHECK_FALSE(convention.leaves_out.empty());
  }
  CHECK(names == expected);
}

TEST_CASE("every field of a convention is printed", "[convention]") {
  const auto fields = FindConvention("kaplan").Fields();
  const std::map<std::string, std::string> by_name(fields.begin(), fields.end());
  CHECK(by_name.at("causal_rule") == "full");
  CHECK(by_name.at("scope") == "model");
  CHECK(by_name.at("logits") == "no");
  CHECK(by_name.at("backward") == "2x forward");
  CHECK(by_name.at("part_weights") == "core 1/2");
  CHECK(by_name.at("recomputed_forwards") == "none");
  CHECK(by_name.size() == fields.size());
}

TEST_CASE("an unknown name is answered with the nearest", "[convention]") {
  CHECK(MessageOf("chinchila") == "unknown convention 'chinchila'; did you mean 'chinchilla'?");
  CHECK_THROWS_AS(ParseScope("modul"), CostError);
  CHECK_THROWS_AS(ParsePhase(""), CostError);
}

TEST_CASE("names of rules, scopes, phases and counts are read back", "[convention]") {
  for (CausalRule rule : {CausalRule::kFull, CausalRule::kHalf, CausalRule::kExact}) {
    CHECK(ParseCausalRule(Name(rule)) == rule);
  }
  for (Scope scope : {Scope::kCore, Scope::kModule, Scope::kLayer, Scope::kModel}) {
    CHECK(ParseScope(Name(scope)) == scope);
  }
  for (Phase phase : {Phase::kForward, Phase::kTraining, Phase::kPrefill, Phase::kDecode}) {
    CHECK(ParsePhase(Name(phase)) == phase);
  }
  for (PairCount count : {PairCount::kUseful, PairCount::kExecuted}) {
    CHECK(ParsePairCount(Name(count)) == count);
  }
}

}  // namespace
}  // namespace costcheck
