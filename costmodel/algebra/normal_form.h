#pragma once

#include <functional>
#include <optional>

#include "costmodel/algebra/expr.h"

// What expressions and atoms share on the way to their normal forms. For the
// sources of this folder only.

namespace costcheck {

using VariablePredicate = std::function<bool(const Variable&)>;
bool IsSymbol(const Variable& variable);

/// The monomial of the least exponents that the chosen variables have in any
/// term of the two; the coefficient is 1. Dividing by it leaves no negative
/// exponent and no common power of those variables.
Polynomial CommonMonomial(const Polynomial& a, const Polynomial& b,
                          const VariablePredicate& chosen);
/// 1 / monomial. Requires one term of coefficient 1.
Polynomial Inverse(const Polynomial& monomial);
/// The term without its coefficient. Requires a monomial.
Polynomial WithoutCoefficient(const Polynomial& monomial);

/// a / b where it leaves no remainder. CostError if b is zero.
std::optional<Expr> ExactQuotient(const Expr& a, const Expr& b);

/// Powers of a min above the first, rewritten by m^2 = (a + b) m - a b for
/// m = min(a, b).
Polynomial WithoutMinSquares(Polynomial polynomial);
bool HasMin(const Polynomial& polynomial);

/// True if the coefficients alone show that every value is an integer.
bool IsIntegerValued(const Polynomial& polynomial);

bool ProvesNonNegative(Sign sign);
bool ProvesNonPositive(Sign sign);

}  // namespace costcheck
