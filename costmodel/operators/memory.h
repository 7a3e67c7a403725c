#pragma once

#include <vector>

#include "costmodel/algebra/quantity.h"
#include "costmodel/operators/graph.h"

namespace costcheck {

/// Parameters of the graph, each tensor once (views are the same parameter),
/// times its repeat.
ParameterCount CountParameters(const Graph& graph);

/// What the definition must keep from forward to backward, ideal: for every
/// differentiable operator the tensors that its gradient reads (SavedForBackward,
/// gradient.h), each storage once (a view shares), its repeat included.
/// Left out: parameters, tensors on chip, and what recomputed operators put out;
/// they keep their inputs instead, and a recomputed softmax its row statistics.
/// Row statistics of norms take p bytes a number, like activations.
Bytes KeptForBackward(const Graph& graph, PairRule rule);

/// One entry of that sum, for itemised output.
struct KeptTensor {
  TensorId tensor;
  Bytes bytes;
  bool statistics = false;  ///< not the tensor but numbers a row of it (norms)
};
std::vector<KeptTensor> KeptTensors(const Graph& graph, PairRule rule);

/// Bytes of the caches (Role::kCache), repeat included: what a decoder holds.
Bytes CacheBytes(const Graph& graph);

/// One element for every attended pair of every head: p * B * L * heads * pairs.
Bytes ScoreBytes(const Graph& graph, PairRule rule);

}  // namespace costcheck
