#include "costmodel/attention/flash.h"

#include "costmodel/attention/frame.h"
#include "costmodel/attention/patterns.h"

namespace costcheck {
namespace {

/// Tiles that any of its queries' masks touch. Query tile i of I ends with
/// position S - T + (i+1)*tile - 1 and touches ceil of that, i + 1 + c tiles of
/// keys, c = ceil((S - T) / tile); the last one all ceil(S / tile).
Expr TouchedTiles(const Lengths& lengths, const Expr& tile) {
  const Expr rows = CeilDiv(lengths.queries, tile);
  const Expr columns = CeilDiv(lengths.keys, tile);
  if (!lengths.causal) return rows * columns;
  const Expr ahead = FloorDiv(lengths.keys - lengths.queries + tile - 1, tile);
  return Triangle(Positive(rows - 1 + ahead)) - Triangle(Positive(ahead)) + columns;
}

Pairs TiledPairs(const Lengths& lengths, const Expr& tile) {
  Pairs pairs = DensePairs(lengths);
  pairs.executed = lengths.decode ? tile * CeilDiv(lengths.keys, tile)
                                  : tile * tile * TouchedTiles(lengths, tile);
  return pairs;
}

void Recompute(GraphBuilder& builder) { builder.Last().recomputed = true; }

/// Held while a tile of queries is worked on, all heads at once. Forward: queries, output, running
/// maximum and two sums, scores, keys and values. Backward: queries, output's gradient, queries'
/// gradient, two numbers a row, scores and their gradient, keys, values and one of their gradients.
void SetWorkspace(GraphBuilder& builder, const Frame& frame, const Expr& tile) {
  const Expr rows = frame.batch * frame.heads * tile,
             key_rows = frame.batch * frame.key_heads * tile;
  const Expr w = frame.head_width;
  builder.Last().workspace = FloatBytes(rows * (tile + 2 * w + 3) + key_rows * 2 * w);
  builder.Last().backward_workspace = FloatBytes(rows * (2 * tile + 3 * w + 2) + key_rows * 3 * w);
}

/// softmax(q k^T / sqrt(w)) v with everything between on the chip.
TensorId AttendInTiles(GraphBuilder& builder, const Frame& frame, const Projections& p,
                       const Pairs& pairs, const Expr& tile) {
  const Expr passes = CeilDiv(frame.queries, tile);
  const std::vector<Expr> shape = {frame.batch, frame.heads};
  TensorId stages[3];
  for (TensorId& stage : stages) {
    stage = builder.PairTensor("tile of scores", shape, pairs);
    builder.At(stage).on_chip = true;
  }
  const auto [scores, scaled, weights] = stages;
  builder.StartKernel();
  builder.Apply(Kind::kMatMul, {p.q, p.k}, scores);
  builder.Last().read_times = {1, passes};
  Recompute(builder);
  builder.Apply(Kind::kScale, {scores}, scaled);
  Recompute(builder);
  builder.Apply(Kind::kSoftmax, {scaled}, weights);
  Recompute(builder);
  builder.Last().out.push_back(
      builder.Activation("log-sum-exp", {frame.batch, frame.heads, frame.queries}));
  builder.Apply(Kind::kMatMul, {weights, p.v}, HeadOutput(builder, frame, frame.heads));
  builder.Last().read_times = {1, passes};
  builder.Last().also_saved = builder.Last().out;  // for each row's sum of weights' gradients
  SetWorkspace(builder, frame, tile);
  builder.EndKernel();
  return builder.Last().out[0];
}

Graph Build(const Settings& settings) {
  const Frame frame = ReadFrame(settings);
  const Expr tile = settings.Get("tile");
  GraphBuilder builder(frame.layers);
  const Projections p = Project(builder, frame);
  const Pairs pairs = TiledPairs(frame, tile);
  builder.AddHeads(frame.heads, pairs);
  builder.SetPart(Part::kCore);
  return Finish(builder, frame, AttendInTiles(builder, frame, p, pairs, tile));
}

constexpr std::array<std::string_view, 1> kTile = {
    "128"};  // what FlashAttention-2 takes for w = 64
constexpr std::array<Parameter, 1> kParameters = {
    {{"tile", Domain::kPositiveInteger, "queries, and keys, of a tile", kTile}}};

}  // namespace

constinit const Component kFlash = {
    "flash",
    "FlashAttention",
    "Dao 2022 (arXiv:2205.14135), Theorem 2; Dao 2023 (arXiv:2307.08691), Sec. 3.1 and 4.1",
    Family::kAttention,
    kParameters,
    Build};

}  // namespace costcheck
