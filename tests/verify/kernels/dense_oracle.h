#pragma once

#include <cstdint>
#include <functional>
#include <vector>

// Attention as one product under a mask, in double precision, and its gradients from the matrices:
// against which gathering is held. It knows masks, no patterns.

namespace costcheck {

struct OracleSizes {
  std::int64_t sequences, queries, keys, heads, key_heads, width;
};

/// [B, heads, rows, w] each, without gaps.
struct OracleOperands {
  std::vector<double> q, k, v, out_grad;
};

struct OracleResults {
  std::vector<double> out, dq, dk, dv;
};

using OracleMask = std::function<bool(std::int64_t sequence, std::int64_t head, std::int64_t row,
                                      std::int64_t key)>;

OracleResults AttendDensely(const OracleSizes& sizes, double scale, const OracleOperands& operands,
                            const OracleMask& sees);

}  // namespace costcheck
