#pragma once

#include <array>

#include "costmodel/component.h"
#include "costmodel/operators/graph.h"

// Dense attention with projections, and a table, written for the tests of what
// is derived from any component.

namespace costcheck {

inline constexpr std::array<std::string_view, 1> kSmallHalf = {"T/8"};
inline constexpr std::array<std::string_view, 1> kSmallSparse = {"H"};
inline constexpr std::array<std::string_view, 1> kSmallExact = {"H - sparse_heads"};
inline constexpr std::array<Parameter, 3> kSmallParameters = {{
    {"K", Domain::kPositiveInteger, "kept keys", kSmallHalf},
    {"sparse_heads", Domain::kNonNegativeInteger, "heads that select", kSmallSparse},
    {"exact_heads", Domain::kNonNegativeInteger, "heads that do not", kSmallExact},
}};

inline Pairs SmallPairs(const Settings& settings) {
  const Expr asked = settings.Queries(), keys = settings.Keys();
  const Expr all = asked * keys;
  const bool masked = settings.causal && settings.phase != Phase::kDecode;
  return {all, all, masked ? all - asked * (asked - 1) / 2 : all, all};
}

inline Graph BuildSmall(const Settings& settings) {
  const Expr B = settings.Get("B"), d = settings.Get("d"), H = settings.Get("H");
  const Expr w = settings.Get("w"), asked = settings.Queries(), keys = settings.Keys();
  const bool decode = settings.phase == Phase::kDecode;
  GraphBuilder graph(settings.Get("L"));
  graph.SetPart(Part::kProjection);
  const TensorId x = graph.Input("x", {B, asked, d});
  const TensorId q = graph.View("Q heads", graph.Linear("Q", x, d, H * w), {B, H, asked, w});
  const TensorId k = decode
                         ? graph.Cache("K", {B, H, keys, w})
                         : graph.View("K heads", graph.Linear("K", x, d, H * w), {B, H, keys, w});
  const TensorId v = decode
                         ? graph.Cache("V", {B, H, keys, w})
                         : graph.View("V heads", graph.Linear("V", x, d, H * w), {B, H, keys, w});
  graph.SetPart(Part::kCore);
  const Pairs pairs = SmallPairs(settings);
  const TensorId scores = graph.Apply(Kind::kMatMul, {q, k}, graph.PairTensor("s", {B, H}, pairs));
  const TensorId weights =
      graph.Apply(Kind::kSoftmax, {scores}, graph.PairTensor("a", {B, H}, pairs));
  const TensorId out =
      graph.Apply(Kind::kMatMul, {weights, v}, graph.Activation("o", {B, H, asked, w}));
  graph.SetPart(Part::kProjection);
  graph.Linear("O", graph.View("o rows", out, {B, asked, H * w}), H * w, d);
  graph.AddHeads(H, pairs);
  return graph.Take(B * settings.Get("L"));
}

inline constexpr Component kSmall = {
    "small", "small attention", "this test", Family::kAttention, kSmallParameters, BuildSmall};

inline Graph BuildTable(const Settings& settings) {
  GraphBuilder graph;
  graph.SetPart(Part::kEmbedding);
  const Expr V = settings.Get("V"), d = settings.Get("d");
  const TensorId table = graph.Parameter("table", {V, d});
  const TensorId tokens = graph.Input("tokens", {settings.Queries()}, DType::kIndex);
  graph.Apply(Kind::kLookup, {table, tokens}, graph.Activation("e", {settings.Queries(), d}));
  return graph.Take(1);
}

inline constexpr Component kTable = {"table", "small table", "this test", Family::kEmbedding,
                                     {},      BuildTable};

}  // namespace costcheck
