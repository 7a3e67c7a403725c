#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "verify/kernels/key_pattern.h"

// Patterns of attention, from their definitions: which keys a query sees.
//
// Queries and keys of unequal number are aligned at the end: the query in row i of T stands at
// position a = S - T + i. Under a causal mask it sees the keys j <= a, none where a < 0. What is
// written here is what a gathering kernel executes: the keys of the definition, and the padding
// where a kernel works in whole blocks.

namespace costcheck {

/// Lengths of one text, in tokens.
struct TextLengths {
  std::int64_t queries;  ///< T
  std::int64_t keys;     ///< S
  bool causal;

  std::int64_t Position(std::int64_t row) const { return keys - queries + row; }
  /// Keys that a row sees before any pattern: a + 1, at least 0; both ways all S.
  std::int64_t Visible(std::int64_t row) const;
};

/// Keys first, first + step, ... below end; none where end <= first.
struct KeyRun {
  std::int64_t first;
  std::int64_t end;
  std::int64_t step = 1;

  std::int64_t Size() const { return end <= first ? 0 : (end - first + step - 1) / step; }
};

/// Offsets by prefix sums over the rows, once: 8*(rows + 1) bytes.
class OffsetPattern : public KeyPattern {
 public:
  std::int64_t Rows() const override { return static_cast<std::int64_t>(offsets_.size()) - 1; }
  std::int64_t Offset(std::int64_t row) const override {
    return offsets_[static_cast<std::size_t>(row)];
  }

 protected:
  explicit OffsetPattern(const TextLengths& text) : text_(text) {}
  /// The slots of the next row; to be called for every row in order, by the constructor.
  void AddRow(std::int64_t slots) { offsets_.push_back(offsets_.back() + slots); }
  const TextLengths& text() const { return text_; }

 private:
  TextLengths text_;
  std::vector<std::int64_t> offsets_ = {0};
};

/// A pattern that is the same for all sequences and heads, every row a few runs that do not meet.
class RunPattern : public OffsetPattern {
 public:
  void Fill(std::int64_t sequence, std::int64_t head, std::int64_t row,
            std::span<std::int32_t> keys) const final;

 protected:
  using OffsetPattern::OffsetPattern;
  /// Appends the runs of the query at position a, which may be negative; parts that lie outside the
  /// visible keys are cut off by the caller.
  virtual void AddRuns(std::int64_t a, std::vector<KeyRun>& runs) const = 0;
  /// Counts the slots of all rows: the last thing that a constructor does.
  void CountRows();

 private:
  std::vector<KeyRun> VisibleRuns(std::int64_t row) const;
};

/// Every visible key.
class FullPattern final : public RunPattern {
 public:
  explicit FullPattern(const TextLengths& text);

 private:
  void AddRuns(std::int64_t a, std::vector<KeyRun>& runs) const override;
};

/// A window of W keys, the own one among them. Causal a - W < j <= a; both ways
/// a - floor(W/2) <= j < a + W - floor(W/2), in rows before the first key too. Beltagy 2020,
/// Sec. 3.1.
class WindowPattern final : public RunPattern {
 public:
  WindowPattern(const TextLengths& text, std::int64_t window);

 private:
  void AddRuns(std::int64_t a, std::vector<KeyRun>& runs) const override;

  std::int64_t window_;
};

/// That window, and G leading tokens that every query sees; both ways those tokens, as queries, see
/// everything. Beltagy 2020, Sec. 3.1. Where they have projections of their own, the queries behind
/// them are a shorter text of the same pattern, and they are one of FullPattern.
class WindowGlobalPattern final : public RunPattern {
 public:
  WindowGlobalPattern(const TextLengths& text, std::int64_t window, std::int64_t global);

 private:
  void AddRuns(std::int64_t a, std::vector<KeyRun>& runs) const override;

  std::int64_t window_, global_;
};

/// |a - j| < s, or s divides a - j (the union of both factors). Child 2019, Sec. 4.3.
class StridedPattern final : public RunPattern {
 public:
  StridedPattern(const TextLengths& text, std::int64_t stride);

 private:
  void AddRuns(std::int64_t a, std::vector<KeyRun>& runs) const override;

