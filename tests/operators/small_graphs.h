#pragma once

#include "costmodel/operators/graph.h"

// Graphs that tests of costs, memory and conventions share, built by hand.

namespace costcheck {

inline const Expr T = Symbol("T"), B = Symbol("B"), L = Symbol("L"), d = Symbol("d"),
                  H = Symbol("H"), w = Symbol("w"), f = Symbol("f"), V = Symbol("V"),
                  p = Symbol("p", Domain::kPositiveRational);

/// Causal attention of `length` tokens over themselves, executed under a mask.
inline Pairs CausalPairs(const Expr& length) {
  const Expr all = length * length;
  return {.dense = all, .unmasked = all, .useful = length * (length + 1) / 2, .executed = all};
}

struct Sizes {
  Expr batch, length, heads, width;
};

/// softmax(Q K^T) V over causal pairs, part core; tensors in the order Q, K, V,
/// scores, weights, out.
inline void AddCore(GraphBuilder& graph, const Sizes& n, const Pairs& pairs) {
  const std::vector<Expr> rows = {n.batch, n.heads, n.length, n.width};
  graph.SetPart(Part::kCore);
  const TensorId q = graph.Input("Q", rows), k = graph.Input("K", rows), v = graph.Input("V", rows);
  const TensorId scores = graph.PairTensor("scores", {n.batch, n.heads}, pairs);
  graph.Apply(Kind::kMatMul, {q, k}, scores);
  const TensorId weights = graph.PairTensor("weights", {n.batch, n.heads}, pairs);
  graph.Apply(Kind::kSoftmax, {scores}, weights);
  graph.Apply(Kind::kMatMul, {weights, v}, graph.Activation("out", rows));
  graph.AddHeads(n.heads, pairs);
}

inline Graph Core(const Sizes& n, const Pairs& pairs, const Expr& layers = 1) {
  GraphBuilder graph(layers);
  AddCore(graph, n, pairs);
  return graph.Take(n.batch * layers);
}

/// One projection of `tokens` rows, part as given.
inline void AddLinear(GraphBuilder& graph, Part part, const std::string& name,
                      const std::vector<Expr>& rows, const Expr& outer) {
  graph.SetPart(part);
  graph.Linear(name, graph.Input(name + " in", rows), rows.back(), outer);
}

/// L layers of the classic block with projections of width H*w and a
/// feed-forward of width f.
inline Graph Layers(const Expr& width, const Expr& heads, const Expr& head_width,
                    const Expr& inner) {
  GraphBuilder graph(L);
  const Expr attention = heads * head_width;
  for (const char* name : {"Q", "K", "V"}) {
    AddLinear(graph, Part::kProjection, name, {B, T, width}, attention);
  }
  AddCore(graph, {B, T, heads, head_width}, CausalPairs(T));
  AddLinear(graph, Part::kProjection, "O", {B, T, attention}, width);
  AddLinear(graph, Part::kFeedForward, "W1", {B, T, width}, inner);
  AddLinear(graph, Part::kFeedForward, "W2", {B, T, inner}, width);
  return graph.Take(B * L);
}

/// Look-up and tied logits of a vocabulary V.
inline Graph EmbeddingAndLogits(const Expr& width) {
  GraphBuilder graph;
  const TensorId table = graph.Parameter("table", {V, width});
  graph.SetPart(Part::kEmbedding);
  const TensorId ids = graph.Input("ids", {B, T}, DType::kIndex);
  graph.Apply(Kind::kLookup, {table, ids}, graph.Activation("embedded", {B, T, width}));
  graph.SetPart(Part::kLogits);
  const TensorId x = graph.Input("x", {B, T, width});
  graph.Apply(Kind::kMatMul, {x, graph.View("table^T", table, {width, V})},
              graph.Activation("logits", {B, T, V}));
  return graph.Take(B);
}

}  // namespace costcheck
