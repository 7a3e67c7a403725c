#pragma once

#include <span>
#include <string>

#include "claims/claim.h"
#include "claims/evaluator.h"
#include "claims/named_numbers.h"
#include "claims/outcome.h"
#include "evidence/record.h"

namespace costcheck {

/// What a check is made with.
struct CheckContext {
  const ClaimFile& file;
  const Claim& claim;
  const NamedNumbers& names;
  ClaimEvaluator& evaluator;
  std::span<const RunRecord> records;

  /// As the claim counts.
  Rational Value(const std::string& expression) const {
    const ClaimCounting* const layers[] = {&claim.counting};
    return evaluator.Value(expression, layers);
  }
  RationalInterval Range(const std::string& expression) const {
    const ClaimCounting* const layers[] = {&claim.counting};
    return evaluator.Range(expression, layers);
  }
  Expr Formula(const std::string& expression, const std::string& symbol) const {
    const ClaimCounting* const layers[] = {&claim.counting};
    return evaluator.Formula(expression, symbol, layers);
  }
  /// "V2 (0.151)" of a claim's number or fact, the expression itself of another.
  std::string Named(const std::string& expression) const { return names.List({expression}); }
};

}  // namespace costcheck
