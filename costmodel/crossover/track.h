#pragma once

#include <optional>
#include <vector>

#include "costmodel/algebra/number.h"
#include "costmodel/algebra/univariate.h"

// Piecewise polynomials on a range of integers.

namespace costcheck {

/// The integers first, first + 1, ..., last; without end where last is missing.
/// first >= 0, and never above last.
struct Range {
  Integer first;
  std::optional<Integer> last;
};

/// A polynomial that holds from `first` until the next segment begins.
struct Segment {
  Integer first;
  Univariate value;
};

/// Segments in ascending order; the first begins where the range does. Two
/// neighbours never hold the same polynomial.
using Track = std::vector<Segment>;

/// Appends a segment unless it only continues the last one. Requires that
/// `first` is above the last segment's.
void Append(Track& track, const Integer& first, Univariate value);

/// The segment that holds at x.
const Segment& SegmentAt(const Track& track, const Integer& x);

/// The last integer of segment `index`, nothing if it never ends.
std::optional<Integer> LastOf(const Track& track, std::size_t index, const Range& range);

/// From `first` on, until the next step, the function has this sign (-1, 0, 1).
struct SignStep {
  Integer first;
  int sign;
};

/// The signs of p on the integers of the range: the first step begins at
/// range.first, neighbours differ in sign. Exact, by the roots of p.
std::vector<SignStep> SignSteps(const Univariate& p, const Range& range);

/// The smallest x in the range where p has one of the signs from `low` to `high`.
std::optional<Integer> FirstWithSign(const Univariate& p, const Range& range, int low, int high);

/// Both tracks cut at the segments of either: calls visit(part, a, b) for each
/// part, on which both are one polynomial.
template <class Visit>
void VisitTogether(const Track& a, const Track& b, const Range& range, Visit visit) {
  std::size_t i = 0;
  std::size_t j = 0;
  Integer first = range.first;
  while (true) {
    const std::optional<Integer> last_a = LastOf(a, i, range);
    const std::optional<Integer> last_b = LastOf(b, j, range);
    const bool a_ends = last_a && (!last_b || *last_a <= *last_b);
    const std::optional<Integer>& last = a_ends ? last_a : last_b;
    visit(Range{first, last}, a[i].value, b[j].value);
    if (!last || last == range.last) return;
    first = *last + 1;
    if (last_a == last) ++i;
    if (last_b == last) ++j;
  }
}

/// The smaller of the two at every integer.
Track MinOf(const Track& a, const Track& b, const Range& range);

}  // namespace costcheck
