#include "costmodel/operators/dense_core.h"

#include <utility>

namespace costcheck {
namespace {

bool IsPlain(const Graph& graph, std::size_t i, Kind kind) {
  return i < graph.operators.size() && graph.operators[i].kind == kind &&
         graph.operators[i].kernel == 0;
}

bool IsCore(const Graph& graph, std::size_t i) {
  return IsPlain(graph, i, Kind::kMatMul) && IsPlain(graph, i + 1, Kind::kScale) &&
         IsPlain(graph, i + 2, Kind::kSoftmax) && IsPlain(graph, i + 3, Kind::kMatMul) &&
         graph.tensors[graph.operators[i].out[0]].pairs.has_value() &&
         graph.operators[i + 3].in[0] == graph.operators[i + 2].out[0];
}

/// Products whose results are the keys and the values of the core that follows.
bool IsMixedCore(const Graph& graph, std::size_t i) {
  return IsPlain(graph, i, Kind::kMatMul) && IsPlain(graph, i + 1, Kind::kMatMul) &&
         IsCore(graph, i + 2) && graph.operators[i].out[0] == graph.operators[i + 2].in[1] &&
         graph.operators[i + 1].out[0] == graph.operators[i + 5].in[1];
}

}  // namespace

bool DenseCore::StartsAt(const Graph& graph, std::size_t first) {
  return IsCore(graph, first) || IsMixedCore(graph, first);
}

namespace {

Tracked Masked(Aten& aten, const Tracked& scores, const ScoreMask& mask) {
  if (!mask.masks) return scores;
  const Dimensions sizes = scores.value->layout.sizes;
  const Tracked added = {MemoryLog::Outside({mask.queries, sizes[2]}, kFloatBytes, "mask")};
  const Tracked by_head =
      aten.Reshape(scores, {sizes[0], sizes[1] / mask.queries, mask.queries, sizes[2]});
  return aten.Reshape(aten.Add(by_head, added, "masked scores"), sizes);
}

/// Rows before the first key see nothing: they are multiplied with zeros.
Tracked ZeroWhereBlind(Aten& aten, const Tracked& out, std::int64_t keys, const ScoreMask& mask) {
  if (!mask.masks || mask.queries <= keys) return out;
  const Dimensions sizes = out.value->layout.sizes;
  const Tracked seeing = {MemoryLog::Outside({mask.queries, 1}, kFloatBytes, "mask of rows")};
  const Tracked by_head =
      aten.Reshape(out, {sizes[0], sizes[1] / mask.queries, mask.queries, sizes[2]});
  return aten.Reshape(aten.Multiply(by_head, seeing, NameOf(out.value)), sizes);
}

}  // namespace

Tracked DenseAttention(Aten& aten, const Tracked& q, const Tracked& keys, const Tracked& values,
                       const ScoreMask& mask) {
  Tracked scores = aten.BatchedProduct(q, keys, "scores");
  scores = Masked(aten, scores, mask);
  const Tracked weights = aten.SavingOutput(std::exchange(scores, {}), "weights");
  const Tracked out = aten.BatchedProduct(weights, values, "head output");
  return ZeroWhereBlind(aten, out, keys.value->layout.sizes[2], mask);
}

DenseCore::DenseCore(Replay& replay, std::size_t first)
    : replay_(replay),
      aten_(replay.aten_),
      first_(first),
      core_(IsCore(replay.graph_, first) ? first : first + 2),
      queries_(replay.HeadsOf(replay.At(core_).in[0])),
      groups_(replay.HeadsOf(replay.At(core_).in[1]).heads) {}

Tracked DenseCore::Grouped(TensorId id) {
  return GroupHeads(aten_, replay_.Take(id, core_ + 3), replay_.HeadsOf(id), groups_);
}

Tracked DenseCore::Mixed(std::size_t product, bool transposed) {
  const Operator& op = replay_.At(product);
  const Dimensions by_width = replay_.SizesOf(op.in[0]);  // [B, H_kv, w, S]
  const std::int64_t B = by_width[0], H = by_width[1], w = by_width[2], S = by_width[3];
  const Tracked weight = replay_.Read(op.in[1]);
  const std::int64_t length = weight.value->layout.sizes[1];
  Tracked rows = aten_.Reshape(replay_.Take(op.in[0], core_ + 3), {B, S, H, w});
  rows = aten_.Reshape(aten_.Permute(rows, {0, 2, 3, 1}), {B * H * w, S});
  const Tracked mixed = aten_.Product(rows, weight, NameOf(op.out[0]));
  const Tracked matrices = aten_.Reshape(mixed, {B * H, w, length});
  return transposed ? aten_.Permute(matrices, {0, 2, 1}) : matrices;
}

/// The projected rows stay until their copy is scaled.
Tracked DenseCore::ScaledQueries() {
  const TensorId q = replay_.At(core_).in[0];
  const Tracked rows = replay_.Read(q);
  return aten_.Scale(Grouped(q), "scaled q");
}

std::size_t DenseCore::Run() {
  const Operator &product = replay_.At(core_), &last = replay_.At(core_ + 3);
  const bool mixed = core_ != first_;
  const Tracked q = ScaledQueries();
  const Tracked k = mixed ? Mixed(first_, false) : aten_.Permute(Grouped(product.in[1]), {0, 2, 1});
  const Tracked v = mixed ? Mixed(first_ + 1, true) : Grouped(last.in[1]);
  const Tracked out = DenseAttention(aten_, q, k, v, replay_.MaskOf(product.out[0], queries_.rows));
  replay_.Write(last.out[0], UngroupHeads(aten_, out, queries_, groups_));
  return core_ + 4;
}

}  // namespace costcheck
