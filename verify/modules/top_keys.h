#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>

#include "verify/kernels/patterns.h"

// Choosing the keys of the greatest scores, some rows of one head of one sequence at a time, so
// that no scores of all queries exist together.

namespace costcheck {

/// Rows at once: enough for a product to be fast.
inline constexpr std::int64_t kScoreRows = 128;

struct RowBlock {
  std::int64_t sequence, head, first, rows;

  /// Its rows of a tensor [B, T, heads, w].
  at::Tensor Of(const at::Tensor& tensor) const;
};

/// Calls `visit` for min(T, kScoreRows) rows after another of every head of every sequence.
void ForEachRowBlock(std::int64_t sequences, std::int64_t heads, std::int64_t queries,
                     const std::function<void(const RowBlock&)>& visit);

/// int32 [B, heads, T, K], every number kMaskedKey.
at::Tensor EmptyIndex(std::int64_t sequences, std::int64_t heads, std::int64_t queries,
                      std::int64_t kept);

/// Masks the scores [rows, S] of a block in place and writes the keys of its K greatest to its rows
/// of `index`, the greatest first; those of keys that a query does not see come after. Returns the
/// scores [rows, min(K, S)] in the same order.
at::Tensor TakeTopKeys(const at::Tensor& scores, const TextLengths& text, const RowBlock& block,
                       const at::Tensor& index);

/// As an index, for every head the latest K keys that a query sees, the latest first.
at::Tensor LatestKeys(std::int64_t sequences, std::int64_t heads, const TextLengths& text,
                      std::int64_t kept);

/// The pattern of such an index on the CPU, one choice for each of its heads. The tensor must
/// outlive it.
ChosenKeysPattern PatternOf(const at::Tensor& index, const TextLengths& text);

}  // namespace costcheck
