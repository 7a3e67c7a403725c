#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "costmodel/operators/memory_log.h"

// LibTorch's automatic differentiation, as far as memory goes: which arrays a node of the graph
// holds, in which order nodes run, and when gradients come and go.

namespace costcheck {

/// Where a gradient goes: to what a node put out.
struct GradientEdge {
  std::optional<std::size_t> node{};
  std::size_t output = 0;
};

/// An array, and where its gradient goes; nowhere if it requires none.
struct Tracked {
  Handle value{};
  GradientEdge gradient{};

  bool RequiresGradient() const { return gradient.node.has_value(); }
};

class Tape {
 public:
  /// Gradients of a node's outputs (null where none came) and what it saved, to the gradients of
  /// its inputs, in their order; null where none is wanted.
  using Rule = std::function<std::vector<Handle>(const std::vector<Handle>& gradients,
                                                 const std::vector<Handle>& saved)>;

  /// With `records` off nothing requires a gradient, as in a forward pass alone. `adds_in_place`:
  /// see Backward.
  explicit Tape(MemoryLog& log, bool records, bool adds_in_place = false)
      : log_(log), records_(records), adds_in_place_(adds_in_place) {}

  /// An array that a gradient is kept for. Once a node passes it one, the tape holds it until
  /// Clear.
  Tracked Leaf(const Handle& value);

  /// What an operator put out. Where an input requires a gradient, a node that holds `saved` until
  /// it has run in backward; else `saved` is let go.
  std::vector<Tracked> Record(const std::vector<Tracked>& inputs, std::vector<Handle> saved,
                              const std::vector<Handle>& outputs, Rule rule);

  /// From a number on: the node added last of those that have all their gradients runs next, leaves
  /// before all. What a node saved, and the gradients that came to it, are released when it has
  /// run. A second gradient is added to the first in a new array; with `adds_in_place` into the
  /// first one's where nothing else holds that, it is no view and has no gaps. The first one to a
  /// leaf is kept as it is where it alone holds the array and lies as the variable does, else
  /// copied.
  void Backward(const Tracked& number);

  /// Releases the nodes, and with them what they hold: leaves' arrays and gradients, too.
  void Clear() { nodes_.clear(); }

  /// Null before a backward pass reached it.
  const Handle& GradientOf(const Tracked& leaf) const;

 private:
  struct Node {
    std::vector<GradientEdge> next;
    std::vector<Dimensions> input_sizes;
    std::vector<Handle> saved;
    std::size_t outputs = 0;
    Rule rule;
    bool is_leaf = false;
    Handle leaf;      ///< the leaf's array, once a gradient goes to it
    Handle gradient;  ///< of a leaf
  };
  class Pass;

  void HoldLeaf(const Tracked& input);

  MemoryLog& log_;
  bool records_, adds_in_place_;
  std::vector<Node> nodes_;
};

}  // namespace costcheck
