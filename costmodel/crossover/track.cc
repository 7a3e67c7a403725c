#include "costmodel/crossover/track.h"

#include <algorithm>
#include <set>
#include <utility>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/roots.h"

namespace costcheck {

namespace {

bool Contains(const Range& range, const Integer& x) {
  return x >= range.first && (!range.last || x <= *range.last);
}

/// Every integer at which the sign of p on integers may change.
std::set<Integer> Breakpoints(const Univariate& p, const Range& range) {
  std::set<Integer> points;
  if (range.last == range.first || p.IsZero()) return points;
  points.insert(range.first + 1);
  if (range.last) points.insert(*range.last);
  if (!MayHaveRootBetween(p.coefficients(), range.first, range.last)) return points;
  const RootIsolation isolation = IsolatePositiveRoots(p.coefficients());
  for (const RealRoot& root : isolation.roots) {
    const Integer floor = FloorOfRoot(isolation, root);
    if (floor > range.first && Contains(range, floor)) points.insert(floor);
    if (floor >= range.first && Contains(range, floor + 1)) points.insert(floor + 1);
  }
  return points;
}

}  // namespace

void Append(Track& track, const Integer& first, Univariate value) {
  if (!track.empty() && track.back().value == value) return;
  track.push_back({first, std::move(value)});
}

const Segment& SegmentAt(const Track& track, const Integer& x) {
  const auto after = std::upper_bound(
      track.begin(), track.end(), x,
      [](const Integer& value, const Segment& segment) { return value < segment.first; });
  COSTCHECK_CHECK(after != track.begin());
  return *(after - 1);
}

std::optional<Integer> LastOf(const Track& track, std::size_t index, const Range& range) {
  if (index + 1 < track.size()) return track[index + 1].first - 1;
  return range.last;
}

std::vector<SignStep> SignSteps(const Univariate& p, const Range& range) {
  std::vector<SignStep> steps{{range.first, p.SignAt(range.first)}};
  for (const Integer& x : Breakpoints(p, range)) {
    const int sign = p.SignAt(x);
    if (sign != steps.back().sign) steps.push_back({x, sign});
  }
  return steps;
}

std::optional<Integer> FirstWithSign(const Univariate& p, const Range& range, int low, int high) {
  for (const SignStep& step : SignSteps(p, range)) {
    if (step.sign >= low && step.sign <= high) return step.first;
  }
  return std::nullopt;
}

Track MinOf(const Track& a, const Track& b, const Range& range) {
  Track result;
  VisitTogether(a, b, range, [&](const Range& part, const Univariate& p, const Univariate& q) {
    for (const SignStep& step : SignSteps(p - q, part)) {
      Append(result, step.first, step.sign <= 0 ? p : q);
    }
  });
  return result;
}

}  // namespace costcheck
