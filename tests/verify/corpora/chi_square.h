#pragma once

#include <cmath>
#include <cstdint>
#include <span>

namespace costcheck {

/// Whether counts could be draws by these probabilities: Pearson's statistic lies below about the
/// 10^-6 quantile of its upper tail (Wilson & Hilferty 1931). Cells that expect nothing must be
/// empty.
inline bool CouldBeDrawsOf(std::span<const double> probabilities,
                           std::span<const std::int64_t> counts) {
  double draws = 0;
  for (const std::int64_t count : counts) draws += static_cast<double>(count);
  double statistic = 0;
  double freedom = -1;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double expected = draws * probabilities[i];
    const double observed = static_cast<double>(counts[i]);
    if (expected == 0 && observed != 0) return false;
    if (expected == 0) continue;
    statistic += (observed - expected) * (observed - expected) / expected;
    ++freedom;
  }
  const double spread = 2 / (9 * freedom);
  const double quantile = freedom * std::pow(1 - spread + 4.75 * std::sqrt(spread), 3);
  return statistic < quantile;
}

}  // namespace costcheck
