#include "costmodel/operators/linear_core.h"

#include <utility>

namespace costcheck {
namespace {

/// One past the features' operators that start at i; i where there are none.
std::size_t EndOfFeatures(const Graph& graph, std::size_t i) {
  const auto is = [&](std::size_t at, Kind kind) {
    return at < graph.operators.size() && graph.operators[at].kind == kind;
  };
  if (is(i, Kind::kExp)) return i + 1;
  const bool by_buffer =
      is(i, Kind::kMatMul) &&
      graph.tensors[RootOf(graph, graph.operators[i].in[1])].role == Role::kBuffer;
  return by_buffer && is(i + 1, Kind::kExp) ? i + 2 : i;
}

/// The product of keys and values; nothing where no such core starts at i.
std::optional<std::size_t> StateAfter(const Graph& graph, std::size_t i) {
  const std::size_t keys = EndOfFeatures(graph, i), state = EndOfFeatures(graph, keys);
  if (keys == i || state == keys || state >= graph.operators.size()) return std::nullopt;
  if (graph.operators[state].kernel != 0) return std::nullopt;
  return state;
}

}  // namespace

bool LinearCore::StartsAt(const Graph& graph, std::size_t first) {
  return StateAfter(graph, first).has_value();
}

LinearCore::LinearCore(Replay& replay, std::size_t first)
    : replay_(replay),
      aten_(replay.aten_),
      first_(first),
      state_(*StateAfter(replay.graph_, first)),
      groups_(replay.HeadsOf(replay.At(state_).in[1]).heads) {}

Tracked LinearCore::Grouped(TensorId id) {
  return GroupHeads(aten_, replay_.Take(id, state_), replay_.HeadsOf(id), groups_);
}

/// The projected rows stay until their features are there.
Tracked LinearCore::Features(std::size_t& op) {
  const TensorId source = replay_.At(op).in[0];
  const Tracked rows = replay_.Read(source);
  Tracked grouped = Grouped(source);
  if (replay_.At(op).kind == Kind::kExp) return replay_.Exponential(grouped, replay_.At(op++));
  const Tracked matrix = replay_.Weight(replay_.At(op).in[1]);
  grouped = aten_.Linear(grouped, matrix, NameAt(op));
  op += 2;
  return replay_.Exponential(grouped, replay_.At(op - 1));
}

Tracked LinearCore::SumOfKeys(const Tracked& k) {
  const Dimensions sizes = k.value->layout.sizes;
  return aten_.SumTo(k, {sizes[0], 1, sizes[2]}, NameAt(state_ + 2));
}

Tracked LinearCore::Normaliser(const Tracked& q, const Tracked& total) {
  const Dimensions of_q = q.value->layout.sizes;
  return aten_.SumTo(aten_.Multiply(q, total, NameAt(state_ + 3)), {of_q[0], of_q[1], 1},
                     NameAt(state_ + 4));
}

std::size_t LinearCore::Run() {
  std::size_t op = first_;
  const HeadSizes queries = replay_.HeadsOf(replay_.At(first_).in[0]);
  const Tracked q = Features(op), k = Features(op), v = Grouped(replay_.At(state_).in[1]);
  const auto products = [&] {
    const Tracked state = aten_.BatchedProduct(aten_.Permute(k, {0, 2, 1}), v, NameAt(state_));
    return aten_.BatchedProduct(q, state, NameAt(state_ + 1));
  };
  const Tracked sums = products(), total = SumOfKeys(k), normaliser = Normaliser(q, total);
  const Tracked out = aten_.Divide(sums, normaliser, NameAt(state_ + 5));
  replay_.Write(replay_.At(state_ + 5).out[0], UngroupHeads(aten_, out, queries, groups_));
  return state_ + 6;
}

}  // namespace costcheck
