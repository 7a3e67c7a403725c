#pragma once

#include "claims/check_context.h"

namespace costcheck {

/// kExperiment, by the t interval at the level of
///   value        the arm's mean
///   difference   the mean of arm - baseline over pairs of one seed
///   ratio        the mean of arm - q baseline, q the number it is compared with: a ratio of means
///                is below q where that is below 0; every value of the baseline is above 0
/// supported where the whole interval satisfies the predicate, refuted where no point of it does,
/// else inconclusive; inconclusive with fewer than 2 seeds, and for runs that diverged. Draws:
/// supported where the number, within its digits, lies from the least to the greatest value of at
/// least 10 seeds; else refuted, but inconclusive where one more draw of the same law would lie
/// outside with a chance, 2 / (seeds + 1), above 1 - level: below 39 seeds at 0.95. Open where no
/// runs are recorded. Other alarms of the runs are named. CostError as FindExperimentRuns. A
/// predicate that compares has a baseline.
CheckOutcome CheckExperiment(const ClaimCheck& check, const CheckContext& context);

}  // namespace costcheck
