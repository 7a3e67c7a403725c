#include "verify/available_memory.h"

#include <algorithm>
#include <fstream>
#include <string>

#include "costmodel/operators/cost.h"
#include "costmodel/operators/memory.h"

namespace costcheck {
namespace {

/// The number that a file of one number holds; nothing for any other ("max").
std::optional<std::int64_t> NumberIn(const char* path) {
  std::ifstream file(path);
  std::int64_t number = 0;
  if (file >> number) return number;
  return std::nullopt;
}

std::optional<std::int64_t> FreeOfMachine() {
  std::ifstream file("/proc/meminfo");
  std::string name;
  std::int64_t kibibytes = 0;
  for (std::string rest; file >> name >> kibibytes; std::getline(file, rest)) {
    if (name == "MemAvailable:") return kibibytes << 10;
  }
  return std::nullopt;
}

std::optional<std::int64_t> FreeOfGroup() {
  const auto limit = NumberIn("/sys/fs/cgroup/memory.max");
  const auto used = NumberIn("/sys/fs/cgroup/memory.current");
  if (!limit || !used) return std::nullopt;
  return std::max<std::int64_t>(*limit - *used, 0);
}

/// Rounded up: before its tokens are drawn, a band has a share of them.
Integer AtMost(const Expr& value) {
  const std::optional<Rational> number = Substitute(value, {{"p", Expr(4)}}).AsRational();
  COSTCHECK_CHECK(number.has_value());
  return Ceil(*number);
}

}  // namespace

std::optional<std::int64_t> AvailableMemory() {
  const std::optional<std::int64_t> machine = FreeOfMachine(), group = FreeOfGroup();
  if (!machine || !group) return machine ? machine : group;
  return std::min(*machine, *group);
}

Integer LeastMemory(const Configuration& configuration, const RunOptions& options) {
  const PredictionOptions prediction{options.training, options.input_gradients};
  const Graph graph = PredictedGraph(configuration, prediction);
  const Integer parameters = 4 * AtMost(CountParameters(graph).value());
  Integer largest = 0;
  for (const Tensor& tensor : graph.tensors) {
    if (tensor.on_chip) continue;
    largest = std::max(largest, AtMost(BytesOf(tensor, PairRule::kExecuted)));
  }
  if (!options.training) return parameters + largest;
  const Integer kept = AtMost(KeptForBackward(graph, PairRule::kExecuted).value());
  return 2 * parameters + std::max(kept, largest);
}

void RequireMemory(const Configuration& configuration, const RunOptions& options) {
  if (options.device != "cpu") return;
  const Integer needed = LeastMemory(configuration, options);
  const std::optional<std::int64_t> available = AvailableMemory();
  if (!available || needed <= *available) return;
  throw CannotCheck(configuration.label + " at T = " + std::to_string(configuration.length()) +
                    " needs at least " + ToString(Integer(needed >> 20)) + " MiB of memory, and " +
                    std::to_string(*available >> 20) + " MiB are left");
}

}  // namespace costcheck
