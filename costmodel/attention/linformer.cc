#include "costmodel/attention/linformer.h"

#include "costmodel/attention/frame.h"

namespace costcheck {
namespace {

/// [B, H_kv, w, rows] x [S, K] -> [B, H_kv, w, K], all rows or in decode the new one.
TensorId ProjectLength(GraphBuilder& builder, const Frame& frame, TensorId rows, const Expr& length,
                       const std::string& name) {
  builder.SetPart(Part::kCore);
  const TensorId transposed =
      builder.View(name + ", transposed", rows,
                   {frame.batch, frame.key_heads, frame.head_width, frame.NewKeys()});
  const TensorId matrix = builder.Parameter("length projection of " + name, {frame.keys, length});
  const TensorId used = builder.View("rows of it", matrix, {frame.NewKeys(), length});
  const std::vector<Expr> shape = {frame.batch, frame.key_heads, frame.head_width, length};
  const TensorId out = frame.decode ? builder.Cache("projected " + name + " cache", shape)
                                    : builder.Activation("projected " + name, shape);
  return builder.Apply(Kind::kMatMul, {transposed, used}, out);
}

Graph Build(const Settings& settings) {
  const Frame frame = ReadFrame(settings);
  const Expr length = settings.Get("K");
  GraphBuilder builder(frame.layers);
  const Inputs inputs = AddInputs(builder, frame);
  const TensorId q = ProjectQueries(builder, frame, inputs.tokens);
  const TensorId k = ProjectRows(builder, frame, inputs.context, "k", frame.key_heads);
  const TensorId v = ProjectRows(builder, frame, inputs.context, "v", frame.key_heads);
  const TensorId keys = ProjectLength(builder, frame, k, length, "k");
  const TensorId values = ProjectLength(builder, frame, v, length, "v");
  const Expr all = frame.queries * length;
  const Pairs pairs = {frame.queries * frame.keys, all, all, all};
  builder.AddHeads(frame.heads, pairs);
  return Finish(builder, frame, Attend(builder, frame, {q, keys, values, frame.heads, pairs}));
}

constexpr std::array<Parameter, 1> kParameters = {
    {{"K", Domain::kPositiveInteger, "rows that keys and values are projected to", {}}}};

}  // namespace

constinit const Component kLinformer = {"linformer",
                                        "Linformer",
                                        "Wang 2020 (arXiv:2006.04768), Eq. 7",
                                        Family::kAttention,
                                        kParameters,
                                        Build,
                                        /*has_causal_form=*/false};

}  // namespace costcheck