  std::int64_t stride_;
};

/// The own block of s tokens, and the last `summary` columns of the others; rows before the first
/// key see nothing. Child 2019, Sec. 4.3. Requires summary <= s.
class FixedPattern final : public RunPattern {
 public:
  FixedPattern(const TextLengths& text, std::int64_t block, std::int64_t summary);

 private:
  void AddRuns(std::int64_t a, std::vector<KeyRun>& runs) const override;

  std::int64_t block_, summary_;
};

/// Sizes of BigBird, in blocks of b tokens. Requires an odd window.
struct BigBirdBlocks {
  std::int64_t block;          ///< b
  std::int64_t window_blocks;  ///< the own one in the middle; causal the half before it
  std::int64_t global_blocks;  ///< leading ones, which every query sees
  std::int64_t random_blocks;  ///< r
};

/// The random blocks of every block of queries: ceil(S/b) rows of r numbers, drawn without
/// replacement from the whole blocks that the query block does not see anyhow (causal: earlier
/// ones); kMaskedKey where there are not as many. Zaheer 2020, Sec. 2.
std::vector<std::int32_t> DrawRandomBlocks(const TextLengths& text, const BigBirdBlocks& blocks,
                                           std::uint64_t seed);

/// Window, global and random blocks, executed as whole b x b blocks: text padded at its end, and
/// the first block of queries at its beginning where T < S. Padding rows come after all queries.
/// Rows before the first key see nothing. Zaheer 2020, Sec. 2 and App. D.
class BigBirdPattern final : public OffsetPattern {
 public:
  /// `random`: as DrawRandomBlocks returns it; must outlive the pattern. May be null where r = 0.
  BigBirdPattern(const TextLengths& text, const BigBirdBlocks& blocks, const std::int32_t* random);

  void Fill(std::int64_t sequence, std::int64_t head, std::int64_t row,
            std::span<std::int32_t> keys) const override;

 private:
  /// Position of any executed row, padding too.
  std::int64_t PositionOf(std::int64_t row) const;
  std::span<const std::int32_t> RandomBlocks(std::int64_t own) const;

  BigBirdBlocks blocks_;
  const std::int32_t* random_;
  std::int64_t front_ = 0;  // padding rows before the first query, in its block
};

/// What every query chose, int32 [B, H_sel, T, chosen] in one piece; query head h of H reads the
/// choice of head h / (H / H_sel). Must outlive the pattern.
struct ChosenIndex {
  const std::int32_t* data;
  std::int64_t queries;          ///< T
  std::int64_t chosen;           ///< numbers a query
  std::int64_t heads;            ///< H
  std::int64_t selecting_heads;  ///< H_sel, a divisor of H

  const std::int32_t* Row(std::int64_t sequence, std::int64_t head, std::int64_t row) const;
};

/// Keys that were chosen one by one: the first min(n, chosen) numbers of a row, n the keys that it
/// sees (causal a + 1, both ways S). Those numbers must be keys that it sees; what follows them is
/// not read, so that a selector may leave it to chance.
class ChosenKeysPattern final : public OffsetPattern {
 public:
  ChosenKeysPattern(const TextLengths& text, const ChosenIndex& index);

  void Fill(std::int64_t sequence, std::int64_t head, std::int64_t row,
            std::span<std::int32_t> keys) const override;

 private:
  ChosenIndex index_;
};

/// The own block of b keys, whole and padded, and chosen blocks, whole: the first
/// min(available, chosen) numbers of a row, which must be whole blocks other than the own one.
/// Available are, causal, the floor(a/b) earlier blocks; both ways all whole ones but the own. Rows
/// before the first key see nothing. Lu 2025 (MoBA), Sec. 2.2; Yuan 2025 (NSA), Sec. 3.3.
class ChosenBlocksPattern final : public OffsetPattern {
 public:
  ChosenBlocksPattern(const TextLengths& text, std::int64_t block, const ChosenIndex& index);

  void Fill(std::int64_t sequence, std::int64_t head, std::int64_t row,
            std::span<std::int32_t> keys) const override;

 private:
  std::int64_t Taken(std::int64_t row) const;

  std::int64_t block_;
  ChosenIndex index_;
};

}  // namespace costcheck
