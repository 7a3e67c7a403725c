#include "verify/counts.h"

#include <ATen/core/Tensor.h>  // before Catch2, which defines CHECK as well

#include <algorithm>
#include <functional>
#include <set>

#include "costmodel/algebra/error.h"
#include "tests/algebra/error_text.h"
#include "tests/catch.h"
#include "tests/verify/shapes.h"
#include "verify/model_modules.h"
#include "verify/modules/modules.h"

using namespace costcheck;

namespace {

constexpr std::uint64_t kSeed = 7001;
constexpr int kShapes = 24;

/// What differs, a line each; "" if nothing does.
std::string Differences(const std::vector<CountRecord>& records) {
  std::string text;
  for (const CountRecord& record : records) {
    if (record.Difference() == 0) continue;
    text += record.component + ", T = " + std::to_string(record.length) + ", " + record.phase +
            ": predicted " + ToString(record.predicted) + ", counted " + ToString(record.counted) +
            "\n";
  }
  return text;
}

/// The records of a run against its prediction as `corrupt` leaves it.
std::vector<CountRecord> AgainstCorrupted(const Configuration& shape,
                                          const std::function<void(Graph&)>& corrupt) {
  const RunOptions options;
  const CountedRun run = RunCounted(shape, options);
  Graph graph = PredictedGraph(shape, {.band_tokens = run.band_tokens});
  corrupt(graph);
  return CompareCounts(shape, graph, run.report, options.training);
}

/// The first product of a part.
Operator& ProductOf(Graph& graph, Part part) {
  const auto found = std::find_if(
      graph.operators.begin(), graph.operators.end(),
      [part](const Operator& op) { return op.kind == Kind::kMatMul && op.part == part; });
  REQUIRE(found != graph.operators.end());
  return *found;
}

}  // namespace

TEST_CASE("Every component has a module, and every module a prediction", "[verify]") {
  std::set<std::string_view> modules, predictions;
  for (const ModuleKind& kind : ModuleKinds()) modules.insert(kind.name);
  for (const ModuleKind& kind : ModelModuleKinds()) modules.insert(kind.name);
  for (const Component* component : Verifiables()) predictions.insert(component->name);
  for (std::string_view name : predictions) {
    INFO("no module for " << name);
    CHECK(modules.count(name) == 1);
  }
  for (std::string_view name : modules) {
    INFO("no prediction for " << name);
    CHECK(predictions.count(name) == 1);
  }
}

TEST_CASE("What LibTorch executes is what is predicted, at random shapes", "[verify]") {
  for (const Component* component : Verifiables()) {
    DYNAMIC_SECTION(component->name) {
      INFO("seed " << kSeed);
      for (const Configuration& shape : RandomShapes(component->name, kShapes, kSeed)) {
        for (const bool input_gradients : {true, false}) {
          for (const int threads : {1, 2}) {
            INFO(threads << " threads, gradients of inputs " << (input_gradients ? "on" : "off"));
            RunOptions options;
            options.input_gradients = input_gradients;
            options.threads = threads;
            CHECK(Differences(VerifyCounts(shape, options)) == "");
          }
        }
      }
    }
  }
}

TEST_CASE("A forward pass alone has one record, without backward", "[verify]") {
  RunOptions options;
  options.training = false;
  const Configuration shape = ShapeOf("full", {{"d", 13}, {"H", 2}, {"w", 5}}, 11);
  const std::vector<CountRecord> records = VerifyCounts(shape, options);
  REQUIRE(records.size() == 1);
  CHECK(records[0].phase == "forward");
  // 2 * (four projections T*d*H*w, and two products T^2*H*w)
  CHECK(records[0].predicted == 2 * (4 * 11 * 13 * 10 + 2 * 11 * 11 * 10));
  CHECK(records[0].counted == records[0].predicted);
  // the same with T(T+1)/2 pairs
  CHECK(records[0].useful == 2 * (4 * 11 * 13 * 10 + 2 * 66 * 10));
  CHECK(records[0].uncosted.find("softmax") != std::string::npos);
}

TEST_CASE("A prediction that is wrong on purpose is noticed", "[verify]") {
  const std::map<std::string, int> values = {{"B", 2}, {"d", 13}, {"H", 2}, {"w", 5}, {"W", 7}};
  for (const std::string name : {"full", "sliding_window"}) {
    const Configuration shape = ShapeOf(name, values, 11);
    INFO(name);
    CHECK(Differences(AgainstCorrupted(shape, [](Graph&) {})) == "");

    const auto doubled = [](Graph& graph) { ProductOf(graph, Part::kCore).repeat = 2; };
    CHECK(Differences(AgainstCorrupted(shape, doubled)) != "");

    // rows of d numbers taken for rows of H*w
    const auto swapped = [](Graph& graph) {
      const Operator& projection = ProductOf(graph, Part::kProjection);
      graph.tensors[projection.in[0]].shape.back() = graph.tensors[projection.in[1]].shape.back();
    };
    CHECK(Differences(AgainstCorrupted(shape, swapped)) != "");

    const auto missing = [](Graph& graph) {
      const Operator* projection = &ProductOf(graph, Part::kProjection);
      graph.operators.erase(graph.operators.begin() + (projection - graph.operators.data()));
    };
    CHECK(Differences(AgainstCorrupted(shape, missing)) != "");

    // no gradient for the input of a product: forward agrees, backward does not
    const auto detached = [](Graph& graph) {
      graph.tensors[ProductOf(graph, Part::kProjection).in[0]].requires_grad = false;
    };
    const std::string text = Differences(AgainstCorrupted(shape, detached));
    CHECK(text.find("backward") != std::string::npos);
    CHECK(text.find("forward") == std::string::npos);
  }
}

TEST_CASE("What cannot be run here is told in one sentence", "[verify]") {
  const Configuration shape = ShapeOf("full", {{"d", 13}, {"H", 2}, {"w", 5}}, 11);
  RunOptions options;
  options.device = "cuda";
  try {
    const std::vector<CountRecord> records = VerifyCounts(shape, options);
    CHECK(Differences(records) == "");  // a machine that has one
  } catch (const CannotCheck& error) {
    CHECK(std::string(error.what()) == "--device cuda: this LibTorch sees no CUDA device");
  }
  // 2^50 scores of 4 bytes
  const Configuration large = ShapeOf("full", {{"d", 2}, {"H", 1}, {"w", 1}}, 1 << 25);
  const std::string text = ErrorTextOf([&] { VerifyCounts(large, {}); });
  CHECK(text.find("full at T = 33554432 needs ") == 0);
}
