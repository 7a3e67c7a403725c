#include "costmodel/attention/routing.h"

#include "costmodel/attention/clusters.h"

namespace costcheck {
namespace {

Pairs RoutingPairs(const Lengths& lengths, const Clusters& clusters) {
  const Expr size = CeilDiv(lengths.keys, clusters.number);
  if (lengths.decode) return ClusterPairs(lengths, clusters, size);
  Pairs pairs = ClusterPairs(lengths, clusters, clusters.number * size * size);
  if (!clusters.sizes.empty()) pairs.executed = pairs.unmasked;
  return pairs;
}

/// Every centroid takes the tokens that score best with it; in decode the new
/// token takes its best centroid.
TensorId Assign(GraphBuilder& builder, const Frame& frame, TensorId q, const Expr& centroids) {
  builder.StartKernel();
  builder.SetPart(Part::kSelection);
  const TensorId matrix =
      builder.Parameter("centroids", {frame.heads, frame.head_width, centroids});
  const TensorId scores =
      builder.Apply(Kind::kMatMul, {q, matrix},
                    builder.Activation("centroid scores", frame.QueryRows(frame.heads, centroids)));
  const Expr size = frame.decode ? Expr(1) : CeilDiv(frame.keys, centroids);
  builder.Apply(Kind::kTopK, {scores},
                builder.Index("members", {frame.batch, frame.heads, centroids, size}));
  builder.Last().amount = size;
  builder.Last().workspace = FloatBytes((frame.queries + size) * centroids) + 8 * size * centroids;
  builder.EndKernel();
  if (!frame.decode) return builder.Last().out[0];
  const TensorId cache =
      builder.Cache("cluster number cache", {frame.batch, frame.heads, frame.keys});
  builder.At(cache).dtype = DType::kIndex;
  return cache;
}

Graph Build(const Settings& settings) {
  const Frame frame = ReadFrame(settings);
  const Clusters clusters = ReadClusters(settings, frame, "routing");
  GraphBuilder builder(frame.layers);
  AssumeSizes(builder, frame, clusters);
  const SharedProjections p = ProjectShared(builder, frame);
  const Pairs pairs = RoutingPairs(frame, clusters);
  builder.AddHeads(frame.heads, pairs);
  const TensorId members = Assign(builder, frame, p.q, clusters.number);
  if (frame.decode) {
    return Finish(builder, frame, AttendToCluster(builder, frame, p, members, pairs));
  }
  const Expr size = CeilDiv(frame.keys, clusters.number);
  const Expr taken = clusters.number * size;
  const ClusterOrder places = {
      .order = members, .rows = taken, .places = taken, .number = clusters.number, .size = size};
  const TensorId rows = AttendInOrder(builder, frame, p, places, pairs).rows;
  return Finish(builder, frame,
                PutBack(builder, frame, rows, places, HeadOutput(builder, frame, frame.heads)));
}

constexpr std::array<Parameter, 1> kParameters = {
    {{"C", Domain::kPositiveInteger, "centroids", {}}}};

}  // namespace

constinit const Component kRouting = {
    "routing",          "routing attention", "Roy 2020 (arXiv:2003.05997), Sec. 4.1",
    Family::kAttention, kParameters,         Build};

}  // namespace costcheck
