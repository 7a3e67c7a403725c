#include "costmodel/model/block.h"

#include "costmodel/model/parts.h"

namespace costcheck {

Graph LayerRest(const Settings& settings) {
  const Expr B = settings.Get("B"), tokens = settings.Queries();
  const Expr d = settings.Get("d"), f = settings.Get("f");
  GraphBuilder graph(settings.Get("L"));
  const TensorId x = graph.Input("x", {B, tokens, d});
  AddNorm(graph, "norm1", x, NormKind::kLayerNorm, true);
  const TensorId attended = graph.Input("attention(norm1)", {B, tokens, d});
  const TensorId x1 = AddResidual(graph, "x1", x, attended);
  const TensorId normed = AddNorm(graph, "norm2", x1, NormKind::kLayerNorm, true);
  AddResidual(graph, "x2", x1, AddGeluFeedForward(graph, normed, {"", f}));
  return graph.Take(B * settings.Get("L"));
}

Graph ModelRest(const Settings& settings) {
  const Expr B = settings.Get("B"), tokens = settings.Queries();
  const Expr d = settings.Get("d"), V = settings.Get("V");
  GraphBuilder graph;
  const TensorId table = graph.Parameter("W_e", {V, d});
  graph.SetPart(Part::kEmbedding);
  const TensorId ids = graph.Input("tokens", {B, tokens}, DType::kIndex);
  graph.Apply(Kind::kLookup, {table, ids}, graph.Activation("embedded", {B, tokens, d}));
  graph.SetPart(Part::kLogits);
  const TensorId last = graph.Input("last", {B, tokens, d});
  const TensorId columns = graph.View("W_e^T", table, {d, V});
  graph.Apply(Kind::kMatMul, {last, columns}, graph.Activation("logits", {B, tokens, V}));
  return graph.Take(B);
}

}  // namespace costcheck
