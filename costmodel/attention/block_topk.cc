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

TensorId Select(GraphBuilder& builder, const Frame& frame, const Projections& p,
                const Blocks& blocks) {
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
  builder.Apply(Kind::kTopK, {scores},
                builder.Index("blocks", frame.QueryRows(frame.heads, blocks.others)));
  builder.Last().amount = blocks.others;
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
  return Finish(builder, frame,
                Attend(builder, frame, Gathered(builder, core, index, frame.heads)));
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
