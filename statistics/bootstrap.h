#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "statistics/result.h"

// Bootstrap intervals (Efron and Tibshirani 1993, chapters 13 and 14): the statistic of many
// samples drawn from the sample with replacement. They assume no law, but they need values: with
// fewer than about 20 they are too narrow (of 5 normal values, nominal 95 % covers some 82 %).
//
// Indices come from RandomSource::Below(n), value after value, resample after resample, so that a
// seed gives the same interval on every platform, but for the rounding of the statistic and of
// the C library.
//
// The quantile at p is at position p (m + 1) of the m sorted results, counted from 1, with linear
// interpolation, held within 1 .. m. A sample whose resamples all give one result has that result
// at both ends.
//
// CostError for fewer than 2 values, NaN or infinities (of the statistic too), a level outside
// (0, 1), or resamples so few that (1 - level) / 2 (m + 1) < 1, an end beyond all results.

namespace costcheck {

using Statistic = std::function<double(std::span<const double>)>;

struct BootstrapOptions {
  double level = 0.95;
  std::size_t resamples = 9999;
  std::uint64_t seed = 1;
};

/// The (1 - level) / 2 and (1 + level) / 2 quantiles of the resampled statistic.
Interval PercentileInterval(std::span<const double> values, const Statistic& statistic,
                            const BootstrapOptions& options = {});

/// The same quantiles moved for bias and skewness (BCa; eqs. 14.9, 14.10, 14.14 and 14.15): the
/// bias from the part of resampled results below the observed one, ties (to kTieTolerance of the
/// results' range) counted half; the acceleration from the jackknife. At least 3 values.
/// CostError where all results lie on one side of the observed one.
Interval BcaInterval(std::span<const double> values, const Statistic& statistic,
                     const BootstrapOptions& options = {});

}  // namespace costcheck
