#pragma once

#include <map>
#include <optional>
#include <vector>

#include "costmodel/operators/convention.h"
#include "costmodel/operators/graph.h"

namespace costcheck {

/// FLOPs of one graph as a convention and a phase have them.
struct FlopFormulas {
  std::map<Part, Expr> by_part;
  std::map<Part, Expr> forward;  ///< of one forward pass, by the same convention
  Expr decode;                   ///< of one token at the end of T
};

/// The graphs of one structure, on which any number of conventions count FLOPs. A second text is
/// seen whole, whatever mask the first one has. Of look-ups a source that counts them as products
/// means those of tokens; the loss it leaves out.
class FlopGraphs {
 public:
  FlopGraphs() = default;
  /// `causal` is the mask of the first text. Without `decode` no token is decoded.
  FlopGraphs(Graph training, std::optional<Graph> decode, bool causal);

  FlopFormulas Count(const Convention& convention, Phase phase) const;

 private:
  /// Operators that one text's mask holds for.
  struct Masked {
    Graph graph;
    bool causal;
  };
  using ByText = std::vector<Masked>;

  static ByText Split(Graph graph, bool causal);
  static std::map<Part, Expr> Sum(const ByText& graphs, const Convention& convention, Phase phase);

  ByText training_;
  ByText decode_;
};

}  // namespace costcheck
