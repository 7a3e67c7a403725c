#include "costmodel/crossover/meeting_point.h"

#include <fmt/format.h>

#include <algorithm>

#include "costmodel/algebra/roots.h"
#include "costmodel/crossover/closed_form.h"

namespace costcheck {

namespace {

/// A polynomial and the integers on which every track holds it.
struct Holding {
  Univariate polynomial;
  Range range;
};

std::size_t IndexAt(const Track& track, const Integer& x) {
  return static_cast<std::size_t>(&SegmentAt(track, x) - track.data());
}

/// The segments of all tracks at x, where they hold the same polynomial.
std::optional<Holding> HoldingAt(const Piecewise& function, const Range& range, const Integer& x) {
  Holding holding{function.PolynomialAt(x), range};
  for (const Track& track : function.tracks) {
    const std::size_t index = IndexAt(track, x);
    if (track[index].value != holding.polynomial) return std::nullopt;
    holding.range.first = std::max(holding.range.first, track[index].first);
    const std::optional<Integer> last = LastOf(track, index, range);
    if (last && (!holding.range.last || *last < *holding.range.last)) holding.range.last = last;
  }
  return holding;
}

/// The polynomial on the reals of [n - 1, n]. Where segments meet there, the
/// pieces must agree at n - 1 or at n, and the corner then lies at that integer.
std::optional<Holding> HoldingBefore(const Piecewise& function, const Range& range,
                                     const Integer& n) {
  const Integer before = n - 1;
  auto right = HoldingAt(function, range, n);
  if (!right || right->range.first <= before) return right;
  auto left = HoldingAt(function, range, before);
  if (!left) return std::nullopt;
  const auto agree = [&](const Integer& x) {
    return left->polynomial.Evaluate(x) == right->polynomial.Evaluate(x);
  };
  if (agree(n)) return left;
  return agree(before) ? right : std::nullopt;
}

/// The last root in [n - 1, n), a sign change if there is one.
std::optional<RealRoot> RootBefore(const RootIsolation& isolation, const Integer& n) {
  std::optional<RealRoot> found;
  for (const RealRoot& root : isolation.roots) {
    const bool inside = CompareRoot(isolation, root, Rational(Integer(n - 1))) >= 0 &&
                        CompareRoot(isolation, root, Rational(n)) < 0;
    if (inside && (!found || root.ChangesSign() || !found->ChangesSign())) found = root;
  }
  return found;
}

std::string ConditionText(const Range& holding, const Range& whole, const Symbol& x) {
  const bool from_start = holding.first == whole.first;
  if (holding.last == whole.last) {
    return from_start ? "" : fmt::format("{} >= {}", x.name(), ToString(holding.first));
  }
  const std::string upper = fmt::format("{} <= {}", x.name(), ToString(*holding.last));
  return from_start ? upper : ToString(holding.first) + " <= " + upper;
}

}  // namespace

std::optional<MeetingPoint> FindMeetingPoint(const Piecewise& function, const Range& range,
                                             const Symbol& x, const Integer& n, int digits) {
  if (function.stepped || n <= range.first) return std::nullopt;
  const auto holding = HoldingBefore(function, range, n);
  if (!holding) return std::nullopt;
  const RootIsolation isolation = IsolatePositiveRoots(holding->polynomial.coefficients());
  const auto root = RootBefore(isolation, n);
  if (!root) return std::nullopt;
  const std::string condition = ConditionText(holding->range, range, x);
  const std::string decimal = RootDecimal(isolation, *root, digits);
  const auto text = RootText(isolation, *root);
  if (const auto value = RationalRoot(isolation, *root)) {
    return MeetingPoint{*value, *value, decimal, text, condition};
  }
  const Rational width(1, pow(Integer(10), static_cast<unsigned>(digits)));
  const RealRoot fine = RefineRoot(isolation, *root, width);
  return MeetingPoint{fine.LowerBound(), fine.UpperBound(), decimal, text, condition};
}

}  // namespace costcheck
