#pragma once

#include <string_view>
#include <vector>

#include "costmodel/operators/graph.h"

namespace costcheck {

/// Whose bytes are meant.
enum class Lowering {
  kIdeal,     ///< what the definition needs
  kLibTorch,  ///< what LibTorch does, running a graph operator by operator (timeline.h)
};

/// What an operator keeps for backward beside what its gradient needs.
struct ExtraKept {
  TensorId tensor;       ///< what it is made of
  Expr bytes;            ///< once: op.repeat is not in it
  std::string_view why;  ///< "rows before their weight"
};

/// Where LibTorch keeps more than SavedForBackward (gradient.h) says:
///
///   RMSNorm        is composed of products: the rows before their weight, for the weight's
///   gradient cross-entropy  takes int64 targets, 4 more bytes each, and keeps the sum of their
///   weights a product      that reads part of a tensor copies its rows, unless there is one
///   sequence
///
/// Copies in another order of heads are kept in place of what they are copies of. Nothing where no
/// gradient flows.
std::vector<ExtraKept> ExtraKeptByLibTorch(const Operator& op, const Graph& graph, PairRule rule);

}  // namespace costcheck
