#include "costmodel/attention/fixed.h"

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/print.h"
#include "costmodel/attention/frame.h"
#include "costmodel/attention/patterns.h"

namespace costcheck {
namespace {

/// Sum over the first n positions: whole blocks, then those of the last one.
Expr SumBothWays(const Expr& n, const Expr& keys, const Expr& block, const Expr& summary) {
  const Expr whole = FloorDiv(keys, block);
  const Expr last = keys - block * whole;
  const Expr last_summary = Positive(last - (block - summary));
  const Expr columns = whole * summary + last_summary;
  const Expr in_whole = Min(n, block * whole);
  return in_whole * (block + columns - summary) + (n - in_whole) * (last + columns - last_summary);
}

Pairs FixedPairs(const Lengths& lengths, const Expr& block, const Expr& summary) {
  const Expr skipped = block - summary;
  const CausalPattern pattern = {
      [&](const Expr& n) { return n - skipped * FloorDiv(n - 1, block); },
      [&](const Expr& n) { return Triangle(n) - skipped * SumFloor(n, block); }};
  const auto both_ways = [&](const Expr& n) {
    return SumBothWays(n, lengths.keys, block, summary);
  };
  const Expr useful =
      lengths.causal ? CausalPairs(lengths, pattern) : SumOverPositions(lengths, both_ways);
  const Expr unmasked =
      lengths.queries * (Min(block, lengths.keys) + summary * FloorDiv(lengths.keys - 1, block));
  return MakePairs(lengths, {.unmasked = unmasked, .useful = useful, .executed = useful});
}

Graph Build(const Settings& settings) {
  const Frame frame = ReadFrame(settings);
  const Expr block = settings.Get("s"), summary = settings.Get("summary");
  if (SignOf(block - summary) == Sign::kNegative) {
    throw CostError("fixed: summary = " + Print(summary) +
                    " columns do not fit in a block of s = " + Print(block));
  }
  GraphBuilder builder(frame.layers);
  const Projections p = Project(builder, frame);
  const Pairs pairs = FixedPairs(frame, block, summary);
  builder.AddHeads(frame.heads, pairs);
  builder.SetPart(Part::kCore);
  return Finish(builder, frame,
                AttendInKernel(builder, frame, {p.q, p.k, p.v, frame.heads, pairs}));
}

constexpr std::array<Parameter, 2> kParameters = {{
    {"s", Domain::kPositiveInteger, "block in tokens", {}},
    {"summary", Domain::kPositiveInteger, "columns of a block that later queries see",
     attention_defaults::kOne},
}};

}  // namespace

constinit const Component kFixed = {"fixed",
                                    "fixed (Sparse Transformer)",
                                    "Child 2019 (arXiv:1904.10509), Sec. 4.3",
                                    Family::kAttention,
                                    kParameters,
                                    Build};

}  // namespace costcheck
