#include "costmodel/operators/memory.h"

#include "tests/catch.h"
#include "tests/operators/small_graphs.h"

namespace costcheck {
namespace {

std::vector<std::string> KeptNames(const Graph& graph) {
  std::vector<std::string> names;
  for (const KeptTensor& kept : KeptTensors(graph, PairRule::kExecuted)) {
    names.push_back(graph.tensors[kept.tensor].name + (kept.statistics ? " statistics" : ""));
  }
  return names;
}

/// The core as one kernel that recomputes scores and weights in backward.
Graph FusedCore(const Sizes& n, bool with_statistics) {
  GraphBuilder builder;
  const std::vector<Expr> rows = {n.batch, n.heads, n.length, n.width};
  const TensorId q = builder.Input("Q", rows), k = builder.Input("K", rows),
                 v = builder.Input("V", rows);
  const TensorId scores = builder.PairTensor("scores", {n.batch, n.heads}, CausalPairs(n.length));
  builder.At(scores).on_chip = true;
  builder.Apply(Kind::kMatMul, {q, k}, scores);
  builder.Last().recomputed = true;
  const TensorId weights = builder.PairTensor("weights", {n.batch, n.heads}, CausalPairs(n.length));
  builder.At(weights).on_chip = true;
  builder.Apply(Kind::kSoftmax, {scores}, weights);
  builder.Last().recomputed = true;
  if (with_statistics) {
    builder.Last().out.push_back(builder.Activation("lse", {n.batch, n.heads, n.length}));
  }
  builder.Apply(Kind::kMatMul, {weights, v}, builder.Activation("out", rows));
  return builder.Take(n.batch);
}

TEST_CASE("parameters are counted once, in every layer", "[memory]") {
  GraphBuilder builder(3);
  const TensorId x = builder.Input("x", {2, 5});
  builder.Linear("W", x, 5, 7, true);
  builder.Linear("U", x, 5, 11);
  CHECK(CountParameters(builder.Take(1)).value() == Expr(3 * (5 * 7 + 7 + 5 * 11)));
}

TEST_CASE("a tied table is one parameter", "[memory]") {
  CHECK(CountParameters(EmbeddingAndLogits(13)).value() == 13 * V);
}

TEST_CASE("a parameter that two operators read is one parameter", "[memory]") {
  GraphBuilder builder;
  const TensorId shared = builder.Parameter("W", {5, 5});
  for (const char* name : {"a", "b"}) {
    const TensorId in = builder.Input(name, {2, 5});
    builder.Apply(Kind::kMatMul, {in, shared}, builder.Activation("y", {2, 5}));
  }
  CHECK(CountParameters(builder.Take(1)).value() == Expr(25));
}

TEST_CASE("attention keeps Q, K, V and the weights", "[memory]") {
  const Graph graph = Core({2, 7, 3, 5}, CausalPairs(7), 11);
  CHECK(KeptNames(graph) == std::vector<std::string>{"Q", "K", "weights", "V"});
  const Expr tokens = 3 * (2 * 3 * 7 * 5), scores = 2 * 3;
  CHECK(KeptForBackward(graph, PairRule::kExecuted).value() == 11 * p * (tokens + scores * 49));
  CHECK(KeptForBackward(graph, PairRule::kUseful).value() == 11 * p * (tokens + scores * 28));
}

TEST_CASE("a recomputing kernel keeps its inputs and its row statistics", "[memory]") {
  const Sizes n = {2, 7, 3, 5};
  CHECK(KeptNames(FusedCore(n, false)) == std::vector<std::string>{"Q", "K", "V"});
  const Graph graph = FusedCore(n, true);
  CHECK(KeptNames(graph) == std::vector<std::string>{"Q", "K", "lse", "V"});
  CHECK(KeptForBackward(graph, PairRule::kExecuted).value() == p * (3 * 210 + 2 * 3 * 7));
}

TEST_CASE("an operator run again keeps what it reads, not what it wrote", "[memory]") {
  GraphBuilder builder;
  const TensorId x = builder.Input("x", {2, 5});
  builder.Apply(Kind::kExp, {x}, builder.Activation("y", {2, 5}));
  CHECK(KeptNames(builder.Take(1)) == std::vector<std::string>{"y"});
  GraphBuilder again;
  const TensorId z = again.Input("z", {2, 5});
  again.Apply(Kind::kExp, {z}, again.Activation("y", {2, 5}));
  again.Last().recomputed = true;
  CHECK(KeptNames(again.Take(1)) == std::vector<std::string>{"z"});
}

TEST_CASE("a storage is kept once, however many operators and views need it", "[memory]") {
  GraphBuilder builder;
  const TensorId x = builder.Input("x", {2, 5});
  builder.Linear("Q", x, 5, 7);
  builder.Linear("K", builder.View("rows", x, {10}), 5, 7);
  const Graph graph = builder.Take(1);
  CHECK(KeptNames(graph) == std::vector<std::string>{"x"});
  CHECK(KeptForBackward(graph, PairRule::kUseful).value() == 10 * p);
}

TEST_CASE("norms keep their rows and two numbers each", "[memory]") {
  GraphBuilder builder(3);
  const TensorId x = builder.Input("x", {2, 5});
  const TensorId scale = builder.Parameter("g", {5}), shift = builder.Parameter("b", {5});
  builder.Apply(Kind::kLayerNorm, {x, scale, shift}, builder.Activation("y", {2, 5}));
  const Graph graph = builder.Take(1);
  CHECK(KeptNames(graph) == std::vector<std::string>{"x", "x statistics"});
  CHECK(KeptForBackward(graph, PairRule::kUseful).value() == 3 * p * (10 + 4));
}

TEST_CASE("a gather keeps positions of four bytes", "[memory]") {
  GraphBuilder builder;
  const TensorId x = builder.Input("x", {11, 5}), at = builder.Index("at", {7});
  builder.Apply(Kind::kGather, {x, at}, builder.Activation("rows", {7, 5}));
  CHECK(KeptForBackward(builder.Take(1), PairRule::kUseful).value() == Expr(28));
}

TEST_CASE("what only selects is not kept", "[memory]") {
  GraphBuilder builder;
  const TensorId scores = builder.Linear("W", builder.Input("x", {3, 5}), 5, 11);
  builder.Apply(Kind::kTopK, {scores}, builder.Index("kept", {3, 2}));
  CHECK(KeptForBackward(builder.Take(1), PairRule::kUseful).value().IsZero());
}

TEST_CASE("buffers are neither kept nor trained", "[memory]") {
  GraphBuilder builder;
  const TensorId x = builder.Input("x", {3, 5}), fixed = builder.Buffer("R", {5, 7});
  builder.Apply(Kind::kMatMul, {x, fixed}, builder.Activation("y", {3, 7}));
  const Graph graph = builder.Take(1);
  CHECK(KeptForBackward(graph, PairRule::kUseful).value().IsZero());
  CHECK(CountParameters(graph).value().IsZero());
  CHECK_FALSE(graph.tensors[fixed].requires_grad);
}

/// Two linear layers, of which a selection reads the second one's output alone.
Graph HalfTrained() {
  GraphBuilder builder(3);
  const TensorId x = builder.Input("x", {2, 5});
  builder.Linear("W", x, 5, 7, true);
  builder.Apply(Kind::kTopK, {builder.Linear("U", x, 5, 11)}, builder.Index("kept", {2, 2}));
  return builder.Take(1);
}

TEST_CASE("gradients are of what is trained, optimizers' states multiples of them", "[memory]") {
  const Graph graph = HalfTrained();
  const Expr gradients = 3 * (5 * 7 + 7) * p;
  CHECK(CountParameters(graph).value() * p == gradients + 3 * 55 * p);
  CHECK(GradientBytes(graph).value() == gradients);
  CHECK(OptimizerBytes(graph, Optimizer::kSgd).value().IsZero());
  CHECK(OptimizerBytes(graph, Optimizer::kSgdMomentum).value() == gradients);
  CHECK(OptimizerBytes(graph, Optimizer::kAdamW).value() == 2 * gradients);
}

Expr ExtraOfLibTorch(const Graph& graph) {
  return KeptForBackward(graph, PairRule::kExecuted, Lowering::kLibTorch).value() -
         KeptForBackward(graph, PairRule::kExecuted).value();
}

TEST_CASE("LibTorch keeps the rows of an RMSNorm before their weight", "[memory]") {
  GraphBuilder builder(3);
  const TensorId x = builder.Input("x", {2, 5});
  builder.Apply(Kind::kRmsNorm, {x, builder.Parameter("g", {5})}, builder.Activation("y", {2, 5}));
  const Graph graph = builder.Take(1);
  CHECK(ExtraOfLibTorch(graph) == 3 * 10 * p);
  const KeptTensor last = KeptTensors(graph, PairRule::kUseful, Lowering::kLibTorch).back();
  CHECK(last.extra == "rows before their weight");
}

TEST_CASE("LibTorch keeps int64 targets, a number, and an input that has a gradient", "[memory]") {
  GraphBuilder builder;
  builder.CrossEntropy(builder.Input("logits", {3, 7}),
                       builder.Input("targets", {3}, DType::kIndex));
  CHECK(ExtraOfLibTorch(builder.Take(1)) == 12 + p + 21 * p);
}

TEST_CASE("LibTorch copies some rows of every text that it projects", "[memory]") {
  const auto extra = [](const Expr& batch, const Expr& rows) {
    GraphBuilder builder;
    const TensorId x = builder.Input("x", {batch, 7, 5});
    builder.Linear("W", builder.View("some", x, {batch, rows, 5}), 5, 11);
    return ExtraOfLibTorch(builder.Take(1));
  };
  CHECK(extra(2, 3) == 30 * p);
  CHECK(extra(1, 3).IsZero());
  CHECK(extra(2, 1).IsZero());
  CHECK(extra(2, 7).IsZero());
}

TEST_CASE("caches count in every layer, their views not again", "[memory]") {
  GraphBuilder builder(3);
  const TensorId keys = builder.Cache("K", {2, 5, 7, 11});
  builder.Cache("V", {2, 5, 7, 11});
  builder.View("rows of K", keys, {70, 11});
  CHECK(CacheBytes(builder.Take(2)).value() == 3 * p * 2 * 770);
}

TEST_CASE("score bytes are one element for every pair of every head", "[memory]") {
  GraphBuilder builder;
  builder.AddHeads(5, CausalPairs(7));
  builder.AddHeads(2, {.dense = 49, .unmasked = 21, .useful = 13, .executed = 21});
  const Graph graph = builder.Take(3);
  CHECK(ScoreBytes(graph, PairRule::kUseful).value() == p * 3 * (5 * 28 + 2 * 13));
  CHECK(ScoreBytes(graph, PairRule::kDense).value() == p * 3 * (7 * 49));
}

}  // namespace
}  // namespace costcheck
