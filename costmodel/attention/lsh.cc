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

struct Hashed {
  TensorId order;    ///< in decode the cache of bucket numbers
  TensorId buckets;  ///< the numbers
};

/// Of one head of a sequence: rotated rows, their negatives, both together, and the greatest's
/// numbers; then numbers, sorted ones and their order. Whole numbers have eight bytes.
void SetWorkspace(GraphBuilder& builder, const Frame& frame, const Expr& directions,
                  const Expr& rounds) {
  const Expr rotated = FloatBytes(4 * frame.queries * directions), numbers = rounds * frame.queries;
  builder.Last().workspace = 8 * numbers + Max(rotated, 16 * numbers);
}

/// Bucket numbers of every round, [B, H, R, T], and the order that they give.
Hashed Hash(GraphBuilder& builder, const Frame& frame, TensorId q, const Expr& buckets,
            const Expr& rounds) {
  builder.StartKernel();
  builder.SetPart(Part::kSelection);
  const Expr directions = rounds * buckets / 2;
  const TensorId rotations =
      builder.Buffer("random rotations", {frame.heads, frame.head_width, directions});
  const TensorId rotated =
      builder.Apply(Kind::kMatMul, {q, rotations},
                    builder.Activation("rotated", frame.QueryRows(frame.heads, directions)));
  const std::vector<Expr> codes = {frame.batch, frame.heads, rounds, frame.queries};
  const TensorId numbers =
      builder.Apply(Kind::kTopK, {rotated}, builder.Index("bucket numbers", codes));
  builder.Last().amount = 1;
  if (!frame.decode) {
    builder.Apply(Kind::kSort, {numbers}, builder.Index("order by bucket", codes));
    SetWorkspace(builder, frame, directions, rounds);
    builder.EndKernel();
    return {builder.Last().out[0], numbers};
  }
  builder.EndKernel();
  const TensorId cache =
      builder.Cache("bucket number cache", {frame.batch, frame.heads, rounds, frame.keys});
  builder.At(cache).dtype = DType::kIndex;
  return {cache, cache};
}

/// Outputs of the rounds weighed by their softmax' denominators.
TensorId Combine(GraphBuilder& builder, const Frame& frame, TensorId of_rounds,
                 TensorId log_sum_exp, const Expr& rounds) {
  const std::vector<Expr> shape = frame.QueryRows(frame.heads, rounds);
  const TensorId weights =
      builder.Apply(Kind::kSoftmax, {log_sum_exp}, builder.Activation("weights of rounds", shape));
  const std::vector<Expr> rows = builder.At(of_rounds).shape;
  const TensorId weighed = builder.Apply(Kind::kMultiply, {of_rounds, weights},
                                         builder.Activation("weighed rounds", rows));
  return builder.Apply(Kind::kReduceSum, {weighed}, HeadOutput(builder, frame, frame.heads));
}

TensorId AttendRounds(GraphBuilder& builder, const Frame& frame, const SharedProjections& p,
                      const ClusterOrder& order, const Pairs& pairs, const Expr& rounds) {
  const InOrder attended = AttendInOrder(builder, frame, p, order, pairs);
  const TensorId rows =
      PutBack(builder, frame, attended.rows, order,
              builder.Activation("output of rounds", builder.At(attended.rows).shape));
  if (rounds == Expr(1)) return rows;
  const TensorId sums =
      PutBack(builder, frame, attended.log_sum_exp, order,
              builder.Activation("log-sum-exp of rounds", frame.QueryRows(frame.heads, rounds)));
  return Combine(builder, frame, rows, sums, rounds);
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
  const Hashed hashed = Hash(builder, frame, p.q, buckets.number, rounds);
  if (frame.decode) {
    return Finish(builder, frame, AttendToCluster(builder, frame, p, hashed.order, pairs));
  }
  const ClusterOrder places = {.order = hashed.order,
                               .rows = rounds * frame.queries,
                               .places = frame.queries,
                               .number = buckets.number,
                               .size = CeilDiv(frame.keys, buckets.number),
                               .looks_back = true,
                               .joined = !(rounds == Expr(1)),
                               .buckets = hashed.buckets};
  return Finish(builder, frame, AttendRounds(builder, frame, p, places, pairs, rounds));
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
