#include "verify/memory.h"

#include <algorithm>
#include <functional>

#include "costmodel/algebra/error.h"
#include "tests/algebra/error_text.h"
#include "tests/catch.h"
#include "tests/verify/shapes.h"
#include "verify/available_memory.h"

using namespace costcheck;

namespace {

constexpr std::uint64_t kSeed = 8111;
constexpr int kShapes = 20;

/// What differs, a line each; "" if nothing does.
std::string Differences(const std::vector<MemoryRecord>& records) {
  std::string text;
  for (const MemoryRecord& record : records) {
    if (record.Difference() == 0) continue;
    text += record.component + ", T = " + std::to_string(record.length) + ", " + record.quantity +
            ": predicted " + ToString(record.predicted) + ", measured " +
            ToString(record.measured) + "\n";
  }
  return text;
}

Integer Measured(const std::vector<MemoryRecord>& records, const std::string& quantity) {
  const auto found = std::find_if(records.begin(), records.end(), [&](const MemoryRecord& record) {
    return record.quantity == quantity;
  });
  REQUIRE(found != records.end());
  return found->measured;
}

/// What differs from a prediction as `corrupt` leaves it.
std::string AgainstCorrupted(const Configuration& shape,
                             const std::function<void(Graph&)>& corrupt) {
  const RunOptions options;
  const MemoryReading reading = RunMeasured(shape, options);
  Graph graph = PredictedGraph(shape, {.band_tokens = reading.band_tokens});
  corrupt(graph);
  return Differences(CompareMemory(shape, graph, reading, options));
}

Tensor& ParameterOf(Graph& graph) {
  const auto found =
      std::find_if(graph.tensors.begin(), graph.tensors.end(),
                   [](const Tensor& tensor) { return tensor.role == Role::kParameter; });
  REQUIRE(found != graph.tensors.end());
  return *found;
}

}  // namespace

TEST_CASE("What LibTorch holds is what is predicted, at random shapes", "[verify]") {
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
            CHECK(Differences(VerifyMemory(shape, options)) == "");
          }
        }
      }
    }
  }
}

TEST_CASE("Full attention holds what one can add up by hand", "[verify]") {
  const std::vector<MemoryRecord> records =
      VerifyMemory(ShapeOf("full", {{"B", 2}, {"d", 13}, {"H", 3}, {"w", 5}}, 11), {});
  // four matrices of 13 x 15
  CHECK(Measured(records, "parameters") == 4 * 13 * 15);
  // x; q, k, v and the heads' outputs; a weight for every pair of every head
  CHECK(Measured(records, "kept_bytes") == 4 * 2 * (11 * 13 + 4 * 11 * 15 + 3 * 11 * 11));
  CHECK(Measured(records, "gradient_bytes") == 4 * 4 * 13 * 15);
  CHECK(Measured(records, "optimizer_bytes") == 2 * 4 * 4 * 13 * 15);
}

TEST_CASE("What a run is said to need at least is no more than what it holds", "[verify]") {
  for (const Component* component : Verifiables()) {
    INFO(component->name << ", seed " << kSeed);
    for (const Configuration& shape : RandomShapes(component->name, 5, kSeed)) {
      const MemoryReading held = RunMeasured(shape, {});
      const Integer parameters = 4 * held.parameters;
      CHECK(LeastMemory(shape, {}) <=
            parameters + std::max(held.peak_bytes, held.kept_bytes) + parameters);
      CHECK(LeastMemory(shape, {}) >= parameters);
    }
  }
  CHECK(AvailableMemory().value_or(1) > 0);
}

TEST_CASE("Optimizers keep two numbers a parameter, one, or none", "[verify]") {
  const Configuration shape = ShapeOf("mlp", {{"d", 7}, {"f", 11}}, 5);
  for (const auto& [name, states] : {std::pair("adamw", 2), {"sgd", 0}, {"sgd_momentum", 1}}) {
    INFO(name);
    RunOptions options;
    options.optimizer = ParseOptimizer(name);
    const std::vector<MemoryRecord> records = VerifyMemory(shape, options);
    CHECK(Differences(records) == "");
    CHECK(Measured(records, "optimizer_bytes") == states * 4 * (2 * 7 * 11 + 7 + 11));
  }
  CHECK(ErrorTextOf([] { ParseOptimizer("adam"); }) ==
        "'adam' is not an optimizer; did you mean 'adamw'?");
}

TEST_CASE("A forward pass alone has parameters and a peak", "[verify]") {
  RunOptions options;
  options.training = false;
  for (const Component* component : Verifiables()) {
    INFO(component->name << ", seed " << kSeed);
    for (const Configuration& shape : RandomShapes(component->name, 5, kSeed)) {
      const std::vector<MemoryRecord> records = VerifyMemory(shape, options);
      REQUIRE(records.size() == 2);
      CHECK(Differences(records) == "");
    }
  }
}

TEST_CASE("A prediction that is wrong on purpose is noticed", "[verify]") {
  const std::map<std::string, int> values = {{"B", 2}, {"d", 13}, {"H", 2}, {"w", 5}, {"W", 7}};
  for (const std::string name : {"full", "sliding_window"}) {
    INFO(name);
    const Configuration shape = ShapeOf(name, values, 11);
    CHECK(AgainstCorrupted(shape, [](Graph&) {}) == "");
    const std::string wider =
        AgainstCorrupted(shape, [](Graph& graph) { ParameterOf(graph).shape.push_back(2); });
    CHECK(wider.find("parameters") != std::string::npos);
    const std::string longer = AgainstCorrupted(shape, [](Graph& graph) {
      graph.tensors[graph.operators.front().in[0]].shape.front() = 3;
    });
    CHECK(longer.find("kept_bytes") != std::string::npos);
  }
}
