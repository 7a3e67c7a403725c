#pragma once

#include "claims/claim.h"
#include "claims/evaluator.h"

namespace costcheck {

/// CostError, with file:line, where claims' numbers are recomputed from each other in a circle, or
/// one from itself: then each would only repeat what is printed. What a number is recomputed from
/// is named by its expressions, the cells of its statistic and the costs of its crossover; readings
/// and checks recompute nothing. In time linear in all names.
void CheckCircles(const ClaimFile& file, ClaimEvaluator& evaluator);

}  // namespace costcheck
