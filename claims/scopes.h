#pragma once

#include <string>
#include <vector>

#include "claims/claim.h"
#include "claims/evaluator.h"
#include "claims/outcome.h"
#include "claims/recount.h"

namespace costcheck {

/// Another way of counting, tried on every claim that it means something for.
struct BuiltInScope {
  std::string name;
  ClaimCounting counting;  ///< above the claim's
};

/// For expressions (or the costs of a crossover) that are counted as `base` says:
///
///   all heads            sparse_heads = H, no others; where a call takes sparse_heads from what is
///   other heads exact    set, and it or exact_heads is set to something else. sparse_heads = 1,
///                        exact_heads = H - 1
///   selection counted    selection = 1, where it is set to 0; with all heads, too
///   core, module, layer, model           but the one of `base`; of attentions and models
///   training, prefill, decode            but the one of `base`; of whatever has a cost
///   not causal, or causal                the other way; of attentions and models
///   executed, or useful                  the other way; of attentions and models
///
/// Nothing where no cost is called.
std::vector<BuiltInScope> BuiltInScopes(const std::vector<std::string>& expressions,
                                        CountingLayers base, ClaimEvaluator& evaluator);

/// The number in a scope; where it cannot be had, why.
ScopeValue ValueInScope(const RecountSource& source, const BuiltInScope& scope, CountingLayers base,
                        ClaimEvaluator& evaluator);

}  // namespace costcheck
