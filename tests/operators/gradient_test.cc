#include "costmodel/operators/gradient.h"

#include "tests/catch.h"
#include "tests/operators/small_graphs.h"

namespace costcheck {
namespace {

std::vector<bool> Differentiated(const Graph& graph) {
  std::vector<bool> result;
  for (const Operator& op : graph.operators) result.push_back(op.differentiable);
  return result;
}

std::vector<std::string> SavedNames(const Graph& graph, std::size_t op) {
  std::vector<std::string> names;
  const Saved saved = SavedForBackward(graph.operators[op], graph, PairRule::kUseful);
  for (TensorId id : saved.tensors) names.push_back(graph.tensors[id].name);
  return names;
}

/// One operator of `kind` on an input x[3, 5] and, where there are any, parameters.
Graph Single(Kind kind, int parameters = 0) {
  GraphBuilder builder;
  std::vector<TensorId> in = {builder.Input("x", {3, 5})};
  for (int i = 0; i < parameters; ++i)
    in.push_back(builder.Parameter("w" + std::to_string(i), {5}));
  builder.Apply(kind, in, builder.Activation("y", {3, 5}));
  return builder.Take(1);
}

TEST_CASE("attention differentiates all of its operators", "[gradient]") {
  CHECK(Differentiated(Core({2, 3, 5, 7}, CausalPairs(3))) == std::vector<bool>{true, true, true});
}

TEST_CASE("scores that only select are not differentiated", "[gradient]") {
  GraphBuilder builder;
  builder.SetPart(Part::kSelection);
  const TensorId x = builder.Input("x", {3, 5});
  const TensorId scores = builder.Linear("selector", x, 5, 11);  // operator 0
  const TensorId kept = builder.Index("kept", {3, 2});
  builder.Apply(Kind::kTopK, {scores}, kept);  // operator 1
  const TensorId rows = builder.Activation("rows", {3, 2, 5});
  builder.Apply(Kind::kGather, {x, kept}, rows);  // operator 2
  const Graph graph = builder.Take(1);
  CHECK(Differentiated(graph) == std::vector<bool>{false, false, true});
}

TEST_CASE("the values of a top-k carry a gradient to the scores", "[gradient]") {
  GraphBuilder builder;
  const TensorId scores = builder.Linear("router", builder.Input("x", {3, 5}), 5, 11);
  builder.Apply(Kind::kTopK, {scores}, builder.Activation("gates", {3, 2}));
  builder.Last().out.push_back(builder.Index("kept", {3, 2}));
  const Graph graph = builder.Take(1);
  CHECK(Differentiated(graph) == std::vector<bool>{true, true});
  CHECK(SavedNames(graph, 1) == std::vector<std::string>{"kept"});
}

TEST_CASE("no gradient flows through a detached view, nor into what it feeds alone", "[gradient]") {
  GraphBuilder builder;
  const TensorId x = builder.Input("x", {3, 5});
  const TensorId hidden = builder.Apply(Kind::kRelu, {x}, builder.Activation("h", {3, 5}));
  const TensorId cut = builder.Detach(hidden);
  const TensorId out = builder.Linear("W", cut, 5, 7);
  const Graph graph = builder.Take(1);
  CHECK(Differentiated(graph) == std::vector<bool>{false, true});  // W itself is trained
  CHECK(graph.tensors[out].requires_grad);
  CHECK(SavedNames(graph, 1) == std::vector<std::string>{hidden == 1 ? "h (detached)" : ""});
}

TEST_CASE("what is made of detached inputs alone requires no gradient", "[gradient]") {
  GraphBuilder builder;
  const TensorId x = builder.Detach(builder.Input("x", {3, 5}));
  const TensorId a = builder.Apply(Kind::kExp, {x}, builder.Activation("a", {3, 5}));
  const TensorId b = builder.Apply(Kind::kRelu, {a}, builder.Activation("b", {3, 5}));
  const Graph graph = builder.Take(1);
  CHECK_FALSE(graph.tensors[a].requires_grad);
  CHECK_FALSE(graph.tensors[b].requires_grad);
  CHECK(Differentiated(graph) == std::vector<bool>{false, false});
}

TEST_CASE("an operator marked as not differentiable stops the gradient", "[gradient]") {
  GraphBuilder builder;
  const TensorId x = builder.Input("x", {3, 5});
  const TensorId a = builder.Apply(Kind::kExp, {x}, builder.Activation("a", {3, 5}));
  const TensorId b = builder.Apply(Kind::kScale, {a}, builder.Activation("b", {3, 5}));
  builder.Last().differentiable = false;
  builder.Apply(Kind::kRelu, {b}, builder.Activation("c", {3, 5}));
  CHECK(Differentiated(builder.Take(1)) == std::vector<bool>{false, false, false});
}

TEST_CASE("one reader with a gradient is enough, through a view as well", "[gradient]") {
  GraphBuilder builder;
  const TensorId x = builder.Input("x", {3, 5});
  const TensorId keys = builder.Linear("K", x, 5, 7);  // operator 0
  builder.Apply(Kind::kSort, {builder.Detach(keys)}, builder.Index("order", {3}));
  builder.Apply(Kind::kExp, {builder.View("v", keys, {21})}, builder.Activation("y", {21}));
  CHECK(Differentiated(builder.Take(1)) == std::vector<bool>{true, false, true});
}

TEST_CASE("of two writers of one tensor the one with a gradient has a backward", "[gradient]") {
  GraphBuilder builder;
  const TensorId joined = builder.Activation("joined", {6, 5});
  const TensorId fixed = builder.Detach(builder.Input("a", {3, 5}));
  builder.Apply(Kind::kScale, {fixed}, builder.View("top", joined, {3, 5}));
  builder.Apply(Kind::kScale, {builder.Input("b", {3, 5})}, builder.View("rest", joined, {3, 5}));
  builder.Apply(Kind::kExp, {joined}, builder.Activation("y", {6, 5}));
  CHECK(Differentiated(builder.Take(1)) == std::vector<bool>{false, true, true});
}

TEST_CASE("a writer without gradients has no backward where another one has", "[gradient]") {
  GraphBuilder builder;
  const TensorId both = builder.Activation("both", {3, 5});
  builder.Apply(Kind::kScale, {builder.Detach(builder.Input("a", {3, 5}))}, both);
  builder.Apply(Kind::kScale, {builder.Input("b", {3, 5})}, both);
  CHECK(Differentiated(builder.Take(1)) == std::vector<bool>{false, true});
}

TEST_CASE("each kind saves what its gradient reads", "[gradient]") {
  using Names = std::vector<std::string>;
  CHECK(SavedNames(Single(Kind::kSoftmax), 0) == Names{"y"});
  CHECK(SavedNames(Single(Kind::kRelu), 0) == Names{"y"});
  CHECK(SavedNames(Single(Kind::kSigmoid), 0) == Names{"y"});
  CHECK(SavedNames(Single(Kind::kExp), 0) == Names{"y"});
  CHECK(SavedNames(Single(Kind::kGelu), 0) == Names{"x"});
  CHECK(SavedNames(Single(Kind::kSilu), 0) == Names{"x"});
  CHECK(SavedNames(Single(Kind::kAdd, 1), 0) == Names{});
  CHECK(SavedNames(Single(Kind::kScale), 0) == Names{});
  CHECK(SavedNames(Single(Kind::kReduceSum), 0) == Names{});
  CHECK(SavedNames(Single(Kind::kMultiply, 1), 0) == Names{"x", "w0"});
  CHECK(SavedNames(Single(Kind::kMatMul, 1), 0) == Names{"x", "w0"});
  CHECK(SavedNames(Single(Kind::kLayerNorm, 2), 0) == Names{"x", "w0"});
}

TEST_CASE("a product saves an operand only for the other's gradient", "[gradient]") {
  GraphBuilder builder;
  const TensorId fixed = builder.Detach(builder.Input("x", {3, 5}));
  builder.Linear("W", fixed, 5, 7);
  const Graph graph = builder.Take(1);
  CHECK(SavedNames(graph, 0) == std::vector<std::string>{"x (detached)"});  // not W
}

TEST_CASE("a product with a fixed matrix saves the matrix alone", "[gradient]") {
  GraphBuilder builder;
  const TensorId fixed = builder.Detach(builder.Parameter("W", {5, 7}));
  builder.Apply(Kind::kMatMul, {builder.Input("x", {3, 5}), fixed},
                builder.Activation("y", {3, 7}));
  CHECK(SavedNames(builder.Take(1), 0) == std::vector<std::string>{"W (detached)"});
}

TEST_CASE("cross-entropy saves log-probabilities and targets", "[gradient]") {
  GraphBuilder builder;
  builder.CrossEntropy(builder.Input("logits", {3, 7}),
                       builder.Input("targets", {3}, DType::kIndex));
  const Graph graph = builder.Take(1);
  CHECK(SavedNames(graph, 0) == std::vector<std::string>{"log-probabilities", "targets"});
  CHECK(Differentiated(graph) == std::vector<bool>{true});
}

TEST_CASE("an operator saves what it names besides, and only with a gradient", "[gradient]") {
  const auto saved = [](bool differentiable) {
    GraphBuilder builder;
    const TensorId y = builder.Activation("y", {3, 5});
    builder.Apply(Kind::kScale, {builder.Input("x", {3, 5})}, y);
    builder.Last().also_saved = {y};
    builder.Last().differentiable = differentiable;
    return SavedNames(builder.Take(1), 0);
  };
  CHECK(saved(true) == std::vector<std::string>{"y"});
  CHECK(saved(false).empty());
}

TEST_CASE("row statistics are saved where a softmax is run again", "[gradient]") {
  const auto saved = [](bool recomputed) {
    GraphBuilder builder;
    builder.Apply(Kind::kSoftmax, {builder.Input("x", {3, 5})}, builder.Activation("y", {3, 5}));
    builder.Last().out.push_back(builder.Activation("sums", {3}));
    builder.Last().recomputed = recomputed;
    return SavedNames(builder.Take(1), 0);
  };
  CHECK(saved(true) == std::vector<std::string>{"y", "sums"});
  CHECK(saved(false) == std::vector<std::string>{"y"});
}

TEST_CASE("a look-up saves the positions that it reads, not what they are made of", "[gradient]") {
  GraphBuilder builder;
  const TensorId table = builder.Parameter("table", {13, 5});
  const TensorId of = builder.Input("tokens", {3}, DType::kIndex), at = builder.Index("rows", {3});
  builder.Apply(Kind::kLookup, {table, at, of}, builder.Activation("y", {3, 5}));
  CHECK(SavedNames(builder.Take(1), 0) == std::vector<std::string>{"rows"});
}

TEST_CASE("what stays in a kernel is on chip, but for what it keeps or puts out", "[gradient]") {
  GraphBuilder builder;
  const TensorId x = builder.Input("x", {3, 5});
  const TensorId a = builder.Activation("a", {3, 5}), b = builder.Activation("b", {3, 5}),
                 c = builder.Activation("c", {3, 5}), seen = builder.Activation("seen", {3, 5});
  builder.StartKernel();
  builder.Apply(Kind::kScale, {x}, a);     // stays
  builder.Apply(Kind::kExp, {a}, b);       // is kept
  builder.Apply(Kind::kScale, {b}, seen);  // is read outside
  builder.Apply(Kind::kScale, {seen}, c);  // is a result
  builder.EndKernel();
  builder.Apply(Kind::kScale, {seen}, builder.Activation("d", {3, 5}));
  const Graph graph = builder.Take(1);
  const auto on_chip = [&](TensorId id) { return graph.tensors[id].on_chip; };
  CHECK(std::vector<bool>{on_chip(a), on_chip(b), on_chip(seen), on_chip(c)} ==
        std::vector<bool>{true, false, false, false});
  CHECK(graph.operators[2].read_times == std::vector<Expr>{0});  // b is still on the chip
  CHECK(graph.operators[4].read_times.empty());
}

TEST_CASE("what a kernel makes again is on chip, too", "[gradient]") {
  GraphBuilder builder;
  const TensorId x = builder.Input("x", {3, 5}), a = builder.Activation("a", {3, 5});
  builder.StartKernel();
  builder.Apply(Kind::kExp, {x}, a);
  builder.Last().recomputed = true;
  builder.Apply(Kind::kScale, {a}, builder.Activation("b", {3, 5}));
  builder.EndKernel();
  const Graph graph = builder.Take(1);
  CHECK(graph.tensors[a].on_chip);
  CHECK(MadeAgain(graph)[a]);
}

TEST_CASE("norms save two and one numbers a row", "[gradient]") {
  const Graph layer = Single(Kind::kLayerNorm, 2), rms = Single(Kind::kRmsNorm, 1);
  CHECK(SavedForBackward(layer.operators[0], layer, PairRule::kUseful).statistics == Expr(6));
  CHECK(SavedForBackward(rms.operators[0], rms, PairRule::kUseful).statistics == Expr(3));
}

}  // namespace
}  // namespace costcheck
