#include "costmodel/model/block.h"

namespace costcheck {
namespace {

TensorId Norm(GraphBuilder& graph, const std::string& name, TensorId in, const Expr& width) {
  graph.SetPart(Part::kNorm);
  const TensorId scale = graph.Parameter(name + ".weight", {width});
  const TensorId shift = graph.Parameter(name + ".bias", {width});
  const TensorId out = graph.Activation(name, graph.At(in).shape);
  return graph.Apply(Kind::kLayerNorm, {in, scale, shift}, out);
}

TensorId Residual(GraphBuilder& graph, const std::string& name, TensorId a, TensorId b) {
  graph.SetPart(Part::kNorm);
  const TensorId out = graph.Activation(name, graph.At(a).shape);
  return graph.Apply(Kind::kAdd, {a, b}, out);
}

}  // namespace

Graph LayerRest(const Settings& settings) {
  const Expr B = settings.Get("B"), tokens = settings.Queries();
  const Expr d = settings.Get("d"), f = settings.Get("f");
  GraphBuilder graph(settings.Get("L"));
  const TensorId x = graph.Input("x", {B, tokens, d});
  Norm(graph, "norm1", x, d);
  const TensorId attended = graph.Input("attention(norm1)", {B, tokens, d});
  const TensorId x1 = Residual(graph, "x1", x, attended);
  const TensorId normed = Norm(graph, "norm2", x1, d);
  graph.SetPart(Part::kFeedForward);
  const TensorId inner = graph.Linear("W1", normed, d, f);
  const TensorId active =
      graph.Apply(Kind::kGelu, {inner}, graph.Activation("gelu", {B, tokens, f}));
  const TensorId outer = graph.Linear("W2", active, f, d);
  Residual(graph, "x2", x1, outer);
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
