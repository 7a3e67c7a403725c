#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "costmodel/attention/frame.h"

// Attention within clusters of tokens, keys and queries shared: lsh and routing.
// A token attends to its own cluster, under the causal mask to what stands before
// it there: n(n+1)/2 pairs of a cluster of n tokens, n^2 both ways. The sizes are
// the data's. Where none are given they are balanced, a named assumption: T mod C
// clusters of floor(T/C) + 1 tokens, the others of floor(T/C).

namespace costcheck {

struct Clusters {
  Expr number;              ///< C
  std::vector<Expr> sizes;  ///< realised, in tokens; empty: balanced
};
/// C and the realised sizes. CostError naming the component if T is not S, or if
/// the sizes do not sum up to T.
Clusters ReadClusters(const Settings& settings, const Frame& frame, std::string_view name);

/// Useful pairs and unmasked ones of one partition. Decode: the new token sees a
/// cluster of ceil(S/C), whatever sizes were given. Executed is the component's.
Pairs ClusterPairs(const Lengths& lengths, const Clusters& clusters, const Expr& executed);

/// Writes down what was assumed of the sizes.
void AssumeSizes(GraphBuilder& builder, const Frame& frame, const Clusters& clusters);

struct SharedProjections {
  TensorId tokens;
  TensorId q;     ///< [B, H, T, w], which are the keys as well
  TensorId k, v;  ///< [B, H, S, w]; in decode the caches
};
/// H heads of shared queries and keys, and of values: H_kv is not used.
SharedProjections ProjectShared(GraphBuilder& builder, const Frame& frame);

/// Rows in the order of clusters: in each partition `places`, cut into `number` clusters of `size`
/// rows, the last ones padded.
struct ClusterOrder {
  TensorId order;  ///< the token at each place
  Expr rows;       ///< of one head of a sequence, all partitions
  Expr places, number, size;
  bool looks_back = false;            ///< to the cluster before as well
  bool joined = false;                ///< by the log-sum-exp of several partitions
  std::optional<TensorId> buckets{};  ///< a row sees its own bucket only
};

struct InOrder {
  TensorId rows;         ///< [B, H, rows, w], in the order of the clusters
  TensorId log_sum_exp;  ///< [B, H, rows]
};
/// Attention of all partitions: rows put in order, and attended in one kernel, which holds what one
/// head of one partition needs. Not in decode.
InOrder AttendInOrder(GraphBuilder& builder, const Frame& frame, const SharedProjections& p,
                      const ClusterOrder& order, const Pairs& pairs);
/// `rows` in the order of the text again, as `out`.
TensorId PutBack(GraphBuilder& builder, const Frame& frame, TensorId rows,
                 const ClusterOrder& order, TensorId out);

/// In decode: the rows of the pairs are gathered.
TensorId AttendToCluster(GraphBuilder& builder, const Frame& frame, const SharedProjections& p,
                         TensorId order, const Pairs& pairs);

}  // namespace costcheck
