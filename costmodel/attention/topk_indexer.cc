#include "costmodel/attention/topk_indexer.h"

#include "costmodel/attention/frame.h"
#include "costmodel/attention/patterns.h"

namespace costcheck {
namespace {

struct Indexer {
  Expr heads;
  Expr width;
  Expr kept;
};

TensorId ProjectIndexerKeys(GraphBuilder& builder, const Frame& frame, TensorId context,
                            const Expr& width) {
  const TensorId keys = builder.Linear("indexer k", context, frame.width, width);
  if (!frame.decode) return keys;
  return builder.Cache("indexer k cache", {frame.batch, frame.keys, width});
}

/// Of some queries of one sequence at a time: the sequence's keys, queries and gates, scores of one
/// head and their sum; or the sum with a mask of a byte each and the numbers that make it, or with
/// the greatest scores and their positions. Whole numbers have eight bytes.
void SetWorkspace(GraphBuilder& builder, const Frame& frame, const Indexer& indexer,
                  const Expr& chosen) {
  const Expr rows = QueriesOfChoice(frame), S = frame.keys;
  const Expr scoring = FloatBytes(rows * (indexer.heads * (indexer.width + 1) + S));
  const Expr masking = 8 * (rows + S) + (frame.causal ? rows * S : S + 8);
  const Expr choosing = FloatBytes(rows * chosen) + 8 * rows * chosen;
  builder.Last().workspace =
      FloatBytes(S * indexer.width + rows * S) + Max(scoring, Max(masking, choosing));
}

/// I(t, s) over all visible pairs; returns the positions of the K best.
TensorId Select(GraphBuilder& builder, const Frame& frame, const Projections& p,
                const Indexer& indexer) {
  builder.StartKernel();
  builder.SetPart(Part::kSelection);
  const Pairs visible = DensePairs(frame);
  const std::vector<Expr> by_head = {frame.batch, indexer.heads};
  const TensorId rows =
      builder.Linear("indexer q", p.tokens, frame.width, indexer.heads * indexer.width);
  const TensorId q =
      builder.View("indexer q by head", rows, frame.QueryRows(indexer.heads, indexer.width));
  const TensorId k = ProjectIndexerKeys(builder, frame, p.context, indexer.width);
  const TensorId gates = builder.Linear("indexer gates", p.tokens, frame.width, indexer.heads);
  const TensorId products =
      builder.Apply(Kind::kMatMul, {q, k}, builder.PairTensor("indexer q.k", by_head, visible));
  const TensorId active =
      builder.Apply(Kind::kRelu, {products}, builder.PairTensor("indexer relu", by_head, visible));
  const TensorId gated = builder.Apply(Kind::kMultiply, {active, gates},
                                       builder.PairTensor("indexer gated", by_head, visible));
  const TensorId scores = builder.Apply(Kind::kReduceSum, {gated},
                                        builder.PairTensor("index scores", {frame.batch}, visible));
  const Expr chosen = Min(indexer.kept, frame.keys);
  builder.Apply(Kind::kTopK, {scores},
                builder.Index("indices", {frame.batch, frame.queries, chosen}));
  builder.Last().amount = indexer.kept;
  SetWorkspace(builder, frame, indexer, chosen);
  builder.EndKernel();
  return builder.Last().out[0];
}

Graph Build(const Settings& settings) {
  const Frame frame = ReadFrame(settings);
  const Indexer indexer = {settings.Get("indexer_heads"), settings.Get("m"), settings.Get("K")};
  GraphBuilder builder(frame.layers);
  const Projections p = Project(builder, frame);
  const Pairs pairs = KeptPairs(frame, indexer.kept);
  builder.AddHeads(frame.heads, pairs);
  builder.Assume("the indexer's own training (distillation) is not counted");
  const TensorId index = Select(builder, frame, p, indexer);
  builder.SetPart(Part::kCore);
  const Core core = {p.q, p.k, p.v, frame.heads, pairs};
  return Finish(builder, frame, AttendGathered(builder, frame, core, index, frame.key_heads));
}

constexpr std::array<std::string_view, 1> kFour = {"4"};

constexpr std::array<Parameter, 3> kParameters = {{
    kKeptKeysParameter,
    {"m", Domain::kPositiveInteger, "width of an indexer head", {}},
    {"indexer_heads", Domain::kPositiveInteger, "heads of the indexer", kFour},
}};

}  // namespace

constinit const Component kTopkIndexer = {"topk_indexer",
                                          "top-k by an indexer (DSA)",
                                          "DeepSeek-V3.2 (2025), Sec. 2.1, Eq. 1 and 2",
                                          Family::kAttention,
                                          kParameters,
                                          Build};

}  // namespace costcheck
