#include "costmodel/operators/graph.h"

#include "tests/catch.h"
#include "tests/operators/small_graphs.h"

namespace costcheck {
namespace {

/// The four counts of a causal window of `window` keys, counted key by key.
Pairs CountWindow(int length, int window) {
  int dense = 0, unmasked = 0, useful = 0;
  for (int query = 0; query < length; ++query) {
    for (int key = 0; key < length; ++key) {
      ++dense;
      const bool near = key > query - window && key < query + window;
      unmasked += near;
      useful += near && key <= query;
    }
  }
  return {dense, unmasked, useful, dense};
}

TEST_CASE("each pair rule reads its own count", "[graph]") {
  const Pairs pairs = {.dense = 77, .unmasked = 53, .useful = 31, .executed = 64};
  CHECK(Count(pairs, PairRule::kDense) == Expr(77));
  CHECK(Count(pairs, PairRule::kUnmasked) == Expr(53));
  CHECK(Count(pairs, PairRule::kUseful) == Expr(31));
  CHECK(Count(pairs, PairRule::kExecuted) == Expr(64));
}

TEST_CASE("half is half of all pairs for dense attention and exact for a pattern", "[graph]") {
  CHECK(Count(CausalPairs(T), PairRule::kHalf) == T * T / 2);
  const Pairs window = CountWindow(7, 3);
  CHECK(Count(window, PairRule::kHalf) == Expr(3 + 3 + 3 + 3 + 3 + 2 + 1));
  CHECK(Count(CountWindow(7, 7), PairRule::kHalf) == Expr(Rational(49, 2)));
}

TEST_CASE("elements are the product of the shape, times the pairs", "[graph]") {
  GraphBuilder builder;
  const TensorId plain = builder.Activation("x", {3, 5, 7});
  const TensorId scores = builder.PairTensor("s", {3, 5}, CausalPairs(11));
  const TensorId scalar = builder.Activation("one", {});
  CHECK(ElementsOf(builder.At(plain), PairRule::kExecuted) == Expr(105));
  CHECK(ElementsOf(builder.At(scores), PairRule::kUseful) == Expr(15 * 66));
  CHECK(ElementsOf(builder.At(scores), PairRule::kDense) == Expr(15 * 121));
  CHECK(ElementsOf(builder.At(scalar), PairRule::kUseful) == Expr(1));
}

TEST_CASE("a builder gives every tensor and operator its repeat and part", "[graph]") {
  GraphBuilder builder(L);
  builder.SetPart(Part::kFeedForward);
  const TensorId out = builder.Linear("W1", builder.Input("x", {2, 3}), 3, 5);
  CHECK(builder.Last().part == Part::kFeedForward);
  CHECK(builder.Last().repeat == L);
  CHECK(builder.At(out).repeat == L);
  CHECK(builder.At(out).shape == std::vector<Expr>{2, 5});
}

TEST_CASE("a linear layer with bias keeps its product on chip", "[graph]") {
  GraphBuilder builder;
  const TensorId out = builder.Linear("W", builder.Input("x", {2, 3}), 3, 5, true);
  const Graph graph = builder.Take(1);
  REQUIRE(graph.operators.size() == 2);
  CHECK(graph.operators[1].kind == Kind::kAdd);
  CHECK(graph.operators[1].out == std::vector<TensorId>{out});
  CHECK(graph.tensors[graph.operators[0].out[0]].on_chip);
  CHECK_FALSE(graph.tensors[out].on_chip);
}

TEST_CASE("a linear layer over pairs stays over pairs", "[graph]") {
  GraphBuilder builder;
  const TensorId in = builder.PairTensor("x", {2, 3}, CausalPairs(5));
  const TensorId out = builder.Linear("W", in, 3, 7);
  CHECK(ElementsOf(builder.At(out), PairRule::kUseful) == Expr(2 * 7 * 15));
}

TEST_CASE("views share a root, and a detached one carries no gradient", "[graph]") {
  GraphBuilder builder;
  const TensorId x = builder.Input("x", {2, 3});
  const TensorId view = builder.View("v", x, {6});
  const TensorId detached = builder.Detach(view);
  const Graph graph = builder.Take(1);
  CHECK(RootOf(graph, x) == x);
  CHECK(RootOf(graph, detached) == x);
  CHECK(graph.tensors[view].requires_grad);
  CHECK_FALSE(graph.tensors[detached].requires_grad);
  CHECK(graph.tensors[detached].shape == std::vector<Expr>{6});
}

TEST_CASE("joined graphs keep their tensors apart", "[graph]") {
  const Graph a = Core({2, 3, 5, 7}, CausalPairs(3));
  const Graph tail = EmbeddingAndLogits(11);
  const Graph joined = Join(a, tail);
  REQUIRE(joined.operators.size() == a.operators.size() + tail.operators.size());
  REQUIRE(joined.tensors.size() == a.tensors.size() + tail.tensors.size());
  CHECK(joined.heads.size() == 1);
  CHECK(joined.sequences == Expr(2));
  const Operator& logits = joined.operators.back();
  CHECK(joined.tensors[logits.out[0]].name == "logits");
  CHECK(joined.tensors[RootOf(joined, logits.in[1])].name == "table");
}

TEST_CASE("an assumption of both graphs is stated once", "[graph]") {
  GraphBuilder a, b;
  a.Assume("buckets are balanced");
  b.Assume("buckets are balanced");
  b.Assume("pages are full");
  const std::vector<std::string> expected = {"buckets are balanced", "pages are full"};
  CHECK(Join(a.Take(1), b.Take(1)).assumptions == expected);
}

/// exp of x[3, 5], times a weight.
Graph Piece() {
  GraphBuilder builder;
  const TensorId x = builder.Input("x", {3, 5});
  builder.StartKernel();
  const TensorId y = builder.Apply(Kind::kExp, {x}, builder.Activation("y", {3, 5}));
  builder.EndKernel();
  builder.Linear("W", builder.View("rows", y, {3, 5}), 5, 7);
  builder.Assume("pieces are small");
  return builder.Take(1);
}

TEST_CASE("a spliced graph reads what it is put on", "[graph]") {
  GraphBuilder builder;
  const TensorId before =
      builder.Apply(Kind::kRelu, {builder.Input("in", {3, 5})}, builder.Activation("a", {3, 5}));
  const TensorId out = builder.Append(Piece(), before, "one ");
  const Graph graph = builder.Take(1);
  REQUIRE(graph.operators.size() == 3);
  CHECK(graph.operators[1].in == std::vector<TensorId>{before});
  CHECK(graph.operators[2].out == std::vector<TensorId>{out});
  CHECK(graph.tensors[graph.operators[2].in[1]].name == "one W.weight");
  CHECK(RootOf(graph, graph.operators[2].in[0]) == graph.operators[1].out[0]);
  CHECK(graph.tensors.size() == 2 + Piece().tensors.size() - 1);
  CHECK(graph.assumptions == Piece().assumptions);
}

TEST_CASE("kernels of spliced and joined graphs stay apart", "[graph]") {
  GraphBuilder builder;
  const TensorId x = builder.Input("x", {3, 5});
  builder.Append(Piece(), x, "one ");
  builder.Append(Piece(), x, "two ");
  builder.StartKernel();
  builder.Apply(Kind::kExp, {x}, builder.Activation("z", {3, 5}));
  builder.EndKernel();
  const Graph graph = Join(builder.Take(1), Piece());
  std::vector<int> kernels;
  for (const Operator& op : graph.operators) kernels.push_back(op.kernel);
  CHECK(kernels == std::vector<int>{1, 0, 2, 0, 3, 4, 0});
}

}  // namespace
}  // namespace costcheck
