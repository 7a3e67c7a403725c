#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

// Attention within clusters of tokens, for lsh and routing: rows are put in the order of their
// clusters, attended, and put back. G = B * (partitions of one text); an order is an int32 tensor
// [G, H, m], in one piece, of the tokens that stand in the m places of each head's order.

namespace costcheck {

/// Rows in an order: out[g, h, i] = x[g / partitions, order[g, h, i], h].
///   x [B, T, H, w], any strides; returns [G, H, m, w]. Keeps the order; no workspace.
at::Tensor TakeRows(at::Tensor x, at::Tensor order);

/// The way back: out[g, t, h] is the mean of rows[g, h, i] over the places i that token t has in
/// the order, zeros where it has none.
///   rows [G, H, m, w]; returns [G, T, H, w]. Keeps the order. Workspace: T + m numbers.
at::Tensor PutRows(at::Tensor rows, at::Tensor order, std::int64_t tokens);

/// How the places are cut: place i belongs to cluster i / size; those from m to clusters*size are
/// padding.
struct ClusterShape {
  std::int64_t clusters;  ///< C
  std::int64_t size;      ///< rows of each, ceil(T/C)
  bool looks_back;        ///< to the previous cluster too, the first one to the last
  bool causal;            ///< a token sees none of a greater number
  double scale;

  std::int64_t Rows() const { return clusters * size; }
  std::int64_t SlotsOfRow() const { return looks_back ? 2 * size : size; }
};

struct ClusterOutput {
  at::Tensor rows;  ///< [G, H, m, w]
  at::Tensor lse;   ///< [G, H, m, 1], the logarithm of each row's sum of exponentials
};

/// softmax(a a^T * scale) v within clusters, queries and keys being the same rows a.
///
///   a, v [G, H, m, w], in order; `buckets` int32 [G, H, m] or undefined: a row sees its own bucket
///
/// Whole squares, masked slots and padding too: clusters * size * SlotsOfRow slots, w multiply-adds
/// each in two products forward and four backward. Keeps a, v and the weights [G, H, slots].
/// Workspace, for one partition and head at a time, with r = clusters*size rows, p = r rows or,
/// looking back, r + size, e slots: forward less than 2*p*w elements and the masks; backward the
/// greater of 2*e + r (with lse: + p) and e + p*w + r*w (looking back: 3*r*w) elements.
ClusterOutput AttendInClusters(at::Tensor a, at::Tensor v, const at::Tensor& order,
                               const at::Tensor& buckets, const ClusterShape& shape);

}  // namespace costcheck
