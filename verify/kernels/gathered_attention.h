#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "verify/kernels/key_pattern.h"
#include "verify/kernels/products.h"

// softmax(q k^T * scale) v over the slots of a pattern, row by row:
//
//   s = scale * q_i . k_j    p = exp(s - max s) / sum    o_i = sum_j p_ij v_j
//
// and its gradients (g_i = dL/do_i):
//
//   rows   dp = g_i . v_j    ds = p (dp - sum_j p dp) * scale    dq_i = sum_j ds_ij k_j
//   keys   dk_j = sum_i ds_ij q_i                                dv_j = sum_i p_ij g_i
//
// Each slot costs w multiply-adds in each of two products forward and four backward. Masked slots
// and padding rows are multiplied as all others, with rows of zeros, and their weight is 0: a
// kernel in whole blocks executes them. Beside the products, for each unmasked slot of a query:
// forward one product (scale); one comparison, subtraction, addition, exponential and division
// (softmax).
//
// Any range of rows, and of keys, is a call of its own and writes what no other call writes,
// in the same order: the bits do not depend on how the ranges are cut.

namespace costcheck {

struct GatherSizes {
  std::int64_t sequences;  ///< B
  std::int64_t queries;    ///< T
  std::int64_t keys;       ///< S
  std::int64_t heads;      ///< H
  std::int64_t key_heads;  ///< H_kv, a divisor of H; query head h reads h / (H / H_kv)
  std::int64_t width;      ///< w

  std::int64_t Group() const { return heads / key_heads; }
  /// Of one product.
  std::int64_t MultiplyAdds(const KeyPattern& pattern) const {
    return sequences * heads * pattern.Offset(pattern.Rows()) * width;
  }
};

inline constexpr std::int64_t kProductsForward = 2;
inline constexpr std::int64_t kProductsBackward = 4;

/// [B, rows, heads, w] somewhere in memory, its last dimension without gaps.
template <class Scalar>
struct HeadRows {
  Scalar* data;
  std::int64_t sequence_stride, row_stride, head_stride;

  Scalar* Row(std::int64_t sequence, std::int64_t head, std::int64_t row) const {
    return data + sequence * sequence_stride + head * head_stride + row * row_stride;
  }
};

/// One number a slot, [B, H, slots] without gaps.
template <class Scalar>
struct SlotRows {
  Scalar* data;

  Scalar* Row(const GatherSizes& sizes, const KeyPattern& pattern, std::int64_t sequence,
              std::int64_t head, std::int64_t row) const {
    const std::int64_t slots = pattern.Offset(pattern.Rows());
    return data + (sequence * sizes.heads + head) * slots + pattern.Offset(row);
  }
};

/// What forward and backward read.
template <class Scalar>
struct GatherOperands {
  const KeyPattern& pattern;
  GatherSizes sizes;
  Scalar scale;
  HeadRows<const Scalar> q, k, v;
};

/// A stretch of rows of one head of one sequence.
struct RowRange {
  std::int64_t sequence, head, first, end;
};

/// A stretch of keys of one key head of one sequence. All masked slots belong to the stretch that
/// begins with key 0, which must be there if S = 0, too.
struct KeyRange {
  std::int64_t sequence, key_head, first, end;

  bool Owns(std::int32_t key) const {
    return key == kMaskedKey ? first == 0 : first <= key && key < end;
  }
};

/// The keys of one row at a time, and rows of zeros: what one thread needs, O(S + w).
template <class Scalar>
class GatherRow {
 public:
  explicit GatherRow(const GatherOperands<Scalar>& operands)
      : operands_(operands), zeros_(static_cast<std::size_t>(operands.sizes.width)) {}

  void Read(std::int64_t sequence, std::int64_t head, std::int64_t row) {
    keys_.resize(static_cast<std::size_t>(operands_.pattern.Slots(row)));
    operands_.pattern.Fill(sequence, head, row, keys_);
    is_query_ = row < operands_.sizes.queries;
    sequence_ = sequence, head_ = head, row_ = row;
    key_head_ = head / operands_.sizes.Group();
  }

