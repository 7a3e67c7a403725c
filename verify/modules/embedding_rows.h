#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

// Rows of tables, moved and added up. None of it is a product. A row is contiguous (stride 1);
// float and double. Results are the same bits at any number of threads: each element is written
// by one of them, in a fixed order. On a device other than the CPU, operands are copied to the
// host and the result back.

namespace costcheck {

/// out[k] = source[rows[k]], filled up with zeros where `out` is wider than `source`.
void GatherRows(const at::Tensor& source, std::span<const std::int32_t> rows, at::Tensor out);

/// table[rows[k]] += source[from[k]], as wide as the table; `source` may be wider. Row k itself
/// where `from` is empty.
void AddRows(at::Tensor table, std::span<const std::int32_t> rows, const at::Tensor& source,
             std::span<const std::int32_t> from = {});

/// Row k of a contiguous matrix goes to row place[k], in place; `place` is a permutation.
/// O(rows) bytes a thread beside it.
void PermuteRows(at::Tensor matrix, std::span<const std::int32_t> place);

/// table[index]: a table [rows, E] and an int32 index of any shape give [shape of index, E].
/// Keeps the index, 4 bytes a look-up, and nothing else. Workspace: none, but a copy of the
/// gradient where that does not lie in one piece. The table's gradient is dense, of its size.
at::Tensor LookUp(const at::Tensor& table, at::Tensor index);

}  // namespace costcheck
