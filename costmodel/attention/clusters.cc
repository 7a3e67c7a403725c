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

namespace {

/// One operator that is a kernel by itself.
TensorId ApplyKernel(GraphBuilder& builder, Kind kind, std::vector<TensorId> in, TensorId out) {
  builder.StartKernel();
  builder.Apply(kind, std::move(in), out);
  builder.EndKernel();
  return out;
}

constexpr int kNumberBytes = 12;  ///< a number beside an array, as a double and as a float

/// Sizes of what one head of one partition is attended in.
struct ClusterSizes {
  Expr rows, padded, seen, slots, width;

  ClusterSizes(const Frame& frame, const ClusterOrder& order)
      : rows(order.number * order.size),
        padded(order.looks_back ? rows + order.size : rows),
        seen(order.looks_back ? 2 * order.size : order.size),
        slots(rows * seen),
        width(frame.head_width) {}
};

/// Padded queries; or masks of a byte a slot and what makes them; or the mask, two numbers a row
/// and a comparison of one; or the mask, one number a row, padded values and their sums.
Expr ForwardWorkspace(const ClusterSizes& n, const ClusterOrder& order, bool causal) {
  const Expr seen = order.number * n.seen, tokens = 4 * n.padded;
  const Expr by_order = causal ? n.slots : seen;
  const Expr mask = order.buckets ? n.slots : by_order;
  Expr masking = tokens + seen + kNumberBytes;
  if (causal) masking = Max(masking, tokens + seen + 2 * n.slots);
  if (order.buckets) masking = Max(masking, 2 * tokens + by_order + 2 * n.slots);
  const Expr comparing = mask + FloatBytes(2 * n.rows) + n.rows + kNumberBytes;
  const Expr summing = mask + FloatBytes(n.rows + (n.padded + n.rows) * n.width);
  return Max(Max(FloatBytes(n.padded * n.width), masking), Max(comparing, summing));
}

/// The weights' gradients twice and numbers a row; or once, with padded rows and the gradients of
/// what was seen.
Expr BackwardWorkspace(const ClusterSizes& n, const ClusterOrder& order) {
  const Expr sums = n.rows + (order.joined ? n.padded : Expr(0));
  const Expr gradients = (order.looks_back ? 3 : 1) * n.rows;
  return FloatBytes(Max(2 * n.slots + sums, n.slots + (n.padded + gradients) * n.width));
}

}  // namespace

InOrder AttendInOrder(GraphBuilder& builder, const Frame& frame, const SharedProjections& p,
                      const ClusterOrder& order, const Pairs& pairs) {
  builder.SetPart(Part::kCore);
  const std::vector<Expr> rows = {frame.batch, frame.heads, order.rows, frame.head_width};
  const TensorId qk = ApplyKernel(builder, Kind::kGather, {p.q, order.order},
                                  builder.Activation("qk in order", rows));
  const TensorId v = ApplyKernel(builder, Kind::kGather, {p.v, order.order},
                                 builder.Activation("v in order", rows));
  builder.StartKernel();
  const TensorId scores = builder.Apply(
      Kind::kMatMul, {qk, qk}, builder.PairTensor("scores", {frame.batch, frame.heads}, pairs));
  const TensorId weights = ScaledSoftmax(builder, scores);
  if (order.buckets) builder.Last().in.push_back(*order.buckets);
  builder.Last().out.push_back(
      builder.Activation("log-sum-exp", {frame.batch, frame.heads, order.rows}));
  const TensorId log_sum_exp = builder.Last().out.back();
  const TensorId out =
      builder.Apply(Kind::kMatMul, {weights, v}, builder.Activation("output in order", rows));
  const ClusterSizes sizes(frame, order);
  builder.Last().workspace = ForwardWorkspace(sizes, order, frame.causal);
  builder.Last().backward_workspace = BackwardWorkspace(sizes, order);
  builder.EndKernel();
  return {out, log_sum_exp};
}

TensorId PutBack(GraphBuilder& builder, const Frame& frame, TensorId rows,
                 const ClusterOrder& order, TensorId out) {
  ApplyKernel(builder, Kind::kGather, {rows, order.order}, out);
  const Expr places = frame.queries + order.places;
  builder.Last().workspace = builder.Last().backward_workspace = FloatBytes(places);
  return out;
}

TensorId AttendToCluster(GraphBuilder& builder, const Frame& frame, const SharedProjections& p,
                         TensorId order, const Pairs& pairs) {
  builder.SetPart(Part::kCore);
  const Core core = {p.q, p.k, p.v, frame.heads, pairs};
  return AttendGathered(builder, frame, core, order, frame.heads);
}

}  // namespace costcheck
