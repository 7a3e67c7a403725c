#pragma once

#include <string>
#include <vector>

#include "costmodel/model/flop_graphs.h"
#include "costmodel/model/layer_graph.h"

// What a graph of a model costs, as formulas. Graphs in symbols give formulas that hold for every
// model of the same structure.

namespace costcheck {

/// Bytes of what one layer, or the rest, keeps from forward to backward. How a policy of
/// recomputation and parallel devices divide it depends on what it is.
struct KeptItem {
  std::string name;
  Expr bytes;
  bool of_pairs = false;       ///< one element for each query and key, or a mask of those
  bool split = false;          ///< has a dimension of heads, of a feed-forward's width, or of V
  bool statistics = false;     ///< not the tensor but numbers a row of it (norms)
  bool of_context = false;     ///< the encoder's output, which all layers share
  bool before_layers = false;  ///< of the look-ups
};

/// Formulas of one graph, in T (S where it reads an encoder's output) and in the sizes that the
/// graph has as symbols.
struct GraphFormulas {
  Expr parameters;
  Expr trained;        ///< those that a gradient reaches
  Expr routed;         ///< those of experts of which each token sees some
  Expr before_layers;  ///< those of look-ups
  Expr cache_bytes;    ///< of a decoder
  std::vector<KeptItem> kept;
  std::vector<KeptItem> kept_sums;  ///< the same, those added up that differ by name alone
  FlopGraphs graphs;
  FlopFormulas flops;  ///< by the chosen convention
};

/// How they are counted. Bytes of an element replace p.
struct FormulaChoices {
  Convention convention;
  Phase phase = Phase::kForward;
  bool recomputing_core = false;
  bool dropout = false;
  std::optional<AttentionChoice> attention{};
  Rational activation_bytes = 2;
  Rational cache_bytes = 2;
  Integer batch = 1;
};

/// Of a layer; `length` is its stack's, `encoded` the encoder's.
GraphFormulas FormulasOfLayer(const LayerShape& layer, const ModelSizes& sizes,
                              const FormulaChoices& choices);

/// Of all but the layers.
GraphFormulas FormulasOfTables(const Architecture& architecture, const ModelSizes& sizes,
                               const FormulaChoices& choices);

/// Of the modules that predict further tokens, one of them: parameters, and FLOPs of the phase.
GraphFormulas FormulasOfMultiToken(const Architecture& architecture, const ModelSizes& sizes,
                                   const FormulaChoices& choices);

}  // namespace costcheck
