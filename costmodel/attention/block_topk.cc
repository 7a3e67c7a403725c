#include "costmodel/attention/block_topk.h"

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/print.h"
#include "costmodel/attention/frame.h"
#include "costmodel/attention/patterns.h"

namespace costcheck {
namespace {

struct Blocks {
  Expr size;
  Expr others;          ///< chosen beside the own one
  int representatives;  ///< 1 or 2
};

Blocks ReadBlocks(const Settings& settings) {
  const Expr size = settings.Get("b"), representatives = settings.Get("representatives");
  if (representatives != Expr(1) && representatives != Expr(2)) {
    throw CostError("block_topk: representatives is " + Print(representatives) +
                    ", neither 1 (mean) nor 2 (least and greatest)");
  }
  return {size, OtherBlocks(settings.Get("K"), size), representatives == Expr(1) ? 1 : 2};
}

/// [B, H_kv, representatives * ceil(S/b), w], pooled from the keys.
TensorId Represent(GraphBuilder& builder, const Frame& frame, TensorId k, const Blocks& blocks) {
  std::vector<Expr> shape = {frame.batch, frame.key_heads, CeilDiv(frame.keys, blocks.size),
                             frame.head_width};
  const std::vector<Expr> one = shape;
  shape[2] *= blocks.representatives;
  if (frame.decode) return builder.Cache("block representatives cache", shape);
  const TensorId all = builder.Activation("block representatives", shape);
  for (int i = 0; i < blocks.representatives; ++i) {
    builder.Apply(Kind::kReduceSum, {k}, builder.View("block representative", all, one));
  }
  return all;
}

/// Of one head of a sequence: its representatives, and the last ones pooled before they are copied
/// (a mean is a sum divided by a number); or of some queries at a time their scores, with two
/// operands as large as the queries where there are two representatives; or their choice.
void SetWorkspace(GraphBuilder& builder, const Frame& frame, const Blocks& blocks,
                  const Expr& chosen) {
  const Expr rows = QueriesOfChoice(frame), all = CeilDiv(frame.keys, blocks.size);
  const Expr w = frame.head_width, operands = (blocks.representatives - 1) * 2 * rows * w;
  const Expr pooling = FloatBytes(Max(FloorDiv(frame.keys, blocks.size), 1) * w) +
                       (blocks.representatives == 1 ? 12 : 0);
  const Expr scoring = FloatBytes(operands + rows * all);
  builder.Last().workspace = FloatBytes(blocks.representatives * all * w) +
                             Max(pooling, Max(scoring, BlockChoiceBytes(frame, all, chosen)));
}

TensorId Select(GraphBuilder& builder, const Frame& frame, const Projections& p,
                const Blocks& blocks) {
  builder.StartKernel();
  builder.SetPart(Part::kSelection);
  const TensorId representatives = Represent(builder, frame, p.k, blocks);
  const Pairs pairs = BlockScorePairs(frame, blocks.size);
  TensorId scores = builder.PairTensor("block scores",
                                       {frame.batch, frame.heads * blocks.representatives}, pairs);
  builder.Apply(Kind::kMatMul, {p.q, representatives}, scores);
  if (blocks.representatives == 2) {
    scores = builder.Apply(Kind::kReduceSum, {scores},
                           builder.PairTensor("bounds", {frame.batch, frame.heads}, pairs));
  }
  const Expr chosen = ChosenBlocks(blocks.others, blocks.size, frame.keys);
  builder.Apply(Kind::kTopK, {scores},
                builder.Index("blocks", frame.QueryRows(frame.heads, chosen)));
  builder.Last().amount = blocks.others;
  SetWorkspace(builder, frame, blocks, chosen);
  builder.EndKernel();
  return builder.Last().out[0];
}

Graph Build(const Settings& settings) {
  const Frame frame = ReadFrame(settings);
  const Blocks blocks = ReadBlocks(settings);
  GraphBuilder builder(frame.layers);
  const Projections p = Project(builder, frame);
  const Pairs pairs = BlockPairs(frame, blocks.size, blocks.others);
  builder.AddHeads(frame.heads, pairs);
  const TensorId index = Select(builder, frame, p, blocks);
  builder.SetPart(Part::kCore);
  const Core core = {p.q, p.k, p.v, frame.heads, pairs};
  return Finish(builder, frame, AttendGathered(builder, frame, core, index, frame.heads));
}

constexpr std::array<Parameter, 3> kParameters = {{
    kBlockParameter,
    kKeptKeysParameter,
    {"representatives", Domain::kPositiveInteger,
     "1: a block's mean key; 2: its least and greatest", attention_defaults::kOne},
}};

}  // namespace

constinit const Component kBlockTopk = {
    "block_topk",
    "block top-k",
    "Lu 2025 (MoBA, arXiv:2502.13189), Eq. 5-6; Tang 2024 (Quest, arXiv:2406.10774), Alg. 1",
    Family::kAttention,
    kParameters,
    Build};

}  // namespace costcheck
