#include "verify/kernels/patterns.h"

#include <algorithm>
#include <random>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

std::int64_t CeilDivide(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// The keys of a block of b, those that `sees` denies masked, from `keys` on. Returns its end.
template <class Sees>
std::int32_t* FillBlock(std::int64_t number, std::int64_t b, const Sees& sees, std::int32_t* keys) {
  for (std::int64_t key = number * b; key < (number + 1) * b; ++key) {
    *keys++ = sees(key) ? static_cast<std::int32_t>(key) : kMaskedKey;
  }
  return keys;
}

}  // namespace

std::int64_t TextLengths::Visible(std::int64_t row) const {
  return causal ? std::clamp<std::int64_t>(Position(row) + 1, 0, keys) : keys;
}

void RunPattern::CountRows() {
  for (std::int64_t row = 0; row < text().queries; ++row) {
    std::int64_t slots = 0;
    for (const KeyRun& run : VisibleRuns(row)) slots += run.Size();
    AddRow(slots);
  }
}

std::vector<KeyRun> RunPattern::VisibleRuns(std::int64_t row) const {
  std::vector<KeyRun> runs;
  AddRuns(text().Position(row), runs);
  const std::int64_t visible = text().Visible(row);
  for (KeyRun& run : runs) {
    if (run.first < 0) run.first += CeilDivide(-run.first, run.step) * run.step;
    run.end = std::min(run.end, visible);
  }
  return runs;
}

void RunPattern::Fill(std::int64_t, std::int64_t, std::int64_t row,
                      std::span<std::int32_t> keys) const {
  auto next = keys.begin();
  for (const KeyRun& run : VisibleRuns(row)) {
    for (std::int64_t key = run.first; key < run.end; key += run.step) {
      *next++ = static_cast<std::int32_t>(key);
    }
  }
  COSTCHECK_CHECK(next == keys.end());
}

FullPattern::FullPattern(const TextLengths& text) : RunPattern(text) { CountRows(); }

void FullPattern::AddRuns(std::int64_t, std::vector<KeyRun>& runs) const {
  runs.push_back({0, text().keys});
}

namespace {

/// Both ways: as many keys on either side, an even window one more on the left. The causal mask
/// would leave half of that, so there all W end with the query's own.
KeyRun WindowAround(std::int64_t a, std::int64_t window, bool causal) {
  const std::int64_t end = causal ? a + 1 : a + window - window / 2;
  return {end - window, end};
}

}  // namespace

WindowPattern::WindowPattern(const TextLengths& text, std::int64_t window)
    : RunPattern(text), window_(window) {
  CountRows();
}

void WindowPattern::AddRuns(std::int64_t a, std::vector<KeyRun>& runs) const {
  runs.push_back(WindowAround(a, window_, text().causal));
}

WindowGlobalPattern::WindowGlobalPattern(const TextLengths& text, std::int64_t window,
                                         std::int64_t global)
    : RunPattern(text), window_(window), global_(global) {
  CountRows();
}

void WindowGlobalPattern::AddRuns(std::int64_t a, std::vector<KeyRun>& runs) const {
  if (!text().causal && 0 <= a && a < global_) {
    runs.push_back({0, text().keys});
    return;
  }
  const KeyRun window = WindowAround(a, window_, text().causal);
  runs.push_back({0, std::min(global_, window.first)});
  runs.push_back(window);
  runs.push_back({std::max<std::int64_t>(window.end, 0), global_});
}

StridedPattern::StridedPattern(const TextLengths& text, std::int64_t stride)
    : RunPattern(text), stride_(stride) {
  CountRows();
}

void StridedPattern::AddRuns(std::int64_t a, std::vector<KeyRun>& runs) const {
  if (a >= stride_) runs.push_back({a % stride_, a - stride_ + 1, stride_});
  runs.push_back({a - stride_ + 1, a + stride_});
  runs.push_back({a + stride_, text().keys, stride_});
}

FixedPattern::FixedPattern(const TextLengths& text, std::int64_t block, std::int64_t summary)
    : RunPattern(text), block_(block), summary_(summary) {
  COSTCHECK_CHECK(summary <= block);
  CountRows();
}

