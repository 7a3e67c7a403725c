#pragma once

#include <string>
#include <vector>

#include "claims/claim.h"
#include "claims/evaluator.h"
#include "costmodel/algebra/parse.h"

namespace costcheck {

/// One thing that may have gone wrong: the printed number times `factor` is the recomputed one, and
/// that counted with `counting` above the claim's.
struct SlipTrial {
  std::string name;
  Rational factor = 1;
  ClaimCounting counting;
  std::string replaces, by;  ///< a number in the expressions, and another in its place
};

/// Slips of the printed number alone: none, for digits that were cut off; 1000, a million, 1024, 2
/// and 10 times too small or too large; of bytes also 1.024, its square and cube (GB and GiB) and 8
/// (bits), of others 1.024 alone (K is 1000 or 1024); of plain numbers and percent 100.
std::vector<SlipTrial> FactorSlips(const PrintedNumber& claimed);

/// What a slip of counting is looked for in.
struct SlipSubject {
  const std::vector<std::string>& expressions;
  CountingLayers base;
  ClaimEvaluator& evaluator;

  bool Takes(std::string_view name) const;
  bool CallsAttention() const;
};

/// Slips of how it was counted, as far as they mean something for these expressions: all pairs,
/// half of them, the causal ones; T = 128,000 and 131,072, and every T that is a whole number of
/// thousands of either kind; one head for H, and H for one.
std::vector<SlipTrial> CountingSlips(const SlipSubject& subject);

/// One symbol as another row of the same table has it: `others` are those rows' settings.
std::vector<SlipTrial> RowSlips(const SlipSubject& subject, const std::vector<Argument>& others);

/// Other widths d, in ascending order: multiples of w (64 where that is not set) up to twice d, and
/// a quarter, half, twice and four times of it, as far as heads divide them. None where no cost
/// takes d from what is set.
std::vector<SlipTrial> WidthSlips(const SlipSubject& subject);

}  // namespace costcheck