  std::int64_t slots() const { return static_cast<std::int64_t>(keys_.size()); }
  std::int32_t key(std::int64_t slot) const { return keys_[static_cast<std::size_t>(slot)]; }
  bool IsQuery() const { return is_query_; }
  bool IsMasked(std::int64_t slot) const { return !is_query_ || key(slot) == kMaskedKey; }

  /// The row of a tensor of queries: zeros where it is padding.
  const Scalar* Of(const HeadRows<const Scalar>& queries) const {
    return is_query_ ? queries.Row(sequence_, head_, row_) : zeros_.data();
  }
  /// The row of keys or values in a slot: zeros where it is masked.
  const Scalar* Of(const HeadRows<const Scalar>& keys, std::int64_t slot) const {
    return key(slot) == kMaskedKey ? zeros_.data() : keys.Row(sequence_, key_head_, key(slot));
  }
  Scalar* Of(const SlotRows<Scalar>& slots) const {
    return slots.Row(operands_.sizes, operands_.pattern, sequence_, head_, row_);
  }

 private:
  const GatherOperands<Scalar>& operands_;
  std::vector<Scalar> zeros_;
  std::vector<std::int32_t> keys_;
  std::int64_t sequence_ = 0, head_ = 0, row_ = 0, key_head_ = 0;
  bool is_query_ = false;
};

/// Turns scores into weights in place: softmax over the slots that are not masked, 0 elsewhere.
template <class Scalar>
void SoftmaxOverSlots(const GatherRow<Scalar>& row, Scalar scale, Scalar* scores) {
  using std::exp;
  Scalar greatest(-std::numeric_limits<double>::infinity());
  for (std::int64_t slot = 0; slot < row.slots(); ++slot) {
    if (row.IsMasked(slot)) continue;
    scores[slot] = scores[slot] * scale;
    if (greatest < scores[slot]) greatest = scores[slot];
  }
  Scalar sum(0);
  for (std::int64_t slot = 0; slot < row.slots(); ++slot) {
    if (row.IsMasked(slot)) continue;
    scores[slot] = exp(scores[slot] - greatest);
    sum += scores[slot];
  }
  for (std::int64_t slot = 0; slot < row.slots(); ++slot) {
    scores[slot] = row.IsMasked(slot) ? Scalar(0) : scores[slot] / sum;
  }
}

/// The workspace of one thread: a row of the pattern, and a row of w numbers that is thrown away.
template <class Scalar>
struct GatherScratch {
  explicit GatherScratch(const GatherOperands<Scalar>& operands)
      : row(operands), thrown_away(static_cast<std::size_t>(operands.sizes.width)) {}

  /// The row of an output of queries, set to zeros; padding is thrown away.
  Scalar* Zeroed(const HeadRows<Scalar>& outputs, std::int64_t sequence, std::int64_t head,
                 std::int64_t i) {
    const auto width = static_cast<std::int64_t>(thrown_away.size());
    Scalar* out = row.IsQuery() ? outputs.Row(sequence, head, i) : thrown_away.data();
    std::fill(out, out + width, Scalar(0));
    return out;
  }

  GatherRow<Scalar> row;
  std::vector<Scalar> thrown_away;
};

/// Writes the weights and the output rows of a range.
template <class Scalar>
struct GatherForward {
  GatherOperands<Scalar> operands;
  SlotRows<Scalar> weights;
  HeadRows<Scalar> out;

