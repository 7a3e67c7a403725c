#include "costmodel/attention/lsh.h"

#include "costmodel/attention/clusters.h"

namespace costcheck {
namespace {

Pairs Times(const Pairs& pairs, const Expr& rounds) {
  return {pairs.dense, pairs.unmasked * rounds, pairs.useful * rounds, pairs.executed * rounds};
}

Pairs LshPairs(const Lengths& lengths, const Clusters& buckets, const Expr& rounds) {
  const Expr chunk = CeilDiv(lengths.keys, buckets.number);
  const Expr executed = lengths.decode ? 2 * chunk : 2 * buckets.number * chunk * chunk;
  return Times(ClusterPairs(lengths, buckets, executed), rounds);
}

/// Bucket numbers of every round, [B, H, R, T], and the order that they give.
TensorId Hash(GraphBuilder& builder, const Frame& frame, TensorId q, const Expr& buckets,
              const Expr& rounds) {
  builder.SetPart(Part::kSelection);
  const Expr directions = rounds * buckets / 2;
  const TensorId rotations =
      builder.Input("random rotations", {frame.heads, frame.head_width, directions});
  builder.At(rotations).requires_grad = false;
  const TensorId rotated =
      builder.Apply(Kind::kMatMul, {q, rotations},
                    builder.Activation("rotated", frame.QueryRows(frame.heads, directions)));
  const std::vector<Expr> codes = {frame.batch, frame.heads, rounds, frame.queries};
  const TensorId numbers =
      builder.Apply(Kind::kTopK, {rotated}, builder.Index("bucket numbers", codes));
  builder.Last().amount = 1;
  if (!frame.decode) {
    return builder.Apply(Kind::kSort, {numbers}, builder.Index("order by bucket", codes));
  }
  const TensorId cache =
      builder.Cache("bucket number cache", {frame.batch, frame.heads, rounds, frame.keys});
  builder.At(cache).dtype = DType::kIndex;
  return cache;
}

/// Outputs of the rounds weighed by their softmax' denominators.
TensorId Combine(GraphBuilder& builder, const Frame& frame, TensorId of_rounds,
                 const Expr& rounds) {
  const std::vector<Expr> shape = frame.QueryRows(frame.heads, rounds);
  const TensorId weights =
      builder.Apply(Kind::kSoftmax, {builder.Activation("log-sum-exp of rounds", shape)},
                    builder.Activation("weights of rounds", shape));
  const std::vector<Expr> rows = builder.At(of_rounds).shape;
  const TensorId weighed = builder.Apply(Kind::kMultiply, {of_rounds, weights},
                                         builder.Activation("weighed rounds", rows));
  return builder.Apply(Kind::kReduceSum, {weighed}, HeadOutput(builder, frame, frame.heads));
}

Graph Build(const Settings& settings) {
  const Frame frame = ReadFrame(settings);
  const Clusters buckets = ReadClusters(settings, frame, "lsh");
  const Expr rounds = settings.Get("R");
  GraphBuilder builder(frame.layers);
  AssumeSizes(builder, frame, buckets);
  const SharedProjections p = ProjectShared(builder, frame);
  const Pairs pairs = LshPairs(frame, buckets, rounds);
  builder.AddHeads(frame.heads, pairs);
  const TensorId order = Hash(builder, frame, p.q, buckets.number, rounds);
  const TensorId out = AttendInOrder(builder, frame, p, order, rounds, pairs);
  const bool single = frame.decode || rounds == Expr(1);
  return Finish(builder, frame, single ? out : Combine(builder, frame, out, rounds));
}

constexpr std::array<Parameter, 2> kParameters = {{
    {"C", Domain::kPositiveInteger, "buckets, even", {}},
    {"R", Domain::kPositiveInteger, "hash rounds", {}},
}};

}  // namespace

constinit const Component kLsh = {"lsh",
                                  "LSH attention (Reformer)",
                                  "Kitaev 2020 (arXiv:2001.04451), Sec. 2",
                                  Family::kAttention,
                                  kParameters,
                                  Build};

}  // namespace costcheck
