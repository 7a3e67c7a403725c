#pragma once

#include <span>
#include <vector>

#include "costmodel/algebra/expr.h"

// Substitute and Evaluate for the formulas of models, which mostly are polynomials in sizes and T:
// the same results in a fraction of the time.

namespace costcheck {

/// Substitute(formula, bindings).
Expr Bind(const Expr& formula, const Bindings& bindings);

/// The values of a formula in T at these lengths, exact. CostError naming another symbol.
std::vector<Rational> ValuesAt(const Expr& formula, std::span<const Integer> lengths);

}  // namespace costcheck
