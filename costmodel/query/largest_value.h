#pragma once

namespace costcheck {

/// The largest length, and the largest value of any symbol: far above every
/// model, and small enough that a mistyped exponent is told at once.
inline constexpr long long kLargestValue = 1'000'000'000'000'000'000;

}  // namespace costcheck
