#pragma once

#include <string_view>
#include <vector>

#include "costmodel/algebra/quantity.h"
#include "costmodel/operators/graph.h"
#include "costmodel/operators/lowering.h"

namespace costcheck {

/// Parameters of the graph, each tensor once (views are the same parameter),
/// times its repeat.
ParameterCount CountParameters(const Graph& graph);

/// What the definition must keep from forward to backward, ideal: for every
/// differentiable operator the tensors that its gradient reads (SavedForBackward,
/// gradient.h), each storage once (a view shares), its repeat included.
/// Left out: parameters and buffers, tensors on chip, and what recomputed operators put out;
/// they keep their inputs instead, and a recomputed softmax its row statistics.
/// Row statistics of norms take p bytes a number, like activations.
/// As LibTorch does it, more: what lowering.h says, and inputs that a gradient is kept for.
Bytes KeptForBackward(const Graph& graph, PairRule rule, Lowering lowering = Lowering::kIdeal);

/// One entry of that sum, for itemised output.
struct KeptTensor {
  TensorId tensor;
  Bytes bytes;
  bool statistics = false;      ///< not the tensor but numbers a row of it (norms)
  std::string_view extra = {};  ///< not the tensor but what LibTorch keeps beside it, and why
};
std::vector<KeptTensor> KeptTensors(const Graph& graph, PairRule rule,
                                    Lowering lowering = Lowering::kIdeal);

/// Parameters, in bytes, that a gradient reaches: those that some differentiated operator reads.
Bytes GradientBytes(const Graph& graph);

enum class Optimizer { kSgd, kSgdMomentum, kAdamW };
/// What it keeps from step to step: nothing; a momentum as large as the gradients; two moments
/// (Loshchilov 2019, Algorithm 2).
Bytes OptimizerBytes(const Graph& graph, Optimizer optimizer);

/// Bytes of the caches (Role::kCache), repeat included: what a decoder holds.
Bytes CacheBytes(const Graph& graph);

/// One element for every attended pair of every head: p * B * L * heads * pairs.
Bytes ScoreBytes(const Graph& graph, PairRule rule);

}  // namespace costcheck
