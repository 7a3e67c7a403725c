#pragma once

#include "costmodel/operators/head_groups.h"
#include "costmodel/operators/replay.h"

namespace costcheck {

/// Linear attention to all keys as plain operators: the run from the queries' features to the
/// quotient of sums and normaliser, none of it in a kernel.
///
///   q, k, v      copied to [B*H_kv, rows, w]; features of q and k, by a product with a buffer and
///   an
///                exponential, or elementwise
///   state        k^T v, gone when it is read, but for what is kept
///   normaliser   q times the keys' sum, added up
///   output       sums / normaliser, copied back to [B, T, H*w]
class LinearCore {
 public:
  static bool StartsAt(const Graph& graph, std::size_t first);

  LinearCore(Replay& replay, std::size_t first);
  /// Returns the number of the operator after it.
  std::size_t Run();

 private:
  /// Of the features' operators from `op` on, which it moves past.
  Tracked Features(std::size_t& op);
  Tracked Grouped(TensorId id);
  Tracked SumOfKeys(const Tracked& k);
  Tracked Normaliser(const Tracked& q, const Tracked& total);
  const std::string& NameAt(std::size_t i) const {
    return replay_.TensorOf(replay_.At(i).out[0]).name;
  }

  Replay& replay_;
  Aten& aten_;
  std::size_t first_;
  std::size_t state_;  ///< the product of keys and values
  std::int64_t groups_;
};

}  // namespace costcheck
