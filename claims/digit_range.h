#pragma once

#include <vector>

#include "claims/printed_number.h"
#include "costmodel/algebra/expr.h"

namespace costcheck {

/// What a quotient of expressions can be where each of `symbols`, on its own, is anywhere from 0 to
/// 1; it holds no others. A number of n digits is lower + (upper - lower) u with such a symbol u.
///
/// Why corners do. Where numerator and denominator are linear in one symbol, the others held, the
/// quotient (a u + b) / (c u + e) has the derivative (a e - b c) / (c u + e)^2, of one sign between
/// its poles: without a pole in [0, 1] it is largest at an end. So one symbol after the other moves
/// to an end, and both extremes lie on corners; all are tried, for up to 12 symbols. A symbol in
/// which it is not linear, and each of more than 12, must move the quotient one way: the sign of
/// N' D - N D' is taken from its coefficients (a polynomial in numbers from 0 to 1 lies between its
/// constant plus the negative and its constant plus the positive ones). Where the quotient turns
/// within the digits, the intervals are halved, one symbol's after the other's, up to 10 times, and
/// what then still turns is enclosed, a little too widely. A min of two is the one or the other
/// where that is certain, and both are tried where it is not.
///
/// CostError where the denominator may be 0, and for a floor or a logarithm of a symbol.
RationalInterval RangeInUnitBox(const Ratio& ratio, const std::vector<Symbol>& symbols);

}  // namespace costcheck
