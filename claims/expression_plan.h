#pragma once

#include <string>
#include <vector>

#include "claims/claim_names.h"
#include "costmodel/algebra/parse.h"
#include "costmodel/algebra/symbol.h"
#include "costmodel/component.h"
#include "costmodel/query/subject.h"

// An expression that is read once and evaluated often: counted in other scopes, with other slips.

namespace costcheck {

/// A part that has another value whenever it is counted in another way.
struct PlanLeaf {
  const Component* component = nullptr;  ///< null: a symbol
  CostCall call;
  std::string symbol;
};

struct ExpressionPlan {
  Ratio ratio;                   ///< in LeafSymbol(0), LeafSymbol(1), ...
  std::vector<PlanLeaf> leaves;  ///< each place has its own; a definition is one place
  /// False where a model is called, or the expression cannot be read. The ratio is simplified as
  /// one of positive numbers: it must not be used where a leaf is 0 or below.
  bool usable = false;
};

ExpressionPlan PlanOf(const ClaimNames& names, const std::string& expression);

/// What stands for the leaf of that index: a positive rational.
Symbol LeafSymbol(std::size_t index);

}  // namespace costcheck
