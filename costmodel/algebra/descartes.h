#pragma once

#include <optional>
#include <vector>

#include "costmodel/algebra/number.h"

// Descartes' rule of signs and the substitutions that it needs, for root isolation. A polynomial is
// its coefficients in ascending order.

namespace costcheck {

/// Without zeros at the high end.
void Trim(std::vector<Integer>& p);

/// p(-x).
std::vector<Integer> Mirror(std::vector<Integer> p);
/// p(x + 1).
void ShiftByOne(std::vector<Integer>& p);
/// p(x + step).
void ShiftBy(std::vector<Integer>& p, const Integer& step);
/// p(2^exponent x), up to a positive factor.
std::vector<Integer> ScaleArgument(std::vector<Integer> p, int exponent);
/// 2^n p(x / 2), n the degree.
void HalveArgument(std::vector<Integer>& p);

/// True if some coefficients are above 0 and others below.
bool HasBothSigns(const std::vector<Integer>& p);
/// min(2, sign changes in (x + 1)^n p(1 / (x + 1))): a bound, right if 0 or 1, on the number of
/// roots in (0, 1).
int DescartesBound(std::vector<Integer> p);
/// e such that every positive root is below 2^e; nothing if there is none. Requires a last
/// coefficient that is not zero.
std::optional<int> PositiveRootBound(const std::vector<Integer>& p);

}  // namespace costcheck
