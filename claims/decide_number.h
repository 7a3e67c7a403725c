#pragma once

#include <map>
#include <string>
#include <vector>

#include "claims/claim.h"
#include "claims/evaluator.h"
#include "claims/outcome.h"
#include "claims/recount.h"
#include "costmodel/algebra/parse.h"

namespace costcheck {

/// Decides numbers with `is` or `crossover`.
class NumberDecider {
 public:
  /// Keeps references to both.
  NumberDecider(const ClaimFile& file, ClaimEvaluator& evaluator);

  /// Recomputed as the claim counts; then each declared reading, then every built-in scope
  /// (scopes.h); where it fails, with the usual slips (slips.h). Where the expression holds claims
  /// or facts, the number holds if some value that their digits allow does. Requires `is` or
  /// `crossover`. CostError, with file:line, for what cannot be recomputed as the claim or a
  /// reading says; a built-in scope that means nothing here says so in its why_not.
  NumberOutcome Decide(const Claim& claim, std::size_t index);

 private:
  NumberOutcome OutcomeOf(const RecountSource& source, const Recount& recount) const;
  ScopeValue InReading(const ClaimReading& reading, const Claim& claim, const ClaimNumber& number);
  const std::vector<Argument>& OtherRows(const Claim& claim) const;

  ClaimEvaluator& evaluator_;
  std::map<std::string, std::vector<Argument>> settings_;  // by table, each once
};

}  // namespace costcheck
