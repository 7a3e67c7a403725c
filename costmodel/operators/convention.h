#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "costmodel/algebra/quantity.h"
#include "costmodel/operators/cost.h"
#include "costmodel/operators/graph.h"

namespace costcheck {

enum class CausalRule { kFull, kHalf, kExact };
enum class PairCount { kUseful, kExecuted };
enum class Scope { kCore, kModule, kLayer, kModel };
enum class Phase { kForward, kTraining, kPrefill, kDecode };

/// How FLOPs are counted: data, printed with every result. A published number
/// is reproduced by naming its convention.
struct Convention {
  std::string name;
  std::string source;
  int flops_per_multiply_add = 2;
  CausalRule causal_rule = CausalRule::kExact;
  PairCount count = PairCount::kUseful;
  Scope scope = Scope::kCore;
  Rational softmax_flops = 0;      ///< per element that goes through a softmax
  Rational comparison_flops = 0;   ///< per comparison of a top-k or a sort
  bool lookup_as_product = false;  ///< an embedding look-up as a one-hot product
  bool logits = true;              ///< output logits counted (Kaplan: not)
  /// Backward as a multiple of the forward of differentiable operators; nothing
  /// means derived operator by operator.
  std::optional<Rational> backward_factor;
  /// A source's own weights on the forward of a part (Kaplan: core 1/2).
  std::map<Part, Rational> part_weights;
  /// Further forwards in a training step by part (Megatron: all but logits, 1).
  std::map<Part, Rational> recomputed_forwards;
  bool binary_bytes = false;  ///< print bytes as GiB, not GB
  std::string counts;         ///< one clause for people: what is in the figure
  std::string leaves_out;     ///< one clause for people: what is not

  /// The pair rule of a count: executed, or the causal rule where it is useful.
  /// Without a causal mask every causal rule counts the pattern as it is.
  PairRule Rule(bool causal) const;
  /// The same for a phase: a decoded token sees every key that its pattern
  /// keeps, so that no causal rule but the exact one means anything there.
  PairRule Rule(bool causal, Phase phase) const;
  /// Name and value of every field, for output.
  std::vector<std::pair<std::string, std::string>> Fields() const;
};

/// first-principles, seeds, seeds-projections, kaplan, chinchilla, palm, megatron,
/// nanogpt, pytorch, flash-attention; in this order.
std::span<const Convention> Conventions();
/// CostError with the nearest name if there is none such.
const Convention& FindConvention(std::string_view name);

/// core: selection and core; module: projections too; layer: norms and
/// feed-forward too; model: embedding and logits too.
bool InScope(Part part, Scope scope);

/// The headline FLOPs of one pass' cost: multiply-adds, softmax, comparisons
/// and look-ups as the convention weighs them.
Flops Headline(const Cost& cost, const Convention& convention);

/// FLOPs of the graph within the convention's scope, for a forward pass or a
/// training step (forward and backward); prefill and decode are forwards of
/// graphs built for them.
Flops CountFlops(const Graph& graph, const Convention& convention, Phase phase, bool causal);

/// The same by part, each with what its weights and recomputation make of it;
/// parts outside the scope are absent.
std::map<Part, Flops> FlopsByPart(const Graph& graph, const Convention& convention, Phase phase,
                                  bool causal);

/// Everything in scope, forward (and backward in training), unweighted: what
/// the headline leaves out stands here, logits included.
Cost CountCost(const Graph& graph, const Convention& convention, Phase phase, bool causal);

CausalRule ParseCausalRule(std::string_view text);
Scope ParseScope(std::string_view text);
Phase ParsePhase(std::string_view text);
PairCount ParsePairCount(std::string_view text);
std::string_view Name(CausalRule rule);
std::string_view Name(Scope scope);
std::string_view Name(Phase phase);
std::string_view Name(PairCount count);

}  // namespace costcheck
