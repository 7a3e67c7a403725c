#pragma once

#include <cstdint>

#include "verify/kernels/gathered_attention.h"

// softmax(s * scale) v over the slots of a pattern where the scores s are there already, row by
// row:
//
//   p = exp(s*scale - max) / sum    o_i = sum_j p_ij v_j
//
// and its gradients (g_i = dL/do_i):
//
//   rows   dp = g_i . v_j    ds = p (dp - sum_j p dp) * scale
//   keys   dv_j = sum_i p_ij g_i
//
// Each slot costs w multiply-adds forward and twice that backward. Ranges as in
// gathered_attention.h: the bits do not depend on how they are cut.

namespace costcheck {

/// Of `operands`, q and k are not read.
template <class Scalar>
struct KeptValuesForward {
  GatherOperands<Scalar> operands;
  SlotRows<Scalar> weights;  ///< scores, overwritten with the weights
  HeadRows<Scalar> out;

  void Run(const RowRange& range) const {
    GatherScratch<Scalar> scratch(operands);
    GatherRow<Scalar>& row = scratch.row;
    for (std::int64_t i = range.first; i < range.end; ++i) {
      row.Read(range.sequence, range.head, i);
      Scalar* p = row.Of(weights);
      SoftmaxOverSlots(row, operands.scale, p);
      Scalar* o = scratch.Zeroed(out, range.sequence, range.head, i);
      for (std::int64_t slot = 0; slot < row.slots(); ++slot) {
        Axpy(p[slot], row.Of(operands.v, slot), o, operands.sizes.width);
      }
    }
  }
};

template <class Scalar>
struct KeptValuesBackward {
  GatherOperands<Scalar> operands;
  SlotRows<Scalar> weights;  ///< as forward wrote them
  HeadRows<const Scalar> out_grad;
  SlotRows<Scalar> score_grads;
  HeadRows<Scalar> dv;

  /// Writes ds of a range.
  void RunRows(const RowRange& range) const {
    GatherRow<Scalar> row(operands);
    for (std::int64_t i = range.first; i < range.end; ++i) {
      row.Read(range.sequence, range.head, i);
      const Scalar *g = row.Of(out_grad), *p = row.Of(weights);
      Scalar* ds = row.Of(score_grads);
      Scalar mean(0);
      for (std::int64_t slot = 0; slot < row.slots(); ++slot) {
        ds[slot] = Dot(g, row.Of(operands.v, slot), operands.sizes.width);
        mean += p[slot] * ds[slot];
      }
      for (std::int64_t slot = 0; slot < row.slots(); ++slot) {
        ds[slot] = p[slot] * (ds[slot] - mean) * operands.scale;
      }
    }
  }

  /// Adds to dv, which the caller has set to zeros, over the rows of all heads that share a key
  /// head.
  void RunKeys(const KeyRange& range) const {
    GatherRow<Scalar> row(operands);
    const std::int64_t group = operands.sizes.Group();
    for (std::int64_t head = range.key_head * group; head < (range.key_head + 1) * group; ++head) {
      for (std::int64_t i = 0; i < operands.pattern.Rows(); ++i) {
        row.Read(range.sequence, head, i);
        for (std::int64_t slot = 0; slot < row.slots(); ++slot) {
          const std::int32_t key = row.key(slot);
          if (!range.Owns(key)) continue;
          Axpy(row.Of(weights)[slot], row.Of(out_grad), dv.Row(range.sequence, range.key_head, key),
               operands.sizes.width);
        }
      }
    }
  }
};

}  // namespace costcheck
