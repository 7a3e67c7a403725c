#include "costmodel/attention/topk_exact.h"

#include "costmodel/attention/frame.h"
#include "costmodel/attention/patterns.h"
#include "costmodel/operators/cost.h"

namespace costcheck {
namespace {

constexpr int kQueriesAtOnce = 128;

/// Forward, of some queries at a time: their scores, the greatest ones and their positions, of
/// eight bytes. Backward: the gradients of all kept scores, and the matrix of some queries.
void SetWorkspace(GraphBuilder& builder, const Frame& frame, const Expr& kept) {
  const Expr rows = Min(frame.queries, kQueriesAtOnce), taken = Min(kept, frame.keys);
  const Tensor& weights = builder.At(builder.Last().in[0]);
  builder.Last().workspace = FloatBytes(rows * (frame.keys + taken)) + 8 * rows * taken;
  builder.Last().backward_workspace =
      BytesOf(weights, PairRule::kExecuted) + FloatBytes(rows * frame.keys);
}

Graph Build(const Settings& settings) {
  const Frame frame = ReadFrame(settings);
  const Expr kept = settings.Get("K");
  GraphBuilder builder(frame.layers);
  const Projections p = Project(builder, frame);
  const Pairs pairs = KeptPairs(frame, kept);
  builder.AddHeads(frame.heads, pairs);
  const std::vector<Expr> shape = {frame.batch, frame.heads};

  builder.StartKernel();
  builder.SetPart(Part::kCore);
  const TensorId scores = builder.Apply(Kind::kMatMul, {p.q, p.k},
                                        builder.PairTensor("scores", shape, DensePairs(frame)));
  builder.SetPart(Part::kSelection);
  const TensorId index = builder.Apply(
      Kind::kTopK, {scores}, builder.Index("indices", frame.QueryRows(frame.heads, kept)));
  builder.Last().amount = kept;
  builder.SetPart(Part::kCore);
  const TensorId chosen = builder.Apply(Kind::kGather, {scores, index},
                                        builder.PairTensor("kept scores", shape, pairs));
  const TensorId weights = ScaledSoftmax(builder, chosen);
  const TensorId values = GatherOnChip(builder, p.v, index, frame.heads, pairs);
  const TensorId out = HeadOutput(builder, frame, frame.heads);
  builder.Apply(Kind::kMatMul, {weights, values}, out);
  SetWorkspace(builder, frame, kept);
  builder.EndKernel();
  return Finish(builder, frame, out);
}

constexpr std::array<Parameter, 1> kParameters = {{kKeptKeysParameter}};

}  // namespace

constinit const Component kTopkExact = {"topk_exact",
                                        "top-k of exact scores",
                                        "Gupta 2021 (arXiv:2106.06899), Sec. 3",
                                        Family::kAttention,
                                        kParameters,
                                        Build};

}  // namespace costcheck