void FixedPattern::AddRuns(std::int64_t a, std::vector<KeyRun>& runs) const {
  if (a < 0) return;
  const std::int64_t own = a / block_ * block_;
  for (std::int64_t block = 0; block < text().keys; block += block_) {
    if (text().causal && block > own) return;
    const std::int64_t end = block + block_;
    runs.push_back({block == own ? block : end - summary_, end});
  }
}

namespace {

/// Which blocks of keys the blocks of queries see.
class BlockRows {
 public:
  BlockRows(const TextLengths& text, const BigBirdBlocks& blocks)
      : text_(text), blocks_(blocks), side_((blocks.window_blocks - 1) / 2) {
    COSTCHECK_CHECK(blocks.window_blocks % 2 == 1);
  }

  std::int64_t Count() const { return CeilDivide(text_.keys, blocks_.block); }

  bool IsSeen(std::int64_t own, std::int64_t other) const {
    if (text_.causal && other > own) return false;
    const bool window = own - side_ <= other && other <= own + side_;
    const bool global =
        other < blocks_.global_blocks || (!text_.causal && own < blocks_.global_blocks);
    return window || global;
  }

  /// Whether a random block may be this one.
  bool CanBeDrawn(std::int64_t own, std::int64_t other) const {
    const bool whole = (other + 1) * blocks_.block <= text_.keys;
    return whole && !IsSeen(own, other) && !(text_.causal && other > own);
  }

  /// Calls `visit` with every block but the random ones, without a look at the others.
  template <class Visit>
  void ForEachSeen(std::int64_t own, const Visit& visit) const {
    const bool all = !text_.causal && own < blocks_.global_blocks;
    const std::int64_t end = text_.causal ? own + 1 : Count();
    const std::int64_t first = all ? 0 : std::max<std::int64_t>(own - side_, 0);
    const std::int64_t last = all ? end : std::min(own + side_ + 1, end);
    for (std::int64_t i = 0; i < std::min(blocks_.global_blocks, first); ++i) visit(i);
    for (std::int64_t i = first; i < last; ++i) visit(i);
  }

 private:
  TextLengths text_;
  BigBirdBlocks blocks_;
  std::int64_t side_;
};

}  // namespace

std::vector<std::int32_t> DrawRandomBlocks(const TextLengths& text, const BigBirdBlocks& blocks,
                                           std::uint64_t seed) {
  const BlockRows rows(text, blocks);
  std::mt19937_64 generator(seed);
  std::vector<std::int32_t> drawn;
  for (std::int64_t own = 0; own < rows.Count(); ++own) {
    std::vector<std::int32_t> available;
    for (std::int64_t i = 0; i < rows.Count(); ++i) {
      if (rows.CanBeDrawn(own, i)) available.push_back(static_cast<std::int32_t>(i));
    }
    std::shuffle(available.begin(), available.end(), generator);
    available.resize(static_cast<std::size_t>(blocks.random_blocks), kMaskedKey);
    drawn.insert(drawn.end(), available.begin(), available.end());
  }
  return drawn;
}

BigBirdPattern::BigBirdPattern(const TextLengths& text, const BigBirdBlocks& blocks,
                               const std::int32_t* random)
    : OffsetPattern(text), blocks_(blocks), random_(random) {
  COSTCHECK_CHECK(random != nullptr || blocks.random_blocks == 0);
  const BlockRows rows(text, blocks);
  std::vector<std::int64_t> slots(static_cast<std::size_t>(rows.Count()));
  for (std::int64_t own = 0; own < rows.Count(); ++own) {
    std::int64_t& count = slots[static_cast<std::size_t>(own)];
    rows.ForEachSeen(own, [&](std::int64_t) { count += blocks.block; });
    for (const std::int32_t block : RandomBlocks(own)) {
      COSTCHECK_CHECK(rows.CanBeDrawn(own, block));
      count += blocks.block;
    }
  }
  const std::int64_t before = std::max<std::int64_t>(text.keys - text.queries, 0);
  front_ = before % blocks.block;
  const std::int64_t padding = front_ + rows.Count() * blocks.block - text.keys;
  for (std::int64_t row = 0; text.queries > 0 && row < text.queries + padding; ++row) {
    const std::int64_t a = PositionOf(row);
    AddRow(a < 0 ? 0 : slots[static_cast<std::size_t>(a / blocks.block)]);
  }
}

