#pragma once

#include <optional>
#include <vector>

#include "costmodel/operators/head_groups.h"
#include "costmodel/operators/replay.h"

namespace costcheck {

/// Heads of several kinds, each writing its part of one output: the run of core operators whose
/// outputs are views of the heads' output.
///
///   approximated   value rows gathered for all such heads, two products by a matrix a head, a relu
///   dense          softmax(q k^T) v of one head after another, every score in memory, q scaled
///   gathered       one head after another in a kernel, with positions of its own
///   others         zeros
///
/// Queries, keys and values are read as views of one head each, whose gradients are put together
/// again at once; the parts are put side by side by at::cat, and live until that is done.
class HeadParts {
 public:
  static bool StartsAt(const Graph& graph, std::size_t first);

  HeadParts(Replay& replay, std::size_t first);
  /// Returns the number of the operator after it.
  std::size_t Run();

 private:
  struct HeadInputs {
    Tracked q, k, v;
  };

  void RunApproximated();
  void RunDense();
  void RunGathered();
  /// Views of every head, made once.
  void SplitHeads(TensorId q, TensorId k, TensorId v);
  HeadInputs NextHead();
  Tracked Gathered(const HeadInputs& head, std::int64_t kept, std::int64_t slots);
  void AddPart(const Tracked& out);
  Tracked Joined();
  std::int64_t HeadsWritten(std::size_t op) const;

  Replay& replay_;
  Aten& aten_;
  std::size_t at_;
  TensorId out_;
  HeadSizes heads_;
  std::int64_t written_ = 0;  ///< heads so far
  std::vector<Tracked> parts_;
  std::vector<Tracked> q_, k_, v_;  ///< by head
};

}  // namespace costcheck
