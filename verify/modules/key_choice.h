#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>

#include "verify/kernels/patterns.h"

// The choice of keys by scores, a few queries at a time, so that no more than a few rows of scores
// exist; used where a selection looks at every pair of a query and a key, or a block of keys.

namespace costcheck {

/// Makes the scores [rows, n] of the queries first .. first + rows - 1.
using ScoreRows = std::function<at::Tensor(std::int64_t first, std::int64_t rows)>;

/// Writes the keys of the greatest scores [.., S] of every query, best first, to `index` int32
/// [T, chosen]; under a causal mask the visible ones come first, and what follows them is any.
/// Workspace, for 16 queries at a time: their scores, a mask of them, and LibTorch's top-k, a score
/// and an int64 for each number written.
void ChooseKeys(const TextLengths& text, const ScoreRows& score, at::Tensor index);

/// The same for whole blocks of b keys by scores [.., ceil(S/b)]: causal earlier ones than the
/// query's own, both ways all but its own. The own block is always taken and not chosen here.
void ChooseBlocks(const TextLengths& text, std::int64_t block, const ScoreRows& score,
                  at::Tensor index);

/// How many blocks a query chooses beside its own for K keys, max(floor(K/b) - 1, 0), but no more
/// than there are others.
std::int64_t ChosenBlocks(std::int64_t kept, std::int64_t block, std::int64_t keys);

}  // namespace costcheck
