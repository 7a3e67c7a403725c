#include "costmodel/attention/clusters.h"

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/print.h"

namespace costcheck {
namespace {

/// The sum of f(size) over all clusters.
Expr SumOverClusters(const Expr& tokens, const Clusters& clusters,
                     const std::function<Expr(const Expr& size)>& f) {
  if (clusters.sizes.empty()) {
    const Expr least = FloorDiv(tokens, clusters.number);
    const Expr larger = tokens - clusters.number * least;
    return larger * f(least + 1) + (clusters.number - larger) * f(least);
  }
  Expr sum;
  for (const Expr& size : clusters.sizes) sum += f(size);
  return sum;
}

}  // namespace

Clusters ReadClusters(const Settings& settings, const Frame& frame, std::string_view name) {
  RequireOneText(frame, name);
  Clusters clusters = {settings.Get("C"), settings.bucket_sizes};
  if (frame.decode || clusters.sizes.empty()) return clusters;
  Expr sum;
  for (const Expr& size : clusters.sizes) sum += size;
  if (!(sum == frame.queries)) {
    throw CostError(std::string(name) + ": the bucket sizes sum up to " + Print(sum) +
                    ", not to T = " + Print(frame.queries));
  }
  return clusters;
}

Pairs ClusterPairs(const Lengths& lengths, const Clusters& clusters, const Expr& executed) {
  const auto all = [](const Expr& size) { return size * size; };
  if (lengths.decode) {
    return MakePairs(
        lengths,
        {.unmasked = {}, .useful = CeilDiv(lengths.keys, clusters.number), .executed = executed});
  }
  const Expr both_ways = SumOverClusters(lengths.keys, clusters, all);
  const Expr useful =
      lengths.causal ? SumOverClusters(lengths.keys, clusters, Triangle) : both_ways;
  return MakePairs(lengths, {.unmasked = both_ways, .useful = useful, .executed = executed});
}

void AssumeSizes(GraphBuilder& builder, const Frame& frame, const Clusters& clusters) {
  if (frame.decode) {
    builder.Assume("the new token falls into a cluster of ceil(S/C) tokens, itself included");
  } else if (clusters.sizes.empty()) {
    builder.Assume("clusters are balanced: T/C tokens each, rounded up or down");
  }
}

SharedProjections ProjectShared(GraphBuilder& builder, const Frame& frame) {
  const TensorId tokens = AddInputs(builder, frame).tokens;
  const TensorId q = ProjectQueries(builder, frame, tokens, "qk");
  const TensorId v = ProjectQueries(builder, frame, tokens, "v");
  if (!frame.decode) return {tokens, q, q, v};
  const std::vector<Expr> rows = {frame.batch, frame.heads, frame.keys, frame.head_width};
  return {tokens, q, builder.Cache("qk cache", rows), builder.Cache("v cache", rows)};
}

TensorId AttendInOrder(GraphBuilder& builder, const Frame& frame, const SharedProjections& p,
                       TensorId order, const Expr& rounds, const Pairs& pairs) {
  builder.SetPart(Part::kCore);
  if (frame.decode) {
    const Core core = {p.q, p.k, p.v, frame.heads, pairs};
    return Attend(builder, frame, Gathered(builder, core, order, frame.heads));
  }
  const std::vector<Expr> rows = {frame.batch, frame.heads, rounds * frame.queries,
                                  frame.head_width};
  const TensorId qk =
      builder.Apply(Kind::kGather, {p.q, order}, builder.Activation("qk in order", rows));
  const TensorId v =
      builder.Apply(Kind::kGather, {p.v, order}, builder.Activation("v in order", rows));
  const TensorId out = builder.Activation("output in order", rows);
  Attend(builder, {qk, qk, v, frame.heads, pairs}, out);
  return builder.Apply(Kind::kGather, {out, order}, builder.Activation("output of rounds", rows));
}

}  // namespace costcheck
