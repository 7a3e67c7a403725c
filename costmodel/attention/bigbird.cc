#include "costmodel/attention/bigbird.h"

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/print.h"
#include "costmodel/attention/frame.h"
#include "costmodel/attention/patterns.h"

namespace costcheck {
namespace {

/// The pattern in blocks of `size` tokens.
struct Blocks {
  Expr size;
  Expr window;  ///< window_blocks
  Expr side;    ///< of it on each side of the own block
  Expr global;
  Expr random;
};

Blocks ReadBlocks(const Settings& settings) {
  Blocks blocks;
  blocks.size = settings.Get("b");
  blocks.window = settings.Get("window_blocks");
  blocks.side = (blocks.window - 1) / 2;
  blocks.global = settings.Get("global_blocks");
  blocks.random = settings.Get("r");
  const std::optional<Rational> side = blocks.side.AsRational();
  if (side && !IsInteger(*side)) {
    throw CostError("bigbird: window_blocks = " + Print(blocks.window) +
                    " is even, so the own block is not in the middle");
  }
  return blocks;
}

/// What the first n rows of blocks see both ways, where a block counts `unit`
/// and the whole text `total`. With F whole blocks of N: a row of the global
/// blocks sees all; row i whose window stays clear of the last block N - 1 sees
/// min(F, side + global + r + min(i - global + 1, side + 1)) blocks; a later row
/// sees all but the max(i - side - global - r, 0) whole blocks that are left.
class BothWays {
 public:
  BothWays(const Blocks& blocks, const Expr& keys, const Expr& unit, const Expr& total)
      : blocks_(blocks),
        clear_(CeilDiv(keys, blocks.size) - 1 - blocks.side),
        whole_(FloorDiv(keys, blocks.size)),
        unit_(unit),
        total_(total) {}

  Expr SumOfRows(const Expr& n) const {
    const Expr& global = blocks_.global;
    const Expr clear_rows = Positive(Min(n, clear_) - global);
    const Expr first = Max(global, clear_), last = Max(n, first);
    const Expr left_out = LeftOut(last) - LeftOut(first);
    return Min(n, global) * total_ + unit_ * SumClear(clear_rows) + (last - first) * total_ -
           unit_ * left_out;
  }

 private:
  Expr SumClear(const Expr& rows) const {
    const Expr least = blocks_.side + blocks_.global + blocks_.random;
    return rows * least + SumMin(rows, Min(blocks_.side + 1, whole_ - least));
  }
  Expr LeftOut(const Expr& n) const {
    return Triangle(Positive(n - 1 - blocks_.side - blocks_.global - blocks_.random));
  }

  Blocks blocks_;
  Expr clear_;  // the first row whose window reaches the last block
  Expr whole_;
  Expr unit_;
  Expr total_;
};

/// Keys that the first n positions see: whole rows of blocks, then a part of one.
Expr UsefulBothWays(const Expr& n, const Expr& keys, const Blocks& blocks) {
  const BothWays keys_of(blocks, keys, blocks.size, keys);
  const Expr rows = FloorDiv(n, blocks.size);
  const Expr before = keys_of.SumOfRows(rows);
  const Expr part = n - blocks.size * rows;
  return blocks.size * before + part * (keys_of.SumOfRows(rows + 1) - before);
}

/// Blocks of queries x blocks of keys, of all rows that hold a query.
Expr ExecutedBlocks(const Lengths& lengths, const Blocks& blocks, const Expr& others) {
  const Expr first = FloorDiv(Positive(lengths.keys - lengths.queries), blocks.size);
  const Expr end = CeilDiv(lengths.keys, blocks.size);
  if (lengths.causal) {
    return end + SumMinFloor(end, 1, others) - first - SumMinFloor(first, 1, others);
  }
  const BothWays both_ways(blocks, lengths.keys, 1, end);
  return both_ways.SumOfRows(end) - both_ways.SumOfRows(first);
}

Pairs BigBirdPairs(const Lengths& lengths, const Blocks& blocks) {
  const Expr others = blocks.side + blocks.global + blocks.random;
  const Expr rows = lengths.decode ? Expr(1) : blocks.size;  // a lone query is not padded
  PatternCounts counts;
  counts.unmasked =
      lengths.queries *
      Min(blocks.size * (blocks.window + blocks.global + blocks.random), lengths.keys);
  counts.executed =
      Min(lengths.queries, 1) * rows * blocks.size * ExecutedBlocks(lengths, blocks, others);
  counts.useful = lengths.causal ? BlockPairs(lengths, blocks.size, others).useful
                                 : SumOverPositions(lengths, [&](const Expr& n) {
                                     return UsefulBothWays(n, lengths.keys, blocks);
                                   });
  return MakePairs(lengths, counts);
}

Graph Build(const Settings& settings) {
  const Frame frame = ReadFrame(settings);
  GraphBuilder builder(frame.layers);
  const Projections p = Project(builder, frame);
  const Pairs pairs = BigBirdPairs(frame, ReadBlocks(settings));
  builder.AddHeads(frame.heads, pairs);
  builder.Assume("random blocks are drawn from whole blocks outside window and global blocks");
  builder.SetPart(Part::kCore);
  return Finish(builder, frame,
                AttendInKernel(builder, frame, {p.q, p.k, p.v, frame.heads, pairs}));
}

constexpr std::array<Parameter, 4> kParameters = {{
    kBlockParameter,
    {"window_blocks", Domain::kPositiveInteger, "blocks of the window, odd",
     attention_defaults::kThree},
    {"global_blocks", Domain::kNonNegativeInteger, "leading blocks that every query sees",
     attention_defaults::kOne},
    {"r", Domain::kNonNegativeInteger, "random blocks of a query block",
     attention_defaults::kThree},
}};

}  // namespace

constinit const Component kBigBird = {
    "bigbird",          "BigBird",   "Zaheer 2020 (arXiv:2007.14062), Sec. 2 and App. D",
    Family::kAttention, kParameters, Build};

}  // namespace costcheck
