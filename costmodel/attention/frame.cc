#include "costmodel/attention/frame.h"

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/print.h"
#include "costmodel/operators/cost.h"

namespace costcheck {

Frame ReadFrame(const Settings& settings) {
  Frame frame;
  frame.queries = settings.Queries();
  frame.keys = settings.Keys();
  frame.causal = settings.causal;
  frame.decode = settings.phase == Phase::kDecode;
  frame.batch = settings.Get("B");
  frame.layers = settings.Get("L");
  frame.width = settings.Get("d");
  frame.heads = settings.Get("H");
  frame.key_heads = settings.Get("H_kv");
  frame.head_width = settings.Get("w");
  return frame;
}

void RequireOneText(const Frame& frame, std::string_view name) {
  if (frame.SelfAttention()) return;
  throw CostError(std::string(name) + ": S = " + Print(frame.keys) + " is not T = " +
                  Print(frame.queries) + ", but the pattern is one of a text over itself");
}

bool IsSwitchedOn(const Settings& settings, std::string_view name) {
  const Expr value = settings.Get(name);
  if (value == Expr(0)) return false;
  if (value == Expr(1)) return true;
  throw CostError(std::string(name) + " is " + Print(value) + ", neither 0 nor 1");
}

Inputs AddInputs(GraphBuilder& builder, const Frame& frame) {
  const TensorId tokens = builder.Input("x", {frame.batch, frame.queries, frame.width});
  if (frame.SelfAttention()) return {tokens, tokens};
  return {tokens, builder.Input("context", {frame.batch, frame.keys, frame.width})};
}

TensorId ProjectRows(GraphBuilder& builder, const Frame& frame, TensorId in,
                     const std::string& name, const Expr& heads) {
  builder.SetPart(Part::kProjection);
  const Expr rows = builder.At(in).shape[1];
  const TensorId product = builder.Linear(name, in, frame.width, heads * frame.head_width);
  return builder.View(name + " by head", product, {frame.batch, heads, rows, frame.head_width});
}

TensorId ProjectQueries(GraphBuilder& builder, const Frame& frame, TensorId tokens,
                        const std::string& name) {
  return ProjectRows(builder, frame, tokens, name, frame.heads);
}

TensorId ProjectKeys(GraphBuilder& builder, const Frame& frame, TensorId context,
                     const std::string& name, const Expr& cached) {
  const TensorId rows = ProjectRows(builder, frame, context, name, frame.key_heads);
  if (!frame.decode) return rows;
  return builder.Cache(name + " cache", {frame.batch, frame.key_heads, cached, frame.head_width});
}

Projections Project(GraphBuilder& builder, const Frame& frame, const Expr& cached) {
  const Inputs inputs = AddInputs(builder, frame);
  const TensorId q = ProjectQueries(builder, frame, inputs.tokens);
  const TensorId k = ProjectKeys(builder, frame, inputs.context, "k", cached);
  const TensorId v = ProjectKeys(builder, frame, inputs.context, "v", cached);
  return {inputs.tokens, inputs.context, q, k, v};
}

Projections Project(GraphBuilder& builder, const Frame& frame) {
  return Project(builder, frame, frame.keys);
}

Expr FloatBytes(const Expr& elements) { return elements * BytesPerElement(DType::kFloat); }

TensorId HeadOutput(GraphBuilder& builder, const Frame& frame, const Expr& heads) {
  return builder.Activation("head output", frame.QueryRows(heads, frame.head_width));
}

TensorId ScaledSoftmax(GraphBuilder& builder, TensorId scores) {
  const std::vector<Expr> shape = builder.At(scores).shape;
  const Pairs pairs = *builder.At(scores).pairs;
  const TensorId scaled = builder.PairTensor("scaled scores", shape, pairs);
  builder.Apply(Kind::kScale, {scores}, scaled);
  return builder.Apply(Kind::kSoftmax, {scaled}, builder.PairTensor("weights", shape, pairs));
}

TensorId Attend(GraphBuilder& builder, const Core& core, TensorId out) {
  const TensorId scores =
      builder.PairTensor("scores", {builder.At(core.q).shape.front(), core.heads}, core.pairs);
  builder.Apply(Kind::kMatMul, {core.q, core.k}, scores);
  const TensorId weights =
      core.q_is_scaled
          ? builder.Apply(Kind::kSoftmax, {scores},
                          builder.PairTensor("weights", builder.At(scores).shape, core.pairs))
          : ScaledSoftmax(builder, scores);
  return builder.Apply(Kind::kMatMul, {weights, core.v}, out);
}

TensorId Attend(GraphBuilder& builder, const Frame& frame, const Core& core) {
  return Attend(builder, core, HeadOutput(builder, frame, core.heads));
}

namespace {

/// Attend, and what its kernel holds in backward: one element for every weight.
TensorId AttendHoldingGradients(GraphBuilder& builder, const Core& core, TensorId out) {
  Attend(builder, core, out);
  const Tensor& weights = builder.At(builder.Last().in[0]);
  builder.Last().backward_workspace = BytesOf(weights, PairRule::kExecuted);
  return out;
}

}  // namespace

TensorId AttendInKernel(GraphBuilder& builder, const Core& core, TensorId out) {
  builder.StartKernel();
  AttendHoldingGradients(builder, core, out);
  builder.EndKernel();
  return out;
}

TensorId AttendInKernel(GraphBuilder& builder, const Frame& frame, const Core& core) {
  return AttendInKernel(builder, core, HeadOutput(builder, frame, core.heads));
}

TensorId GatherOnChip(GraphBuilder& builder, TensorId of, TensorId index, const Expr& heads,
                      const Pairs& pairs) {
  const std::vector<Expr> shape = builder.At(of).shape;
  const TensorId rows = builder.PairTensor("gathered " + builder.At(of).name,
                                           {shape.front(), heads, shape.back()}, pairs);
  builder.At(rows).on_chip = true;
  builder.Apply(Kind::kGather, {of, index}, rows);
  builder.Last().recomputed = true;
  return rows;
}

TensorId AttendGathered(GraphBuilder& builder, Core core, TensorId index,
                        const Expr& selecting_heads, TensorId out) {
  builder.StartKernel();
  core.k = GatherOnChip(builder, core.k, index, selecting_heads, core.pairs);
  core.v = GatherOnChip(builder, core.v, index, selecting_heads, core.pairs);
  AttendHoldingGradients(builder, core, out);
  builder.EndKernel();
  return out;
}

TensorId AttendGathered(GraphBuilder& builder, const Frame& frame, const Core& core, TensorId index,
                        const Expr& selecting_heads) {
  return AttendGathered(builder, core, index, selecting_heads,
                        HeadOutput(builder, frame, core.heads));
}

Expr QueriesOfChoice(const Frame& frame) {
  constexpr int kAtOnce = 16;
  return Min(frame.queries, kAtOnce);
}

/// Causal, the mask is of one comparison; both ways, of two and their union, one with a number.
Expr BlockChoiceBytes(const Frame& frame, const Expr& blocks, const Expr& chosen) {
  const Expr rows = QueriesOfChoice(frame), pairs = rows * blocks;
  const Expr masks = frame.causal ? Max(8, pairs) : Max(8, 2 * pairs) + blocks;
  const Expr masking = 8 * (2 * rows + blocks) + masks;
  const Expr choosing = FloatBytes(rows * chosen) + 8 * rows * chosen;
  return FloatBytes(pairs) + Max(masking, choosing);
}

Graph Finish(GraphBuilder& builder, const Frame& frame, TensorId heads_output) {
  const Expr inner = frame.heads * frame.head_width;
  builder.SetPart(Part::kProjection);
  const TensorId rows =
      builder.View("heads side by side", heads_output, {frame.batch, frame.queries, inner});
  builder.Linear("out", rows, inner, frame.width);
  return builder.Take(frame.Sequences());
}

}  // namespace costcheck
