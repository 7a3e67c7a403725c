#include "costmodel/operators/timeline.h"

#include <algorithm>
#include <string>

#include "costmodel/algebra/error.h"
#include "costmodel/component.h"
#include "costmodel/model/gpt.h"
#include "tests/catch.h"
#include "tests/operators/small_graphs.h"

namespace costcheck {
namespace {

const Values kFloat32 = {{"p", 4}};

std::int64_t ValueOf(const Expr& bytes) { return *ToInt64(Numerator(Evaluate(bytes, kFloat32))); }

/// "q 5" for every event of a step, signed.
std::vector<std::string> EventsOf(const Timeline& timeline, const std::string& step) {
  std::vector<std::string> events;
  for (const MemoryEvent& event : timeline.events) {
    if (event.step == step) events.push_back(std::to_string(event.bytes) + " " + event.what);
  }
  return events;
}

/// relu(x W), x[7, 3], W[3, 5].
Graph Perceptron() {
  GraphBuilder builder;
  const TensorId product = builder.Linear("W", builder.Input("x", {7, 3}), 3, 5);
  builder.Apply(Kind::kRelu, {product}, builder.Activation("y", {7, 5}));
  return builder.Take(1);
}

TEST_CASE("the events of a perceptron are those worked by hand", "[timeline]") {
  const Timeline timeline = ReplayStep(Perceptron(), kFloat32, {.optimizer = Optimizer::kSgd});
  using Events = std::vector<std::string>;
  CHECK(EventsOf(timeline, "inputs") == Events{"84 x"});
  CHECK(EventsOf(timeline, "forward") == Events{"140 W", "140 y", "-140 W", "4 sum of y"});
  CHECK(EventsOf(timeline, "backward") ==
        Events{"4 gradient of the loss", "140 gradient of W", "-140 y", "60 gradient of W.weight",
               "84 gradient of x", "-140 gradient of W", "-4 gradient of the loss", "-4 sum of y"});
  CHECK(timeline.kept == 84 + 140);
  CHECK(timeline.peak == 84 + 140 + 60 + 84 + 8);  // x, and the product's backward
  CHECK(timeline.gradients == 60);
  CHECK(timeline.optimizer_state == 0);
}

TEST_CASE("a forward pass alone keeps nothing for backward", "[timeline]") {
  const Timeline timeline = ReplayStep(Perceptron(), kFloat32, {.training = false});
  CHECK(timeline.peak == 84 + 140 + 140 - 84);
  CHECK(timeline.kept == 0);
  CHECK(timeline.gradients == 0);
}

TEST_CASE("AdamW holds two moments and, for one parameter, two roots", "[timeline]") {
  const Timeline timeline = ReplayStep(Perceptron(), kFloat32);
  CHECK(timeline.optimizer_state == 2 * 60);
  CHECK(timeline.optimizer_peak == 60 + 2 * 60 + 2 * 60 + 12);
  const StepOptions momentum = {.optimizer = Optimizer::kSgdMomentum};
  CHECK(ReplayStep(Perceptron(), kFloat32, momentum).optimizer_state == 60);
}

Settings Set(std::initializer_list<std::pair<const char*, int>> values) {
  Settings settings;
  for (const auto& [name, value] : values) settings.Set(name, value);
  settings.own_head_width = true;
  settings.phase = Phase::kTraining;
  return settings;
}

Timeline StepOf(const char* name, const Settings& settings) {
  return ReplayStep(BuildGraph(*FindComponent(name), settings), kFloat32);
}

// With S = B H T^2 weights and D = B T H w rows, of four bytes: x, q, k, v, the weights and the
// heads' output are kept; the greatest is held while the softmax is differentiated.
TEST_CASE("dense attention holds three tensors of scores in backward", "[timeline]") {
  const int B_ = 2, H_ = 4, T_ = 256, w_ = 32, d_ = 11;
  const int scores = 4 * B_ * H_ * T_ * T_, rows = 4 * B_ * T_ * H_ * w_, x = 4 * B_ * T_ * d_;
  const Timeline timeline =
      StepOf("full", Set({{"B", B_}, {"H", H_}, {"T", T_}, {"w", w_}, {"d", d_}}));
  CHECK(timeline.kept == x + 4 * rows + scores);
  // x, q, k; v's gradient; weights, their gradient and the scores'; out's weight gradient; two
  // numbers.
  const int most = x + 2 * rows + rows + 3 * scores + 4 * d_ * H_ * w_ + 8;
  CHECK(timeline.peak == most);
}

TEST_CASE("a gathering kernel holds one more tensor of slots in backward", "[timeline]") {
  const int B_ = 2, H_ = 3, T_ = 31, w_ = 5, d_ = 7, W_ = 29;
  const int slots = 4 * B_ * H_ * (W_ * (W_ + 1) / 2 + (T_ - W_) * W_);
  const int rows = 4 * B_ * T_ * H_ * w_, x = 4 * B_ * T_ * d_;
  const Timeline timeline = StepOf(
      "sliding_window", Set({{"B", B_}, {"H", H_}, {"T", T_}, {"w", w_}, {"d", d_}, {"W", W_}}));
  CHECK(timeline.kept == x + 4 * rows + slots);
  // x, q, k, v, the output's gradient, three more gradients, weights and workspace.
  CHECK(timeline.peak == x + 7 * rows + 2 * slots + 4 * d_ * H_ * w_ + 8);
}

TEST_CASE("one head, or one row, is not copied", "[timeline]") {
  const auto forward_bytes = [](int heads, int length) {
    const Timeline timeline =
        StepOf("full", Set({{"B", 2}, {"H", heads}, {"T", length}, {"w", 15 / heads}, {"d", 7}}));
    std::int64_t made = 0;
    for (const MemoryEvent& event : timeline.events) {
      if (event.step == "forward" && event.bytes > 0) made += event.bytes;
    }
    return made - 3 * 4 * 2 * heads * length * length;  // scores, masked scores, weights
  };
  const int row = 4 * 2 * 15, out = 4 * 2 * 7;
  // q, k, v, scaled q, output; copied: q, k, v and the output once more.
  CHECK(forward_bytes(3, 4) == 4 * (9 * row + out) + 12 + 4);
  CHECK(forward_bytes(1, 4) == 4 * (5 * row + out) + 12 + 4);
  CHECK(forward_bytes(3, 1) == 5 * row + out + 12 + 4 - 4 * 2 * 3);  // no mask
}

/// A shape in which every component can be built.
Settings AnyShape(int batch, int length) {
  Settings settings = Set({{"B", batch},
                           {"T", length},
                           {"H", 6},
                           {"H_kv", 2},
                           {"w", 5},
                           {"d", 7},
                           {"V", 101},
                           {"K", 8},
                           {"W", 7},
                           {"b", 4},
                           {"s", 4},
                           {"G", 3},
                           {"r", 2},
                           {"C", 4},
                           {"R", 2},
                           {"h", 3},
                           {"m", 5},
                           {"E", 3},
                           {"buckets", 11},
                           {"divisor", 9},
                           {"tile", 6},
                           {"compression_block", 8},
                           {"first_cutoff", 20},
                           {"second_cutoff", 60},
                           {"sparse_heads", 2},
                           {"exact_heads", 1},
                           {"topk_heads", 2},
                           {"indexer_heads", 3},
                           {"logits", 1}});
  return settings;
}

TEST_CASE("every component's step agrees with its formulas", "[timeline]") {
  for (const Component* component : Components()) {
    for (const auto& [batch, length] : {std::pair{1, 1}, std::pair{2, 8}, std::pair{3, 29}}) {
      INFO(component->name << " B = " << batch << " T = " << length);
      Settings settings = AnyShape(batch, length);
      if (component->family == Family::kEmbedding) {
        settings.bands.clear();
        settings.Set("B", 101);  // whole tokens of every type
      }
      const Graph graph = BuildGraph(*component, settings);
      const Timeline timeline = ReplayStep(graph, kFloat32);
      CHECK(timeline.kept ==
            ValueOf(KeptForBackward(graph, PairRule::kExecuted, Lowering::kLibTorch).value()));
      CHECK(timeline.gradients == ValueOf(GradientBytes(graph).value()));
      CHECK(timeline.optimizer_state == ValueOf(OptimizerBytes(graph, Optimizer::kAdamW).value()));
      CHECK(timeline.peak >= std::max(timeline.kept, timeline.gradients));
      std::int64_t live = 0;
      for (const MemoryEvent& event : timeline.events) CHECK((live += event.bytes) == event.live);
      CHECK(live == timeline.gradients + timeline.optimizer_state);
    }
  }
}

TEST_CASE("a whole decoder keeps what libtorch's layers keep", "[timeline]") {
  GptConfig config{.attention = FindComponent("full"), .settings = {}};
  for (const auto& [name, value] : {std::pair{"T", 7}, std::pair{"B", 3}, std::pair{"d", 10},
                                    std::pair{"H", 2}, std::pair{"V", 37}}) {
    config.settings.Set(name, value);
  }
  config.layers = 5;
  config.context = 11;
  const int N = 3 * 7, d_ = 10, weights = 3 * 2 * 7 * 7, V_ = 37;
  const int layer = 16 * N * d_ * 4 + weights * 4 + 16 * N;
  const int last = 2 * N * d_ * 4 + 8 * N + N * V_ * 4;
  // Tokens and positions of 4 bytes, targets of 8, and the sum of the targets' weights.
  const Timeline timeline = ReplayStep(GptGraph(config), kFloat32);
  CHECK(timeline.kept == 5 * layer + last + 4 * N + 4 * 7 + 8 * N + 4);
}

TEST_CASE("what cannot be replayed is named", "[timeline]") {
  GraphBuilder open;
  open.Linear("W", open.Input("x", {T, 3}), 3, 5);
  CHECK_THROWS_AS(ReplayStep(open.Take(1), kFloat32), CostError);
  GraphBuilder layers(3);
  layers.Linear("W", layers.Input("x", {7, 3}), 3, 5);
  CHECK_THROWS_AS(ReplayStep(layers.Take(1), kFloat32), CostError);
  Settings decode = Set({{"B", 2}, {"H", 3}, {"T", 7}, {"w", 5}, {"d", 7}});
  decode.phase = Phase::kDecode;
  CHECK_THROWS_AS(StepOf("full", decode), CostError);
}

}  // namespace
}  // namespace costcheck
