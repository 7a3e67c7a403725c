#pragma once

#include <string>
#include <string_view>

#include "costmodel/algebra/number.h"

// A number as it was printed, and what the rounding to its digits allows.

namespace costcheck {

/// A closed interval of rationals; lower <= upper.
struct RationalInterval {
  Rational lower;
  Rational upper;

  bool Contains(const Rational& value) const { return lower <= value && value <= upper; }
};

struct PrintedNumber {
  std::string text;  ///< as printed, without its unit: "2,147.5", "24", "1e-3"
  std::string unit;  ///< "", "x", "%", "FLOP", "MFLOP", "GB", "GiB", "billion parameter", ...
  Rational value;    ///< in the base unit: 2147500000 (FLOP), 0.24 (%)
  Rational step;     ///< one unit of the last digit that counts, in the base unit
  std::string base;  ///< the base unit: "FLOP", "byte", "1", "parameter", ...

  /// value -+ step/2: every number that rounds to these digits, both ends included.
  RationalInterval Rounded() const;
  /// From value to value + step: what cuts off to these digits; for negative ones towards 0, for
  /// 0 on both sides. The far end is included, though it would be printed otherwise.
  RationalInterval Truncated() const;
};

/// Whether the text has the form that ParsePrinted reads.
bool IsPrinted(std::string_view text);

/// Reads digits with or without separators of thousands ("2,147.5", "1e-3", "-0.6") and a unit
/// (printed_unit.h). Digits behind a point count, zeros as well. Zeros at the end of a whole
/// number, or before its exponent, count only if `digits`, the number of significant digits, says
/// so: "2,100,000" has two, and a step of 100,000; digits = 4 makes it 1,000; digits = 0 leaves
/// the rule. CostError for text that is no such number, for one of more than 100 digits or with an
/// exponent beyond +-300, for `digits` that it cannot have, and for a unit that is none, with the
/// nearest.
PrintedNumber ParsePrinted(std::string_view text, std::string_view unit, int digits = 0);

}  // namespace costcheck
