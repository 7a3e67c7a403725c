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
///   RMSNorm        rows before their weight, for its gradient: it is composed of products
///   cross-entropy  4 more bytes a target, which LibTorch takes as int64 only, and the sum of
///                  the targets' weights
///   projections    a copy of the rows, where they are part of a text and no matrix as they lie
///
/// Copies in another order of heads are kept in place of what they are copies of. Nothing where no
/// gradient flows.
std::vector<ExtraKept> ExtraKeptByLibTorch(const Operator& op, const Graph& graph, PairRule rule);

}  // namespace costcheck
