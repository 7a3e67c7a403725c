#include "costmodel/model/architecture_graph.h"

#include <algorithm>

#include "costmodel/algebra/error.h"
#include "costmodel/operators/convention.h"
#include "costmodel/operators/memory.h"
#include "tests/catch.h"
#include "tests/model/architecture_samples.h"

namespace costcheck {
namespace {

constexpr int kB = 3, kT = 11;

RunChoices In(Phase phase) {
  RunChoices choices;
  choices.phase = phase;
  return choices;
}

Graph GraphAt(const Architecture& model, int T, int S, Phase phase) {
  return ArchitectureGraph(model, {T, S, kB}, In(phase));
}

Expr Parameters(const Architecture& model) {
  return CountParameters(GraphAt(model, kT, kT, Phase::kTraining)).value();
}

/// Multiply-adds of one pass, by the pairs that the definition needs.
Expr Products(const Architecture& model, Phase phase, int T = kT, int S = kT) {
  Convention convention;
  convention.scope = Scope::kModel;
  return CountCost(GraphAt(model, T, S, phase), convention, phase, true).multiply_adds.value();
}

Rational KeptAt(const Architecture& model, int bytes, RunChoices choices = {}) {
  const Graph graph = ArchitectureGraph(model, {kT, kT, kB}, choices);
  return Evaluate(KeptForBackward(graph, PairRule::kExecuted).value(), {{"p", bytes}});
}

Rational CacheNumbers(const Architecture& model, int T, int S) {
  return Evaluate(CacheBytes(GraphAt(model, T, S, Phase::kDecode)).value(), {{"p", 1}});
}

int Causal(int n) { return n * (n + 1) / 2; }

TEST_CASE("GPT-2 small has its parameters and products", "[architecture]") {
  const Graph graph = ArchitectureGraph(Gpt2(), {1024, 1024, 1}, In(Phase::kTraining));
  CHECK(CountParameters(graph).value() == Expr(124439808));
  Convention executed;
  executed.scope = Scope::kModel;
  executed.count = PairCount::kExecuted;
  // 12 d^2 a layer and token, 2 T^2 d of a product under a mask, d V of logits; twice for FLOPs.
  const Integer d = 768, T = 1024, V = 50257;
  const Integer forward = 2 * (12 * (12 * d * d * T + 2 * T * T * d) + T * d * V);
  CHECK(CountFlops(graph, executed, Phase::kForward, true).value() == Expr(forward));
  CHECK(CountFlops(graph, executed, Phase::kTraining, true).value() == Expr(3 * forward));
  CHECK(forward == Integer("291648307200"));
}

TEST_CASE("a decoder with shared key heads and its own head width", "[architecture]") {
  const Architecture model = SmallLlama();
  // q, out 12 x 42; k, v 12 x 14; three of 12 x 17; two norms. Two tables, one norm.
  const int attention = 2 * 12 * 42 + 2 * 12 * 14, fed = 3 * 12 * 17;
  CHECK(Parameters(model) == Expr(5 * (attention + fed + 2 * 12) + 2 * 29 * 12 + 12));
  const int linear = kB * kT * (5 * (attention + fed) + 29 * 12);
  CHECK(Products(model, Phase::kForward) == Expr(linear + 5 * kB * 6 * 2 * 7 * Causal(kT)));
  CHECK(Products(model, Phase::kTraining) == 3 * Products(model, Phase::kForward));
  CHECK(Products(model, Phase::kPrefill) == Products(model, Phase::kForward));
  CHECK(Products(model, Phase::kDecode) == Expr(linear / kT + 5 * kB * 6 * 2 * 7 * kT));
  CHECK(CacheNumbers(model, kT, kT) == Rational(5 * kB * kT * 2 * 2 * 7));
}

TEST_CASE("what a gated decoder keeps, tensor by tensor", "[architecture]") {
  const int N = kB * kT, d = 12;
  // Rows of d: x, norm1, x1, norm2; q, head output; k, v; W1, silu, W3, gated; two norms' numbers.
  const int rows = 4 * d + 2 * 42 + 2 * 14 + 4 * 17 + 2;
  const int weights = kB * 6 * kT * kT;
  const int last = N * (2 * d + 1);
  const int in_4_bytes = N * 29 + 2 * N;  // log-probabilities; tokens and targets
  CHECK(KeptAt(SmallLlama(), 2) ==
        Rational(2 * (5 * (N * rows + weights) + last) + 4 * in_4_bytes));
}

TEST_CASE("a recomputing core keeps log-sum-exps in the place of weights", "[architecture]") {
  RunChoices choices;
  const Rational all = KeptAt(SmallLlama(), 2, choices);
  choices.recomputing_core = true;
  CHECK(all - KeptAt(SmallLlama(), 2, choices) == Rational(2 * 5 * kB * 6 * (kT * kT - kT)));
}

TEST_CASE("dropout keeps masks of one byte and dropped weights", "[architecture]") {
  RunChoices choices;
  const Rational without = KeptAt(SmallLlama(), 2, choices);
  choices.dropout = true;
  const int N = kB * kT, weights = kB * 6 * kT * kT;
  CHECK(KeptAt(SmallLlama(), 2, choices) - without ==
        Rational(5 * (2 * N * 12 + weights + 2 * weights) + N * 12));
}

TEST_CASE("norms of queries and keys, by head or whole", "[architecture]") {
  Architecture model = SmallLlama();
  const Expr plain = Parameters(model);
  const Rational kept = KeptAt(model, 2);
  AttentionShape& attention = model.decoder.groups.front().layer.attention;
  attention.query_key_norm = QueryKeyNorm::kByHead;
  CHECK(Parameters(model) - plain == Expr(5 * (7 + 7)));
  // Rows before the norms, and one number for each row of each head.
  CHECK(KeptAt(model, 2) - kept == Rational(2 * 5 * kB * kT * (42 + 14 + 6 + 2)));
  attention.query_key_norm = QueryKeyNorm::kWhole;
  CHECK(Parameters(model) - plain == Expr(5 * (42 + 14)));
  attention.query_bias = true;
  CHECK(Parameters(model) - plain == Expr(5 * (42 + 14 + 42)));
  CHECK(Products(model, Phase::kForward) == Products(SmallLlama(), Phase::kForward));
}

TEST_CASE("sinks are one number a head", "[architecture]") {
  Architecture model = SmallLlama();
  model.decoder.groups.front().layer.attention.sinks = true;
  CHECK(Parameters(model) - Parameters(SmallLlama()) == Expr(5 * 6));
  CHECK(GradientBytes(GraphAt(model, kT, kT, Phase::kTraining)).value() ==
        Parameters(model) * Expr(Symbol("p", Domain::kPositiveRational)));
}

TEST_CASE("window layers cap pairs and caches", "[architecture]") {
  Architecture model = SmallLlama();
  LayerGroup sliding = model.decoder.groups.front();
  sliding.name = "sliding";
  sliding.count = 2;
  sliding.layer.attention.window = 4;
  model.decoder.groups.push_back(sliding);
  const Expr added = Products(model, Phase::kForward) - Products(SmallLlama(), Phase::kForward);
  const int attention = 2 * 12 * 42 + 2 * 12 * 14, fed = 3 * 12 * 17;
  const int pairs = Causal(4) + (kT - 4) * 4;
  CHECK(added == Expr(2 * kB * (kT * (attention + fed) + 6 * 2 * 7 * pairs)));
  CHECK(CacheNumbers(model, kT, kT) == Rational((5 * kT + 2 * 4) * kB * 2 * 2 * 7));
}

TEST_CASE("experts: every token passes the router, those chosen, and the shared one",
          "[architecture]") {
  const Architecture model = SmallMixture();
  const int attention = 2 * 12 * 42 + 2 * 12 * 14, norms = 2 * 12;
  const int expert = 3 * 12 * 11, shared = 3 * 12 * 13 + 12, router = 12 * 7;
  const int dense = 3 * 12 * 17, tables = 2 * 29 * 12 + 12;
  CHECK(Parameters(model) ==
        Expr(5 * (attention + norms) + dense + 4 * (7 * expert + shared + router) + tables));
  const int active = 5 * attention + dense + 4 * (3 * expert + shared + router) + 29 * 12;
  CHECK(Products(model, Phase::kForward) ==
        Expr(kB * kT * active + 5 * kB * 6 * 2 * 7 * Causal(kT)));
  CHECK(Products(model, Phase::kTraining) == 3 * Products(model, Phase::kForward));
}

TEST_CASE("biases of router and correction; the correction is not trained", "[architecture]") {
  Architecture model = SmallMixture();
  auto& experts = std::get<ExpertsShape>(model.decoder.groups.back().layer.feed_forward);
  experts.router_bias = experts.correction_bias = true;
  experts.expert.in_bias = experts.expert.out_bias = true;
  const int biases = 7 + 7 + 7 * (2 * 11 + 12);
  CHECK(Parameters(model) - Parameters(SmallMixture()) == Expr(4 * biases));
  const Bytes trained = GradientBytes(GraphAt(model, kT, kT, Phase::kTraining));
  const Symbol p("p", Domain::kPositiveRational);
  CHECK(trained.value() == (Parameters(model) - 4 * 7) * p);
}

Graph WithRouter(RouterScore score, bool renormalised) {
  Architecture model = SmallMixture();
  auto& experts = std::get<ExpertsShape>(model.decoder.groups.back().layer.feed_forward);
  experts.score = score;
  experts.renormalised = renormalised;
  return GraphAt(model, kT, kT, Phase::kTraining);
}

/// In elements of p bytes.
Expr KeptOfExperts(RouterScore score, bool renormalised) {
  const Symbol p("p", Domain::kPositiveRational);
  return KeptForBackward(WithRouter(score, renormalised), PairRule::kUseful).value() / p;
}

/// Operators that take `kind` of `width` numbers a row.
auto CountOf(const Graph& graph, Kind kind, int width) {
  return std::count_if(graph.operators.begin(), graph.operators.end(), [&](const Operator& op) {
    return op.kind == kind && graph.tensors[op.out[0]].shape.back() == Expr(width);
  });
}

// A softmax over 3 chosen of 7 keeps these alone; one over all keeps 7 beside what is taken of it;
// sigmoids keep 7 and, renormalised, 3 taken and their sum beside the gates.
TEST_CASE("what a router keeps is what its gates are made of", "[architecture]") {
  const Expr least = KeptOfExperts(RouterScore::kSoftmax, true);
  const int tokens = 4 * kB * kT;
  CHECK(KeptOfExperts(RouterScore::kSoftmax, false) - least == Expr(tokens * 7));
  CHECK(KeptOfExperts(RouterScore::kSigmoid, false) - least == Expr(tokens * 7));
  CHECK(KeptOfExperts(RouterScore::kSigmoid, true) - least == Expr(tokens * (7 + 3 + 1)));
}

TEST_CASE("a router's scores are sigmoids, or a softmax over all or those chosen",
          "[architecture]") {
  CHECK(CountOf(WithRouter(RouterScore::kSigmoid, true), Kind::kSigmoid, 7) == 1);
  CHECK(CountOf(WithRouter(RouterScore::kSigmoid, true), Kind::kSoftmax, 7) == 0);
  CHECK(CountOf(WithRouter(RouterScore::kSoftmax, false), Kind::kSoftmax, 7) == 1);
  CHECK(CountOf(WithRouter(RouterScore::kSoftmax, true), Kind::kSoftmax, 7) == 0);
  CHECK(CountOf(WithRouter(RouterScore::kSoftmax, true), Kind::kSoftmax, 3) == 1);
}

TEST_CASE("latent attention: parameters, both forms, cache", "[architecture]") {
  const Architecture model = SmallLatent();
  const int down = 12 * 11 + 11 + 12 * (13 + 2) + 13, queries = 11 * 5 * (3 + 2);
  const int up = 13 * 5 * (3 + 7), out = 5 * 7 * 12, fed = 3 * 12 * 17;
  CHECK(Parameters(model) ==
        Expr(5 * (down + queries + up + out + fed + 2 * 12) + 2 * 29 * 12 + 12));
  const int norms = 11 + 13;
  const int token = 5 * (down - norms + queries + up + out + fed) + 29 * 12;
  CHECK(Products(model, Phase::kForward) ==
        Expr(kB * (kT * token + 5 * 5 * (3 + 2 + 7) * Causal(kT))));
  CHECK(Products(model, Phase::kTraining) == 3 * Products(model, Phase::kForward));
  // Absorbed: the same matrices, and 2 latent + rotary a pair.
  CHECK(Products(model, Phase::kDecode) == Expr(kB * (token + 5 * 5 * (13 + 2 + 13) * kT)));
  CHECK(CacheNumbers(model, kT, kT) == Rational(5 * kB * kT * (13 + 2)));
}

TEST_CASE("latent attention without a query latent", "[architecture]") {
  Architecture model = SmallLatent();
  model.decoder.groups.front().layer.attention.latent->query_rank = 0;
  const int with = 12 * 11 + 11 + 11 * 5 * 5, without = 12 * 5 * 5;
  CHECK(Parameters(SmallLatent()) - Parameters(model) == Expr(5 * (with - without)));
}

TEST_CASE("an indexer in front of latent attention", "[architecture]") {
  Architecture model = SmallLatent();
  model.decoder.groups.front().layer.attention.indexer = IndexerShape{2, 9, 4};
  const int indexer = 11 * 2 * 9 + 12 * 9 + 12 * 2;
  CHECK(Parameters(model) - Parameters(SmallLatent()) == Expr(5 * (indexer + 2 * 9)));
  const int kept = Causal(4) + (kT - 4) * 4;
  const int before = 5 * 5 * (3 + 2 + 7) * Causal(kT);
  const int after = 5 * (kT * indexer + 2 * 9 * Causal(kT) + 5 * (13 + 2 + 13) * kept);
  CHECK(Products(model, Phase::kForward) - Products(SmallLatent(), Phase::kForward) ==
        Expr(kB * (after - before)));
  CHECK(CacheNumbers(model, kT, kT) == Rational(5 * kB * kT * (13 + 2 + 9)));
}

TEST_CASE("modules that predict further tokens are a graph of their own", "[architecture]") {
  Architecture model = SmallLatent();
  const Expr before = Parameters(model);
  model.multi_token = MultiTokenShape{2, model.decoder.groups.front().layer};
  CHECK(Parameters(model) == before);
  const Graph graph = MultiTokenGraph(model, ModelSizes::OfMultiToken(model), {kT, kT, kB},
                                      In(Phase::kTraining), 2);
  const Expr layer = (before - Expr(2 * 29 * 12 + 12)) / 5;
  CHECK(CountParameters(graph).value() == 2 * (layer + 2 * 12 * 12 + 3 * 12));
}

TEST_CASE("an encoder sees both ways, and cannot decode", "[architecture]") {
  const Architecture model = SmallBert();
  const int layer = 4 * (100 + 10) + 10 * 40 + 40 + 40 * 10 + 10 + 2 * 20;
  const int tables = 37 * 10 + 19 * 10 + 2 * 10 + 20;
  const int head = 110 + 20 + 37, pooler = 110;
  CHECK(Parameters(model) == Expr(3 * layer + tables + head + pooler));
  const int linear = kB * kT * (3 * 1200 + 100 + 370) + kB * 100;
  CHECK(Products(model, Phase::kForward) == Expr(linear + 3 * kB * 2 * 2 * 5 * kT * kT));
  CHECK_THROWS_AS(GraphAt(model, kT, kT, Phase::kDecode), CostError);
}

TEST_CASE("an encoder beside a decoder, of two lengths", "[architecture]") {
  const Architecture model = SmallT5();
  const int attention = 4 * 10 * 21, fed = 2 * 10 * 11;
  const int encoder = 3 * (attention + fed + 2 * 10) + 10 + 5 * 3;
  const int decoder = 2 * (2 * attention + fed + 3 * 10) + 10 + 5 * 3;
  CHECK(Parameters(model) == Expr(encoder + decoder + 23 * 10));
  const int S = 17, cross_queries = 2 * 10 * 21, cross_keys = 2 * 10 * 21;
  const int pairs = 3 * 2 * 7;
  const int encoded = 3 * (S * (attention + fed) + pairs * S * S);
  const int decoded =
      2 * (kT * (attention + fed + cross_queries) + S * cross_keys + pairs * (Causal(kT) + kT * S));
  CHECK(Products(model, Phase::kForward, kT, S) == Expr(kB * (encoded + decoded + kT * 230)));
  // A decoded token asks the encoder's keys, which are there already.
  CHECK(Products(model, Phase::kDecode, kT, S) ==
        Expr(kB * (2 * (attention + fed + cross_queries + pairs * (kT + S)) + 230)));
  CHECK(CacheNumbers(model, kT, S) == Rational(2 * kB * (kT + S) * 2 * 21));
}

const Tensor& TensorNamed(const Graph& graph, const std::string& name) {
  for (const Tensor& tensor : graph.tensors) {
    if (tensor.name == name) return tensor;
  }
  FAIL("there is no tensor " << name);
  return graph.tensors.front();
}

TEST_CASE("cross-attention reads what the encoder wrote last", "[architecture]") {
  const Graph graph = GraphAt(SmallT5(), kT, 17, Phase::kTraining);
  const Tensor context = TensorNamed(graph, "all cross context");
  REQUIRE(context.view_of);
  CHECK(graph.tensors[*context.view_of].name == "encoder final norm");
  CHECK(context.repeat == Expr(1));
}

TEST_CASE("layers that read one input twice keep it once", "[architecture]") {
  Architecture model = SmallLlama();
  LayerShape& layer = model.decoder.groups.front().layer;
  const Rational in_turn = KeptAt(model, 2);
  layer.parallel = true;
  const int N = kB * kT;
  CHECK(in_turn - KeptAt(model, 2) == Rational(2 * 5 * N * 12));  // x1
  layer.norms = 1;
  CHECK(in_turn - KeptAt(model, 2) == Rational(2 * 5 * N * (2 * 12 + 1)));
  CHECK(Parameters(SmallLlama()) - Parameters(model) == Expr(5 * 12));
  const Graph graph = GraphAt(model, kT, kT, Phase::kTraining);
  for (const Operator& op : graph.operators) {
    if (graph.tensors[op.out[0]].name != "all W1") continue;
    CHECK(graph.tensors[op.in[0]].name == "all norm1");
  }
}

TEST_CASE("norms behind attention and feed-forward, too", "[architecture]") {
  Architecture model = SmallLlama();
  model.decoder.groups.front().layer.norms = 4;
  CHECK(Parameters(model) - Parameters(SmallLlama()) == Expr(5 * 2 * 12));
  CHECK(KeptAt(model, 2) - KeptAt(SmallLlama(), 2) == Rational(2 * 5 * kB * kT * 2 * (12 + 1)));
}

TEST_CASE("rows narrower than the model pass a matrix each way", "[architecture]") {
  Architecture model = GptLike(2, 10, 2, 37, 19);
  const Expr wide = Parameters(model);
  model.embedding_width = 7;
  CHECK(Parameters(model) - wide == Expr(37 * (7 - 10) + 2 * 7 * 10));
  const Expr products = Products(GptLike(2, 10, 2, 37, 19), Phase::kForward);
  CHECK(Products(model, Phase::kForward) - products ==
        Expr(kB * kT * (37 * (7 - 10) + 2 * 7 * 10)));
}

TEST_CASE("another attention stands in the place of the model's own", "[architecture]") {
  RunChoices choices = In(Phase::kForward);
  Settings settings;
  settings.Set("W", 4);
  choices.attention = AttentionChoice{FindComponent("sliding_window"), settings};
  Architecture model = SmallLlama();
  const Graph put_in = ArchitectureGraph(model, {kT, kT, kB}, choices);
  model.decoder.groups.front().layer.attention.window = 4;
  Convention convention;
  convention.scope = Scope::kModel;
  CHECK(CountCost(put_in, convention, Phase::kForward, true).multiply_adds.value() ==
        Products(model, Phase::kForward));
}

TEST_CASE("layers one by one cost what groups of layers cost", "[architecture]") {
  for (const Architecture& model : {SmallLlama(), SmallMixture(), SmallLatent(), SmallBert(),
                                    SmallT5(), GptLike(3, 10, 2, 37, 19)}) {
    INFO(model.model_type);
    const Architecture single = WithSingleLayers(model);
    CHECK(Parameters(single) == Parameters(model));
    CHECK(Products(single, Phase::kTraining) == Products(model, Phase::kTraining));
    CHECK(KeptAt(single, 2) == KeptAt(model, 2));
    const auto tensors = [](const Architecture& m) {
      return GraphAt(m, kT, kT, Phase::kTraining).tensors.size();
    };
    CHECK(tensors(single) > tensors(model));
  }
}

TEST_CASE("texts of one token, and of none", "[architecture]") {
  for (const Architecture& model : {Gpt2(), SmallMixture(), SmallLatent(), SmallT5()}) {
    INFO(model.model_type);
    CHECK(Products(model, Phase::kForward, 0, 0) == Expr(0));
    CHECK(Products(model, Phase::kTraining, 1, 1) == 3 * Products(model, Phase::kForward, 1, 1));
  }
}

}  // namespace
}  // namespace costcheck
