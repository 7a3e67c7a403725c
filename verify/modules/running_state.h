#pragma once

#include <algorithm>
#include <cstdint>

#include "verify/kernels/gathered_attention.h"

// Causal linear attention of one key head: a sum of outer products over the keys so far, read once
// by every query (Katharopoulos 2020, Eq. 10 to 12 and Algorithm 1). With f and g the features of a
// query and a key, position a = S - T + i of query i:
//
//   state A_i = sum over j <= a of g_j v_j^T     c_i = sum over j <= a of g_j
//   sums    o_i = A_i^T f_i                      z_i = c_i . f_i
//
// and the gradients, with u_i = dL/do_i, y_i = dL/dz_i and the sums from the end,
// R_j = sum over a >= j of f_i u_i^T, r_j = sum over a >= j of y_i f_i:
//
//   df_i = A_i u_i + y_i c_i     dg_j = R_j v_j + r_j     dv_j = R_j^T g_j
//
// m*w multiply-adds each: forward a key and a query one; backward a key three, since A is summed up
// again, and a query two. Beside them, m for each c, z and their like. A query before the first key
// reads a state of zeros; its z is set to 1.

namespace costcheck {

struct RunningSizes {
  std::int64_t sequences, queries, keys, heads, key_heads, features, width;

  std::int64_t Group() const { return heads / key_heads; }
  std::int64_t MultiplyAddsForward() const {
    return sequences * (keys * key_heads + queries * heads) * features * width;
  }
  std::int64_t MultiplyAddsBackward() const {
    return sequences * (3 * keys * key_heads + 2 * queries * heads) * features * width;
  }
  /// Keys up to query i, which sees them; from 0 on for queries before the first key.
  std::int64_t Visible(std::int64_t i) const {
    return std::max<std::int64_t>(keys - queries + i + 1, 0);
  }
};

/// A key head of a sequence: what one call works on, apart from all others.
struct KeyHead {
  std::int64_t sequence, key_head;
};

/// The sums over keys so far (or queries from the end), each [B, H_kv, ...] without gaps.
template <class Scalar>
struct RunningState {
  RunningSizes sizes;
  Scalar* state;  ///< [B, H_kv, m, w]
  Scalar* sum;    ///< [B, H_kv, m]

  /// That of one key head, set to zeros.
  RunningState Of(const KeyHead& head) const {
    const std::int64_t at = (head.sequence * sizes.key_heads + head.key_head) * sizes.features;
    const RunningState own = {sizes, state + at * sizes.width, sum + at};
    std::fill_n(own.state, sizes.features * sizes.width, Scalar(0));
    std::fill_n(own.sum, sizes.features, Scalar(0));
    return own;
  }

  Scalar* Row(std::int64_t feature) const { return state + feature * sizes.width; }

  /// A += features row^T, c += weight * features.
  void Add(const Scalar* features, const Scalar* row, Scalar weight) const {
    for (std::int64_t i = 0; i < sizes.features; ++i) {
      Axpy(features[i], row, Row(i), sizes.width);
      sum[i] += weight * features[i];
    }
  }
  /// row = A^T features.
  void Read(const Scalar* features, Scalar* row) const {
    std::fill_n(row, sizes.width, Scalar(0));
    for (std::int64_t i = 0; i < sizes.features; ++i) {
      Axpy(features[i], Row(i), row, sizes.width);
    }
  }
  /// features = A row + weight * c.
  void ReadAcross(const Scalar* row, Scalar weight, Scalar* features) const {
    for (std::int64_t i = 0; i < sizes.features; ++i) {
      features[i] = Dot(Row(i), row, sizes.width) + weight * sum[i];
    }
  }
  /// c . features.
  Scalar SumAgainst(const Scalar* features) const {
    Scalar total(0);
    for (std::int64_t i = 0; i < sizes.features; ++i) total += features[i] * sum[i];
    return total;
  }
};

template <class Scalar>
struct RunningForward {
  RunningState<Scalar> workspace;
  HeadRows<const Scalar> f, g, v;
  HeadRows<Scalar> sums, normaliser;

  void Run(const KeyHead& head) const {
    const RunningSizes& sizes = workspace.sizes;
    const RunningState<Scalar> state = workspace.Of(head);
    const std::int64_t first = head.key_head * sizes.Group();
    std::int64_t j = 0;
    for (std::int64_t i = 0; i < sizes.queries; ++i) {
      for (; j < sizes.Visible(i); ++j) {
        state.Add(g.Row(head.sequence, head.key_head, j), v.Row(head.sequence, head.key_head, j),
                  Scalar(1));
      }
      for (std::int64_t h = first; h < first + sizes.Group(); ++h) {
        const Scalar* features = f.Row(head.sequence, h, i);
        state.Read(features, sums.Row(head.sequence, h, i));
        *normaliser.Row(head.sequence, h, i) = j == 0 ? Scalar(1) : state.SumAgainst(features);
      }
    }
  }
};

template <class Scalar>
struct RunningBackward {
  RunningState<Scalar> workspace;
  HeadRows<const Scalar> f, g, v, sums_grad, normaliser_grad;
  HeadRows<Scalar> df, dg, dv;

  void Run(const KeyHead& head) const {
    RunQueries(head);
    RunKeys(head);
  }

 private:
  /// From the first position to the last.
  void RunQueries(const KeyHead& head) const {
    const RunningSizes& sizes = workspace.sizes;
    const RunningState<Scalar> state = workspace.Of(head);
    const std::int64_t first = head.key_head * sizes.Group();
    std::int64_t j = 0;
    for (std::int64_t i = 0; i < sizes.queries; ++i) {
      for (; j < sizes.Visible(i); ++j) {
        state.Add(g.Row(head.sequence, head.key_head, j), v.Row(head.sequence, head.key_head, j),
                  Scalar(1));
      }
      for (std::int64_t h = first; h < first + sizes.Group(); ++h) {
        state.ReadAcross(sums_grad.Row(head.sequence, h, i),
                         *normaliser_grad.Row(head.sequence, h, i), df.Row(head.sequence, h, i));
      }
    }
  }

  /// From the last position to the first.
  void RunKeys(const KeyHead& head) const {
    const RunningSizes& sizes = workspace.sizes;
    const RunningState<Scalar> state = workspace.Of(head);
    const std::int64_t first = head.key_head * sizes.Group();
    std::int64_t j = sizes.keys;
    for (std::int64_t i = sizes.queries; i-- > 0;) {
      for (std::int64_t h = first; h < first + sizes.Group(); ++h) {
        state.Add(f.Row(head.sequence, h, i), sums_grad.Row(head.sequence, h, i),
                  *normaliser_grad.Row(head.sequence, h, i));
      }
      for (const std::int64_t kept = i == 0 ? 0 : sizes.Visible(i - 1); j > kept;) {
        --j;
        state.ReadAcross(v.Row(head.sequence, head.key_head, j), Scalar(1),
                         dg.Row(head.sequence, head.key_head, j));
        state.Read(g.Row(head.sequence, head.key_head, j), dv.Row(head.sequence, head.key_head, j));
      }
    }
  }
};

}  // namespace costcheck
