#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "claims/claim.h"
#include "claims/evaluator.h"
#include "claims/outcome.h"
#include "claims/statistic.h"
#include "claims/statistic_names.h"

namespace costcheck {

/// The cells of a statistic: as printed, and the ends of what their digits allow.
struct EvaluatedCells {
  StatisticCells value, lower, upper;
};

/// CostError as ClaimEvaluator.
EvaluatedCells EvaluateCells(const ClaimStatistic& statistic, ClaimEvaluator& evaluator,
                             CountingLayers counting);

/// What a figure can be within the digits of its cells; the value alone where that has no ends.
RationalInterval FigureRange(const StatisticRequest& request, const EvaluatedCells& cells);

struct StatisticOutcome {
  NumberOutcome number;
  /// Cells without which the mean is what is printed; empty where it holds, or no part fits.
  std::vector<std::string> left_out;
};

/// Decides a number with a statistic: recomputed from its cells, counted as the claim says; where
/// it holds, in each declared reading, and where it does not, with the usual slips
/// (statistic_slips.h). CostError, with file:line, for what cannot be computed.
StatisticOutcome DecideStatistic(const Claim& claim, const ClaimNumber& number,
                                 ClaimEvaluator& evaluator);

/// "mean of Q1b, Q2b and Q3b"; of more than four the first two and the last: "mean of the 7 cells
/// Q1b, Q2b, ..., Q7b", "effect size d_z of the 7 pairs Q1a_1 against Q1a_2, ...".
std::string StatisticText(const ClaimStatistic& statistic);

}  // namespace costcheck
