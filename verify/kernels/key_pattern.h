#pragma once

#include <cstdint>
#include <span>

namespace costcheck {

/// A slot of a row that is multiplied and then masked: the padding of a block.
inline constexpr std::int32_t kMaskedKey = -1;

/// Which keys every query attends to, row by row, in slots: what a gathering kernel multiplies.
/// Rows beyond the queries are padding: a kernel in whole blocks computes them and throws them
/// away. A kernel calls every method from several threads at once.
class KeyPattern {
 public:
  virtual ~KeyPattern() = default;

  /// Executed rows of one head of one sequence: at least its queries.
  virtual std::int64_t Rows() const = 0;
  /// Slots of all rows before `row` (0 .. Rows(), so Offset(Rows()) is their total). The same for
  /// every sequence and head; O(1).
  virtual std::int64_t Offset(std::int64_t row) const = 0;
  /// Writes the keys of a row, Offset(row + 1) - Offset(row) of them, in any order: 0 .. S-1, or
  /// kMaskedKey.
  virtual void Fill(std::int64_t sequence, std::int64_t head, std::int64_t row,
                    std::span<std::int32_t> keys) const = 0;

  std::int64_t Slots(std::int64_t row) const { return Offset(row + 1) - Offset(row); }
};

}  // namespace costcheck
