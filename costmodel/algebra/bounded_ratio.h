#pragma once

#include "costmodel/algebra/expr.h"

// The arithmetic of parsed text: CostError where a result would have far more
// terms or digits than any cost has, before the time is spent. For parse.cc.

namespace costcheck {

Ratio Negated(const Ratio& a);
Ratio Inverted(const Ratio& a);  ///< CostError if a is 0
Ratio BoundedSum(const Ratio& a, const Ratio& b);
Ratio BoundedProduct(const Ratio& a, const Ratio& b);
Ratio BoundedPower(const Ratio& base, int exponent);
/// The quotient as one expression: CostError if the division leaves a remainder.
Expr ExprOf(const Ratio& ratio);

}  // namespace costcheck
