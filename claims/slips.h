#pragma once

#include <string>
#include <vector>

#include "claims/claim.h"
#include "claims/evaluator.h"
#include "claims/outcome.h"
#include "claims/recount.h"
#include "costmodel/algebra/parse.h"

namespace costcheck {

struct FoundSlips {
  std::vector<Slip> fitting;  ///< the usual before the unusual
  int tried = 0;
};

/// A number that fails, and how it is recomputed.
struct SlipQuestion {
  const RecountSource& source;
  CountingLayers base;
  const Recount& recount;                   ///< as `base` counts
  const std::vector<Argument>& other_rows;  ///< what other claims of its table set
};

/// Tries the usual slips (slip_trials.h), each with the digits rounded, then cut off. Of other
/// widths, in which costs and their ratios move one way, only those next to where the printed
/// number lies are recomputed, but all are counted as tried.
///
/// Chance: ChanceOfFit of one and a half times as many slips as were tried up to the end of the
/// slip's kind (factors, counting, rows, widths), as the numbers that round to some digits and
/// those that are cut off to them together are half as many again.
/// Numbers that are claimed as a bound have no slips.
FoundSlips FindSlips(const SlipQuestion& question, ClaimEvaluator& evaluator);

}  // namespace costcheck
