#pragma once

#include "costmodel/operators/head_groups.h"
#include "costmodel/operators/replay.h"

namespace costcheck {

/// softmax(q k^T + mask) v: q [N, g*T, w], scaled; keys [N, w, n], values [N, n, w].
Tracked DenseAttention(Aten& aten, const Tracked& q, const Tracked& keys, const Tracked& values,
                       const ScoreMask& mask);

/// softmax(q k^T / sqrt(w)) v as plain operators: the run of a product into pairs, its scale, its
/// softmax and the product with values, none of them in a kernel; before it, where there are any,
/// the two products that mix keys and values along the text.
///
///   q            copied to [B*H_kv, H/H_kv * T, w] and multiplied with the scale, which takes
///                fewer products than scaling the scores
///   k, v         copied to [B*H_kv, S, w]; k is read transposed
///   mixed k, v   copied to [B*H_kv*w, S], times [S, K]
///   scores, + mask (where the pattern has one), weights, output; copied back to [B, T, H*w]
///
/// No copy is made where the order in memory is that already: one head, or one row.
class DenseCore {
 public:
  static bool StartsAt(const Graph& graph, std::size_t first);

  DenseCore(Replay& replay, std::size_t first);
  /// Returns the number of the operator after it.
  std::size_t Run();

 private:
  Tracked Grouped(TensorId id);
  Tracked Mixed(std::size_t product, bool transposed);
  Tracked ScaledQueries();
  const std::string& NameOf(TensorId id) const { return replay_.TensorOf(id).name; }

  Replay& replay_;
  Aten& aten_;
  std::size_t first_;
  std::size_t core_;  ///< the product into pairs
  HeadSizes queries_;
  std::int64_t groups_;
};

}  // namespace costcheck
