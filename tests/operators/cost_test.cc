#include "costmodel/operators/cost.h"

#include <cmath>
#include <functional>

#include "tests/catch.h"
#include "tests/operators/small_graphs.h"
#include "tests/operators/tally.h"

namespace costcheck {
namespace {

constexpr PairRule kRule = PairRule::kUseful;

Cost Forward(const Graph& graph, std::size_t op = 0, PairRule rule = kRule) {
  return ForwardCost(graph.operators[op], graph, rule);
}
Cost Backward(const Graph& graph, std::size_t op = 0, PairRule rule = kRule) {
  return BackwardCost(graph.operators[op], graph, rule);
}

Cost Traffic(const Expr& read, const Expr& written) {
  return {.read = Bytes(read), .written = Bytes(written)};
}
Cost Simple(const Expr& simple, const Expr& special = 0) {
  return {.simple = Elements(simple), .special = Elements(special)};
}
Cost Products(const Expr& products) { return {.multiply_adds = MultiplyAdds(products)}; }

/// x[3, 5] and parameters[5] through one operator.
Graph Single(Kind kind, int parameters = 0) {
  GraphBuilder builder;
  std::vector<TensorId> in = {builder.Input("x", {3, 5})};
  for (int i = 0; i < parameters; ++i) in.push_back(builder.Parameter("w", {5}));
  builder.Apply(kind, in, builder.Activation("y", {3, 5}));
  return builder.Take(1);
}

/// Multiply-adds of scores over a mask, one by one.
int CountScoreProducts(int heads, int length, int width) {
  int products = 0;
  for (int head = 0; head < heads; ++head) {
    for (int query = 0; query < length; ++query) {
      for (int key = 0; key <= query; ++key) products += width;
    }
  }
  return products;
}

TEST_CASE("costs add field by field and scale", "[cost]") {
  const Cost a = {MultiplyAdds(1), Elements(2), Elements(3), Elements(4),
                  Elements(5),     Elements(6), Bytes(7),    Bytes(8)};
  const Cost doubled = {MultiplyAdds(2), Elements(4),  Elements(6), Elements(8),
                        Elements(10),    Elements(12), Bytes(14),   Bytes(16)};
  CHECK(a + a == doubled);
  CHECK(a * 2 == doubled);
  CHECK(a + Cost{} == a);
}

TEST_CASE("a projection is a product of its sizes, and two of them backward", "[cost]") {
  GraphBuilder builder(2);
  builder.Linear("W", builder.Input("x", {3, 5, 7}), 7, 11);
  const Graph graph = builder.Take(1);
  const Expr x = 105 * p, weight = 77 * p, y = 165 * p;
  CHECK(Forward(graph) == (Products(3 * 5 * 7 * 11) + Traffic(x + weight, y)) * 2);
  CHECK(Backward(graph) ==
        (Products(2 * 3 * 5 * 7 * 11) + Traffic(y + x + weight, x + weight)) * 2);
}

TEST_CASE("a projection of a detached input has the weight's gradient alone", "[cost]") {
  GraphBuilder builder;
  builder.Linear("W", builder.Detach(builder.Input("x", {3, 5})), 5, 7);
  const Cost expected = Products(3 * 5 * 7) + Traffic(p * (3 * 7 + 3 * 5), p * 5 * 7);
  CHECK(Backward(builder.Take(1)) == expected);
}

TEST_CASE("a bias is one addition an element and its gradient a sum of rows", "[cost]") {
  GraphBuilder builder;
  builder.Linear("W", builder.Input("x", {3, 5}), 5, 7, true);
  const Graph graph = builder.Take(1);
  CHECK(Forward(graph, 0) == Products(105) + Traffic(p * (15 + 35), 0));  // stays on chip
  CHECK(Forward(graph, 1) == Simple(21) + Traffic(p * 7, p * 21));
  CHECK(Backward(graph, 1) == Simple(21 - 7) + Traffic(p * 21, p * 7));
  CHECK(Backward(graph, 0) == Products(210) + Traffic(p * (15 + 35), p * (15 + 35)));
}

TEST_CASE("scores and weighted values cost a head's width for each pair", "[cost]") {
  const Graph graph = Core({2, 7, 3, 5}, CausalPairs(7));
  const int useful = 2 * CountScoreProducts(3, 7, 5);
  REQUIRE(useful == 2 * 3 * 28 * 5);
  for (std::size_t product : {0u, 2u}) {
    CHECK(Forward(graph, product).multiply_adds.value() == Expr(useful));
    CHECK(Forward(graph, product, PairRule::kExecuted).multiply_adds.value() ==
          Expr(2 * 3 * 49 * 5));
    CHECK(Backward(graph, product).multiply_adds.value() == Expr(2 * useful));
  }
  const Expr rows = 2 * 3 * 7 * 5 * p, pairs = 2 * 3 * 28 * p;
  CHECK(Forward(graph, 0).read.value() == 2 * rows);
  CHECK(Forward(graph, 0).written.value() == pairs);
  CHECK(Backward(graph, 2).read.value() == rows + pairs + rows);
  CHECK(Backward(graph, 2).written.value() == pairs + rows);
}

TEST_CASE("fewer key heads change no product, only what is read", "[cost]") {
  GraphBuilder builder;
  const TensorId q = builder.Input("Q", {2, 6, 7, 5}), k = builder.Input("K", {2, 3, 7, 5});
  builder.Apply(Kind::kMatMul, {q, k}, builder.PairTensor("scores", {2, 6}, CausalPairs(7)));
  const Cost cost = Forward(builder.Take(1));
  CHECK(cost.multiply_adds.value() == Expr(2 * 6 * 28 * 5));
  CHECK(cost.read.value() == p * (420 + 210));
}

TEST_CASE("scores of gathered keys are a product without a pair tensor", "[cost]") {
  GraphBuilder builder;
  const TensorId q = builder.Input("q", {2, 3, 7, 5}), k = builder.Input("k", {2, 3, 7, 11, 5});
  builder.Apply(Kind::kMatMul, {q, k}, builder.Activation("scores", {2, 3, 7, 11}));
  CHECK(Forward(builder.Take(1)).multiply_adds.value() == Expr(2 * 3 * 7 * 11 * 5));
}

TEST_CASE("softmax counts what running it does", "[cost]") {
  const tally::Row x = {{0.3}, {-1.2}, {2.5}, {0.1}, {0.7}}, g = {{1}, {-2}, {0.5}, {3}, {0.2}};
  tally::counted = {};
  const tally::Row y = tally::Softmax(x);
  Cost expected = Simple(3 * tally::counted.simple, 3 * tally::counted.special);
  expected.softmax = Elements(15);
  const Graph graph = Single(Kind::kSoftmax);
  CHECK(Forward(graph) == expected + Traffic(15 * p, 15 * p));
  tally::counted = {};
  tally::SoftmaxBackward(y, g);
  expected = Simple(3 * tally::counted.simple, 3 * tally::counted.special);
  expected.softmax = Elements(15);
  CHECK(Backward(graph) == expected + Traffic(30 * p, 15 * p));
}

TEST_CASE("layer norm counts what running it does", "[cost]") {
  const tally::Row x = {{0.3}, {-1.2}, {2.5}, {0.1}, {0.7}}, g = {{1}, {-2}, {0.5}, {3}, {0.2}};
  const tally::Row scale(5, {1.5}), shift(5, {0.25});
  tally::counted = {};
  std::vector<tally::Normed> rows;
  for (int row = 0; row < 3; ++row) rows.push_back(tally::LayerNorm(x, scale, shift));
  const Graph graph = Single(Kind::kLayerNorm, 2);
  CHECK(Forward(graph) ==
        Simple(tally::counted.simple, tally::counted.special) + Traffic(25 * p, 15 * p));
  tally::counted = {};
  tally::Row scale_gradient, shift_gradient;
  for (const tally::Normed& row : rows) {
    tally::LayerNormBackward(x, row, scale, g, scale_gradient, shift_gradient);
  }
  // Reads the gradient, x, the scale and two numbers a row.
  CHECK(Backward(graph) == Simple(tally::counted.simple, tally::counted.special) +
                               Traffic(p * (15 + 15 + 5 + 6), p * (15 + 5 + 5)));
}

TEST_CASE("RMS norm counts what running it does", "[cost]") {
  const tally::Row x = {{0.3}, {-1.2}, {2.5}, {0.1}, {0.7}}, g = {{1}, {-2}, {0.5}, {3}, {0.2}};
  const tally::Row scale(5, {1.5});
  tally::counted = {};
  std::vector<tally::Normed> rows;
  for (int row = 0; row < 3; ++row) rows.push_back(tally::RmsNorm(x, scale));
  const Graph graph = Single(Kind::kRmsNorm, 1);
  CHECK(Forward(graph) ==
        Simple(tally::counted.simple, tally::counted.special) + Traffic(20 * p, 15 * p));
  tally::counted = {};
  tally::Row scale_gradient;
  for (const tally::Normed& row : rows) {
    tally::RmsNormBackward(x, row, scale, g, scale_gradient);
  }
  CHECK(Backward(graph) == Simple(tally::counted.simple, tally::counted.special) +
                               Traffic(p * (15 + 15 + 5 + 3), p * (15 + 5)));
}

/// Sum of g * f(x), whose gradient in x is what a backward pass of f returns.
double Along(const tally::Row& y, const tally::Row& g) {
  double sum = 0;
  for (std::size_t i = 0; i < y.size(); ++i) sum += y[i].value * g[i].value;
  return sum;
}

void CheckGradient(const std::function<tally::Row(const tally::Row&)>& f, const tally::Row& x,
                   const tally::Row& g, const tally::Row& gradient) {
  const double step = 1e-5;
  for (std::size_t i = 0; i < x.size(); ++i) {
    tally::Row above = x, below = x;
    above[i].value += step;
    below[i].value -= step;
    const double slope = (Along(f(above), g) - Along(f(below), g)) / (2 * step);
    CHECK(std::abs(gradient[i].value - slope) < 1e-8);  // error of order step^2
  }
}

TEST_CASE("the tallied backward passes are the gradients", "[cost]") {
  using namespace tally;
  const Row x = {{0.3}, {-1.2}, {2.5}, {0.1}, {0.7}}, g = {{1}, {-2}, {0.5}, {3}, {0.2}};
  const Row scale = {{1.5}, {0.5}, {-1}, {2}, {0.7}}, shift(5, {0.25});
  Row ds, db;
  CheckGradient(tally::Softmax, x, g, SoftmaxBackward(tally::Softmax(x), g));
  const auto layer = [&](const Row& r) { return tally::LayerNorm(r, scale, shift).y; };
  CheckGradient(layer, x, g,
                LayerNormBackward(x, tally::LayerNorm(x, scale, shift), scale, g, ds, db));
  const auto in_scale = [&](const Row& r) { return tally::LayerNorm(x, r, shift).y; };
  CheckGradient(in_scale, scale, g, ds);
  ds.clear();
  const auto rms = [&](const Row& r) { return tally::RmsNorm(r, scale).y; };
  CheckGradient(rms, x, g, RmsNormBackward(x, tally::RmsNorm(x, scale), scale, g, ds));
  for (Number a : x) {
    const auto one = [](Number (*f)(Number)) { return [f](const Row& r) { return Row{f(r[0])}; }; };
    CheckGradient(one(tally::Gelu), {a}, {{2}}, {GeluBackward(a, {2})});
    CheckGradient(one(tally::Silu), {a}, {{2}}, {SiluBackward(a, {2})});
    CheckGradient(one(Sigmoid), {a}, {{2}}, {SigmoidBackward(Sigmoid(a), {2})});
  }
}

TEST_CASE("activation functions count what running them does", "[cost]") {
  const auto tallied = [](const std::function<void()>& run) {
    tally::counted = {};
    for (int element = 0; element < 15; ++element) run();
    return Simple(tally::counted.simple, tally::counted.special);
  };
  const tally::Number a{0.3}, g{2};
  const Cost forward = Traffic(15 * p, 15 * p), backward = Traffic(30 * p, 15 * p);
  CHECK(Forward(Single(Kind::kGelu)) == tallied([&] { tally::Gelu(a); }) + forward);
  CHECK(Backward(Single(Kind::kGelu)) == tallied([&] { tally::GeluBackward(a, g); }) + backward);
  CHECK(Forward(Single(Kind::kSilu)) == tallied([&] { tally::Silu(a); }) + forward);
  CHECK(Backward(Single(Kind::kSilu)) == tallied([&] { tally::SiluBackward(a, g); }) + backward);
  CHECK(Forward(Single(Kind::kSigmoid)) == tallied([&] { tally::Sigmoid(a); }) + forward);
  CHECK(Backward(Single(Kind::kSigmoid)) ==
        tallied([&] { tally::SigmoidBackward(a, g); }) + backward);
  CHECK(Forward(Single(Kind::kExp)) == tallied([&] { tally::Exp(a); }) + forward);
  CHECK(Backward(Single(Kind::kExp)) == tallied([&] { g* a; }) + backward);
}

TEST_CASE("elementwise kinds cost one operation an element", "[cost]") {
  CHECK(Forward(Single(Kind::kRelu)) == Simple(15) + Traffic(15 * p, 15 * p));
  CHECK(Backward(Single(Kind::kRelu)) == Simple(15) + Traffic(30 * p, 15 * p));
  CHECK(Forward(Single(Kind::kScale)) == Simple(15) + Traffic(15 * p, 15 * p));
  CHECK(Backward(Single(Kind::kScale)) == Simple(15) + Traffic(15 * p, 15 * p));
}

TEST_CASE("a sum of n tensors takes n - 1 additions an element", "[cost]") {
  GraphBuilder builder;
  std::vector<TensorId> in;
  for (const char* name : {"a", "b", "c"}) in.push_back(builder.Input(name, {2, 5}));
  builder.Apply(Kind::kAdd, in, builder.Activation("y", {2, 5}));
  const Graph graph = builder.Take(1);
  CHECK(Forward(graph) == Simple(20) + Traffic(30 * p, 10 * p));
  CHECK(Backward(graph) == Traffic(10 * p, 30 * p));
}

TEST_CASE("an elementwise product's gradient is a product for each operand", "[cost]") {
  const Graph graph = Single(Kind::kMultiply, 1);  // x[3, 5] * w[5]
  CHECK(Forward(graph) == Simple(15) + Traffic(20 * p, 15 * p));
  CHECK(Backward(graph) == Simple(15 + 15 + (15 - 5)) + Traffic(p * (15 + 15 + 5), p * 20));
}

TEST_CASE("reduce sum adds all but one of what it sums", "[cost]") {
  GraphBuilder builder;
  builder.Apply(Kind::kReduceSum, {builder.Input("x", {3, 5, 7})}, builder.Activation("y", {3, 7}));
  const Graph graph = builder.Take(1);
  CHECK(Forward(graph) == Simple(105 - 21) + Traffic(105 * p, 21 * p));
  CHECK(Backward(graph) == Traffic(21 * p, 105 * p));
}

Graph Selection(Kind kind, const Expr& amount) {
  GraphBuilder builder;
  builder.Apply(kind, {builder.Input("scores", {3, 11})}, builder.Index("kept", {3, amount}));
  builder.Last().amount = amount;
  return builder.Take(1);
}

TEST_CASE("top-k passes every score through a heap", "[cost]") {
  const auto comparisons = [](const Expr& amount) {
    return Forward(Selection(Kind::kTopK, amount)).comparisons.value();
  };
  CHECK(comparisons(8) == Expr(33 * 3));
  CHECK(comparisons(5) == Expr(33 * 3));
  CHECK(comparisons(2) == Expr(33));
  CHECK(comparisons(1).IsZero());
  CHECK(Forward(Selection(Kind::kTopK, 8)).read.value() == 33 * p);
  CHECK(Forward(Selection(Kind::kTopK, 8)).written.value() == Expr(4 * 24));
  CHECK(Backward(Selection(Kind::kTopK, 8)) == Cost{});
}

TEST_CASE("top-k over pairs compares every pair", "[cost]") {
  GraphBuilder builder;
  const TensorId scores = builder.PairTensor("scores", {2, 3}, CausalPairs(7));
  builder.Apply(Kind::kTopK, {scores}, builder.Index("kept", {2, 3, 7, 4}));
  builder.Last().amount = 4;
  CHECK(Forward(builder.Take(1)).comparisons.value() == Expr(6 * 28 * 2));
}

TEST_CASE("sorting n takes n times the rounded logarithm", "[cost]") {
  CHECK(Forward(Selection(Kind::kSort, 11)).comparisons.value() == Expr(3 * 11 * 4));
}

TEST_CASE("a gather moves the rows it takes and adds them back in backward", "[cost]") {
  GraphBuilder builder;
  const TensorId x = builder.Input("x", {13, 5}), at = builder.Index("at", {3, 2});
  builder.Apply(Kind::kGather, {x, at}, builder.Activation("rows", {3, 2, 5}));
  const Graph graph = builder.Take(1);
  CHECK(Forward(graph) == Traffic(30 * p + 24, 30 * p));
  CHECK(Backward(graph) == Simple(30) + Traffic(30 * p + 24, 65 * p));
}

TEST_CASE("a look-up costs no arithmetic, its one-hot product stands apart", "[cost]") {
  GraphBuilder builder;
  const TensorId table = builder.Parameter("table", {13, 5});
  const TensorId tokens = builder.Input("tokens", {3, 2}, DType::kIndex);
  builder.Apply(Kind::kLookup, {table, tokens}, builder.Activation("rows", {3, 2, 5}));
  const Graph graph = builder.Take(1);
  const Cost one_hot = {.lookups = Elements(6 * 13 * 5)};
  CHECK(Forward(graph) == one_hot + Traffic(30 * p + 24, 30 * p));
  CHECK(Backward(graph) == one_hot + Simple(30) + Traffic(30 * p + 24, 65 * p));
}

/// Logits [3, 7] against three targets.
Graph CrossEntropy() {
  GraphBuilder builder;
  builder.CrossEntropy(builder.Input("logits", {3, 7}),
                       builder.Input("targets", {3}, DType::kIndex));
  return builder.Take(1);
}

TEST_CASE("cross-entropy costs what its tally counts, forward and backward", "[cost]") {
  std::vector<tally::Row> rows;
  for (int i = 0; i < 3; ++i) {
    tally::Row row;
    for (int j = 0; j < 7; ++j) row.push_back({std::sin(7 * i + j)});
    rows.push_back(row);
  }
  const std::vector<std::size_t> targets = {2, 0, 6};
  tally::counted = {};
  const tally::Likelihood forward = tally::CrossEntropy(rows, targets);
  const Cost softmax = {.softmax = Elements(21)};
  CHECK(Forward(CrossEntropy()) == Simple(tally::counted.simple, tally::counted.special) + softmax +
                                       Traffic(21 * p + 12, p + 21 * p));
  tally::counted = {};
  const auto gradient = tally::CrossEntropyBackward(forward.log_probabilities, targets, {1});
  CHECK(Backward(CrossEntropy()) == Simple(tally::counted.simple, tally::counted.special) +
                                        softmax + Traffic(p + 21 * p + 12, 21 * p));
  constexpr double kStep = 1e-6;
  rows[1][4].value += kStep;
  const double moved = tally::CrossEntropy(rows, targets).loss.value;
  CHECK(std::abs((moved - forward.loss.value) / kStep - gradient[1][4].value) < 1e-5);
}

/// Scores, scale, softmax and values as one kernel.
Graph KernelCore(const Pairs& pairs) {
  GraphBuilder builder;
  const TensorId q = builder.Input("Q", {2, 3, 7, 5}), k = builder.Input("K", {2, 3, 7, 5});
  const TensorId scores = builder.PairTensor("scores", {2, 3}, pairs);
  const TensorId scaled = builder.PairTensor("scaled", {2, 3}, pairs);
  const TensorId weights = builder.PairTensor("weights", {2, 3}, pairs);
  builder.StartKernel();
  builder.Apply(Kind::kMatMul, {q, k}, scores);
  builder.Apply(Kind::kScale, {scores}, scaled);
  builder.Apply(Kind::kSoftmax, {scaled}, weights);
  builder.Apply(Kind::kMatMul, {weights, builder.Input("V", {2, 3, 7, 5})},
                builder.Activation("out", {2, 3, 7, 5}));
  builder.EndKernel();
  return builder.Take(1);
}

TEST_CASE("a kernel moves what it reads and puts out, and the weights that it keeps", "[cost]") {
  const Graph graph = KernelCore(CausalPairs(7));
  const int rows = 210, slots = 6 * 28;
  Cost forward, backward;
  for (std::size_t i = 0; i < graph.operators.size(); ++i) {
    forward += Forward(graph, i);
    backward += Backward(graph, i);
  }
  CHECK(forward.read.value() == 3 * rows * p);
  CHECK(forward.written.value() == (rows + slots) * p);
  // The output's gradient and q, k, v; the weights once, and their gradient there and back.
  CHECK(backward.read.value() == (4 * rows + 2 * slots) * p);
  CHECK(backward.written.value() == (3 * rows + slots) * p);
  CHECK(forward.multiply_adds.value() == Expr(2 * slots * 5));
}

/// One product on chip, recomputed, whose second operand is read `times` times.
Graph Tiled(const Expr& times) {
  GraphBuilder builder;
  const TensorId scores = builder.PairTensor("s", {}, CausalPairs(7));
  builder.At(scores).on_chip = true;
  builder.Apply(Kind::kMatMul, {builder.Input("Q", {7, 5}), builder.Input("K", {7, 5})}, scores);
  builder.Last().recomputed = true;
  builder.Last().read_times = {1, times};
  return builder.Take(1);
}

TEST_CASE("a tiled kernel reads an input as often as it says", "[cost]") {
  CHECK(Forward(Tiled(3)) == Products(28 * 5) + Traffic(p * (35 + 3 * 35), 0));
}

TEST_CASE("recomputing runs the forward once more and reads nothing twice", "[cost]") {
  CHECK(Backward(Tiled(3)) == Products(3 * 28 * 5) + Traffic(p * (35 + 3 * 35), 2 * 35 * p));
}

TEST_CASE("a tiled kernel reads an input as often in backward, its gradient once", "[cost]") {
  GraphBuilder builder;
  const TensorId weights = builder.PairTensor("a", {}, CausalPairs(7));
  builder.At(weights).on_chip = true;
  builder.Apply(Kind::kMatMul, {weights, builder.Input("V", {7, 5})},
                builder.Activation("out", {7, 5}));
  builder.Last().read_times = {1, 3};
  CHECK(Backward(builder.Take(1)) == Products(2 * 28 * 5) + Traffic(p * (35 + 3 * 35), 35 * p));
}

TEST_CASE("without a gradient there is no backward cost", "[cost]") {
  Graph graph = Single(Kind::kExp);
  graph.operators[0].differentiable = false;
  CHECK(Backward(graph) == Cost{});
}

TEST_CASE("no tokens cost nothing but the weights that are read", "[cost]") {
  GraphBuilder builder;
  builder.Linear("W", builder.Input("x", {0, 5}), 5, 7);
  CHECK(Forward(builder.Take(1)) == Traffic(35 * p, 0));
}

TEST_CASE("costs of symbols are formulas", "[cost]") {
  const Graph graph = Core({B, T, H, w}, CausalPairs(T), L);
  CHECK(Forward(graph, 0).multiply_adds.value() == L * B * H * w * T * (T + 1) / 2);
  CHECK(Forward(graph, 1).softmax.value() == L * B * H * T * (T + 1) / 2);
  CHECK(Forward(graph, 1, PairRule::kHalf).softmax.value() == L * B * H * T * T / 2);
}

}  // namespace
}  // namespace costcheck