std::int64_t BigBirdPattern::PositionOf(std::int64_t row) const {
  const std::int64_t past = row - text().queries;
  if (past < 0) return text().Position(row);
  if (past < front_) return text().Position(0) - front_ + past;
  return text().keys + past - front_;
}

std::span<const std::int32_t> BigBirdPattern::RandomBlocks(std::int64_t own) const {
  const std::int32_t* row = random_ + own * blocks_.random_blocks;
  const std::int32_t* end = std::find(row, row + blocks_.random_blocks, kMaskedKey);
  return {row, end};
}

void BigBirdPattern::Fill(std::int64_t, std::int64_t, std::int64_t row,
                          std::span<std::int32_t> keys) const {
  const std::int64_t a = PositionOf(row);
  if (a < 0) return;
  const std::int64_t visible = text().causal ? std::min(a + 1, text().keys) : text().keys;
  const auto sees = [&](std::int64_t key) { return key < visible; };
  std::int32_t* next = keys.data();
  const auto fill = [&](std::int64_t block) { next = FillBlock(block, blocks_.block, sees, next); };
  const std::int64_t own = a / blocks_.block;
  BlockRows(text(), blocks_).ForEachSeen(own, fill);
  for (const std::int32_t block : RandomBlocks(own)) fill(block);
}

const std::int32_t* ChosenIndex::Row(std::int64_t sequence, std::int64_t head,
                                     std::int64_t row) const {
  const std::int64_t selecting = head / (heads / selecting_heads);
  return data + ((sequence * selecting_heads + selecting) * queries + row) * chosen;
}

ChosenKeysPattern::ChosenKeysPattern(const TextLengths& text, const ChosenIndex& index)
    : OffsetPattern(text), index_(index) {
  for (std::int64_t row = 0; row < text.queries; ++row) {
    AddRow(std::min(text.Visible(row), index.chosen));
  }
}

void ChosenKeysPattern::Fill(std::int64_t sequence, std::int64_t head, std::int64_t row,
                             std::span<std::int32_t> keys) const {
  const std::int32_t* chosen = index_.Row(sequence, head, row);
  const std::int64_t visible = text().Visible(row);
  for (std::int32_t& key : keys) {
    COSTCHECK_CHECK(0 <= *chosen && *chosen < visible);
    key = *chosen++;
  }
}

ChosenBlocksPattern::ChosenBlocksPattern(const TextLengths& text, std::int64_t block,
                                         const ChosenIndex& index)
    : OffsetPattern(text), block_(block), index_(index) {
  for (std::int64_t row = 0; row < text.queries; ++row) {
    AddRow(text.Position(row) < 0 ? 0 : block * (1 + Taken(row)));
  }
}

std::int64_t ChosenBlocksPattern::Taken(std::int64_t row) const {
  const std::int64_t own = text().Position(row) / block_;
  const std::int64_t whole = text().keys / block_;
  const std::int64_t available = text().causal ? own : whole - (own < whole ? 1 : 0);
  return std::min(available, index_.chosen);
}

void ChosenBlocksPattern::Fill(std::int64_t sequence, std::int64_t head, std::int64_t row,
                               std::span<std::int32_t> keys) const {
  const std::int64_t a = text().Position(row);
  if (a < 0) return;
  const std::int64_t own = a / block_, visible = text().Visible(row);
  const auto sees = [&](std::int64_t key) { return key < visible; };
  std::int32_t* next = FillBlock(own, block_, sees, keys.data());
  const std::int32_t* chosen = index_.Row(sequence, head, row);
  for (std::int64_t i = 0; i < Taken(row); ++i) {
    const std::int64_t block = chosen[i];
    COSTCHECK_CHECK(0 <= block && block != own && (block + 1) * block_ <= visible);
    next = FillBlock(block, block_, sees, next);
  }
}

}  // namespace costcheck
