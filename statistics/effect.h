#pragma once

#include <cstddef>
#include <span>

#include "statistics/result.h"

// Effect sizes: differences in units of a standard deviation. Which one is a choice that changes
// the figure; a quoted d says nothing without it.
//
// CostError for too few values, NaN or infinities, and values without spread.

namespace costcheck {

struct EffectSize {
  double d = 0;        ///< as computed; on average too large for few values
  double g = 0;        ///< d times HedgesFactor, unbiased under a normal law
  double degrees = 0;  ///< of the standard deviation in d
};

/// d_z = mean / standard deviation of the differences; n - 1 degrees. At least 3 differences, as
/// the correction is 0 with 1 degree of freedom.
EffectSize PairedEffect(std::span<const double> differences);

/// Cohen's d of two groups: (mean a - mean b) / sqrt(((n_a - 1) s_a^2 + (n_b - 1) s_b^2) /
/// degrees), degrees = n_a + n_b - 2. It ignores pairing. At least 2 values each.
EffectSize PooledEffect(std::span<const double> a, std::span<const double> b);

/// Gamma(m/2) / (sqrt(m/2) Gamma((m-1)/2)) with m degrees of freedom (Hedges 1981, eq. 6e), the
/// exact form of 1 - 3 / (4 m - 1). CostError unless m > 1.
double HedgesFactor(double degrees);

/// Interval of the true d_z from an observed d_z of n >= 2 pairs: those whose noncentral t law
/// (delta = d_z sqrt(n)) has the observed t = d_z sqrt(n) in neither outer (1 - level) / 2.
Interval PairedEffectInterval(double d, std::size_t n, double level);

}  // namespace costcheck
