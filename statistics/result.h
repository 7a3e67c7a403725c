#pragma once

// What tests and intervals of this room return, and how they are asked.

namespace costcheck {

/// A closed interval; lower <= upper.
struct Interval {
  double lower = 0;
  double upper = 0;
};

/// The side on which a difference counts against "there is none".
enum class Alternative {
  kLess,     ///< only a mean below 0
  kGreater,  ///< only a mean above 0
  kTwoSided  ///< either
};

/// kOne stands for kLess and kGreater where both give the same number.
enum class Sides { kOne, kTwo };

struct TestResult {
  double p = 1;       ///< in (0, 1]
  bool exact = true;  ///< false: p is drawn at random or approximated, as the test's header says
};

/// Two values at most this part of their size apart count as tied: differences of decimal numbers
/// that agree on paper differ in their last bits (0.3 - 0.1 is not 0.2), and a tie that is missed
/// makes p too small. A billionth is far above that rounding, and far below what is measured.
inline constexpr double kTieTolerance = 1e-9;

}  // namespace costcheck
