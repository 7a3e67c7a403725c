#include "costmodel/model/gpt.h"

#include <set>
#include <string>

#include "costmodel/algebra/error.h"
#include "costmodel/attention/full.h"
#include "costmodel/attention/sliding_window.h"
#include "costmodel/operators/convention.h"
#include "costmodel/operators/memory.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

GptConfig Small() {
  GptConfig config{.attention = &kFull, .settings = {}};
  const std::pair<const char*, int> values[] = {{"T", 7}, {"B", 3}, {"d", 10}, {"H", 2}, {"V", 37}};
  for (const auto& [name, value] : values) config.settings.Set(name, value);
  config.layers = 5;
  config.context = 11;
  return config;
}

Integer Parameters(const GptConfig& config) {
  return numerator(*CountParameters(GptGraph(config)).value().AsRational());
}

Rational KeptAt(const GptConfig& config, int bytes) {
  const Bytes kept = KeptForBackward(GptGraph(config), PairRule::kExecuted);
  return Evaluate(kept.value(), {{"p", bytes}});
}

TEST_CASE("GPT-2 small has 124,439,808 parameters", "[gpt]") {
  GptConfig config{.attention = &kFull, .settings = {}};
  config.layers = 12;
  config.context = 1024;
  for (const auto& [name, value] : {std::pair{"d", 768}, std::pair{"H", 12}, std::pair{"V", 50257}})
    config.settings.Set(name, value);
  CHECK(Parameters(config) == 124439808);
}

TEST_CASE("a small model's parameters are those counted by hand", "[gpt]") {
  GptConfig config = Small();
  const int matrices = 4 * 10 * 10 + 2 * 10 * 40, biases = 4 * 10 + 40 + 10;
  const int tables = 37 * 10 + 11 * 10;
  CHECK(Parameters(config) == tables + 5 * (matrices + biases + 2 * 20) + 20);
  config.biases = false;
  CHECK(Parameters(config) == tables + 5 * (matrices + 2 * 10) + 10);
  config.tied_head = false;
  CHECK(Parameters(config) == tables + 37 * 10 + 5 * (matrices + 2 * 10) + 10);
  config.learned_positions = false;
  CHECK(Parameters(config) == 2 * 37 * 10 + 5 * (matrices + 2 * 10) + 10);
  config.norm = NormKind::kRmsNorm;
  config.feed_forward = FeedForwardKind::kSwiGlu;
  CHECK(Parameters(config) == 2 * 37 * 10 + 5 * (matrices + 10 * 40 + 2 * 10) + 10);
}

TEST_CASE("key heads shared by query heads narrow two projections", "[gpt]") {
  GptConfig config = Small();
  const Integer all = Parameters(config);
  config.settings.Set("H_kv", 1);
  CHECK(all - Parameters(config) == 5 * 2 * (10 * 5 + 5));
}

// Of the 16: both norms' inputs, their outputs, q, k, v, the heads' outputs, and the
// feed-forward's 2 * 4. Tokens, positions and targets are 4-byte numbers here.
TEST_CASE("kept bytes are 16 rows a token and layer, the weights, and log-probabilities", "[gpt]") {
  const GptConfig config = Small();
  const int N = 3 * 7, d = 10, weights = 3 * 2 * 7 * 7, V = 37;
  const int layer = 16 * N * d * 4 + weights * 4 + 16 * N;
  const int last = 2 * N * d * 4 + 8 * N + N * V * 4;
  CHECK(KeptAt(config, 4) == Rational(5 * layer + last + 4 * N + 4 * N + 4 * 7));
}

TEST_CASE("a gated feed-forward keeps four inner tensors", "[gpt]") {
  GptConfig config = Small();
  config.settings.Set("f", 13);
  const Rational gelu = KeptAt(config, 4);
  config.feed_forward = FeedForwardKind::kSwiGlu;
  CHECK(KeptAt(config, 4) - gelu == Rational(5 * 2 * (3 * 7 * 13) * 4));
}

TEST_CASE("every layer has tensors and kernels of its own", "[gpt]") {
  GptConfig config = Small();
  config.attention = &kSlidingWindow;
  config.settings.Set("W", 3);
  const Graph graph = GptGraph(config);
  std::set<std::string> parameters;
  std::set<int> kernels;
  for (const Tensor& tensor : graph.tensors) {
    if (tensor.role == Role::kParameter && !tensor.view_of) {
      CHECK(parameters.insert(tensor.name).second);
    }
  }
  for (const Operator& op : graph.operators) kernels.insert(op.kernel);
  CHECK(parameters.size() == 2 + 5 * 16 + 2);
  CHECK(kernels.size() == 1 + 5);
  CHECK(graph.operators.back().kind == Kind::kCrossEntropy);
}

TEST_CASE("what surrounds attention is differentiated whole", "[gpt]") {
  const Graph graph = GptGraph(Small());
  for (const Operator& op : graph.operators) CHECK(op.differentiable);
  Convention convention;
  convention.scope = Scope::kModel;
  const Expr forward = CountCost(graph, convention, Phase::kForward, true).multiply_adds.value();
  const Expr step = CountCost(graph, convention, Phase::kTraining, true).multiply_adds.value();
  CHECK(step == 3 * forward);
  const int N = 3 * 7, layer = 4 * N * 100 + 8 * N * 100, pairs = 7 * 8 / 2;
  CHECK(forward == Expr(5 * (layer + 2 * 3 * 2 * pairs * 5) + N * 10 * 37));
}

TEST_CASE("a decoder has no second text", "[gpt]") {
  GptConfig config = Small();
  config.settings.Set("S", 13);
  CHECK_THROWS_AS(GptGraph(config), CostError);
}

}  // namespace
}  // namespace costcheck