  void Run(const RowRange& range) const {
    const std::int64_t width = operands.sizes.width;
    GatherScratch<Scalar> scratch(operands);
    GatherRow<Scalar>& row = scratch.row;
    for (std::int64_t i = range.first; i < range.end; ++i) {
      row.Read(range.sequence, range.head, i);
      const Scalar* q = row.Of(operands.q);
      Scalar* p = row.Of(weights);
      for (std::int64_t slot = 0; slot < row.slots(); ++slot) {
        p[slot] = Dot(q, row.Of(operands.k, slot), width);
      }
      SoftmaxOverSlots(row, operands.scale, p);
      Scalar* o = scratch.Zeroed(out, range.sequence, range.head, i);
      for (std::int64_t slot = 0; slot < row.slots(); ++slot) {
        Axpy(p[slot], row.Of(operands.v, slot), o, width);
      }
    }
  }
};

/// Gradients: all rows first, then all keys.
template <class Scalar>
struct GatherBackward {
  GatherOperands<Scalar> operands;
  SlotRows<Scalar> weights;  ///< as forward wrote them
  HeadRows<const Scalar> out_grad;
  SlotRows<Scalar> score_grads;  ///< the workspace: ds, times the scale
  HeadRows<Scalar> dq, dk, dv;

  /// Writes ds and dq of a range.
  void RunRows(const RowRange& range) const {
    const std::int64_t width = operands.sizes.width;
    GatherScratch<Scalar> scratch(operands);
    GatherRow<Scalar>& row = scratch.row;
    for (std::int64_t i = range.first; i < range.end; ++i) {
      row.Read(range.sequence, range.head, i);
      const Scalar* g = row.Of(out_grad);
      Scalar* ds = row.Of(score_grads);
      for (std::int64_t slot = 0; slot < row.slots(); ++slot) {
        ds[slot] = Dot(g, row.Of(operands.v, slot), width);
      }
      PassSoftmax(row, row.Of(weights), ds);
      Scalar* out = scratch.Zeroed(dq, range.sequence, range.head, i);
      for (std::int64_t slot = 0; slot < row.slots(); ++slot) {
        Axpy(ds[slot], row.Of(operands.k, slot), out, width);
      }
    }
  }

  /// Writes dk and dv of a range, over the rows of all heads that share its key head.
  void RunKeys(const KeyRange& range) const {
    for (std::int64_t key = range.first; key < range.end; ++key) {
      for (const HeadRows<Scalar>& out : {dk, dv}) {
        Scalar* to = out.Row(range.sequence, range.key_head, key);
        std::fill(to, to + operands.sizes.width, Scalar(0));
      }
    }
    GatherScratch<Scalar> scratch(operands);
    const std::int64_t group = operands.sizes.Group();
    for (std::int64_t head = range.key_head * group; head < (range.key_head + 1) * group; ++head) {
      for (std::int64_t i = 0; i < operands.pattern.Rows(); ++i) {
        scratch.row.Read(range.sequence, head, i);
        AddRow(range, scratch);
      }
    }
  }

 private:
  /// From dp to ds times the scale, in place.
  void PassSoftmax(const GatherRow<Scalar>& row, const Scalar* p, Scalar* ds) const {
    Scalar mean(0);
    for (std::int64_t slot = 0; slot < row.slots(); ++slot) {
      if (!row.IsMasked(slot)) mean += p[slot] * ds[slot];
    }
    for (std::int64_t slot = 0; slot < row.slots(); ++slot) {
      ds[slot] = row.IsMasked(slot) ? Scalar(0) : p[slot] * (ds[slot] - mean) * operands.scale;
    }
  }

  /// What one row gives to the keys of a range.
  void AddRow(const KeyRange& range, GatherScratch<Scalar>& scratch) const {
    const GatherRow<Scalar>& row = scratch.row;
    const Scalar *q = row.Of(operands.q), *g = row.Of(out_grad);
    const Scalar *p = row.Of(weights), *ds = row.Of(score_grads);
    const auto target = [&](const HeadRows<Scalar>& out, std::int32_t key) {
      return key == kMaskedKey ? scratch.thrown_away.data()
                               : out.Row(range.sequence, range.key_head, key);
    };
    for (std::int64_t slot = 0; slot < row.slots(); ++slot) {
      const std::int32_t key = row.key(slot);
      if (!range.Owns(key)) continue;
      Axpy(ds[slot], q, target(dk, key), operands.sizes.width);
      Axpy(p[slot], g, target(dv, key), operands.sizes.width);
    }
  }
};

}  // namespace costcheck
