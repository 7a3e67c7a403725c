#include "costmodel/attention/strided.h"

#include "costmodel/attention/frame.h"
#include "costmodel/attention/patterns.h"

namespace costcheck {
namespace {

/// Columns to the left: floor(a/s) for positions a >= 0; to the right, counted
/// from the end of the text, the mirror image, less what ends before the first
/// key for rows before it.
Expr BothWays(const Lengths& lengths, const Expr& stride) {
  const Expr left = SumOverPositions(lengths, [&](const Expr& n) { return SumFloor(n, stride); });
  const Expr right = SumFloor(lengths.queries, stride) -
                     SumFloor(Positive(lengths.queries - lengths.keys), stride);
  return BandPairs(lengths.queries, lengths.keys, stride - 1, stride - 1) + left + right;
}

Pairs StridedPairs(const Lengths& lengths, const Expr& stride) {
  const CausalPattern pattern = {
      [&](const Expr& n) { return Min(n, stride) + FloorDiv(n - 1, stride); },
      [&](const Expr& n) { return SumMin(n, stride) + SumFloor(n, stride); }};
  const Expr useful = lengths.causal ? CausalPairs(lengths, pattern) : BothWays(lengths, stride);
  const Expr unmasked = lengths.queries * pattern.kept(lengths.keys);
  return MakePairs(lengths, {.unmasked = unmasked, .useful = useful, .executed = useful});
}

Graph Build(const Settings& settings) {
  const Frame frame = ReadFrame(settings);
  GraphBuilder builder(frame.layers);
  const Projections p = Project(builder, frame);
  const Pairs pairs = StridedPairs(frame, settings.Get("s"));
  builder.AddHeads(frame.heads, pairs);
  builder.SetPart(Part::kCore);
  return Finish(builder, frame,
                AttendInKernel(builder, frame, {p.q, p.k, p.v, frame.heads, pairs}));
}

constexpr std::array<Parameter, 1> kParameters = {
    {{"s", Domain::kPositiveInteger, "stride in tokens", {}}}};

}  // namespace

constinit const Component kStrided = {"strided",
                                      "strided (Sparse Transformer)",
                                      "Child 2019 (arXiv:1904.10509), Sec. 4.3",
                                      Family::kAttention,
                                      kParameters,
                                      Build};

}  // namespace costcheck
