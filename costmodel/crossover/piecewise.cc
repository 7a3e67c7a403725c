#include "costmodel/crossover/piecewise.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "costmodel/algebra/error.h"

namespace costcheck {

namespace {

bool IsSinglePoint(const Range& range) { return range.last && *range.last == range.first; }

std::uint64_t Residue(const Integer& x, std::uint64_t period) {
  return static_cast<std::uint64_t>(Integer(x % period));
}

/// Ways to cut a polynomial into runs of one value: by the roots at which runs
/// end, by its values at all integers, or not at all, where the runs are more
/// than the limit for certain.
enum class Cutting { kByRoots, kByValues, kHopeless };

/// Finding the end of a run costs as much as about this many values.
constexpr int kValuesForARoot = 64;

/// How a function is cut into runs of one value: floor.
struct FloorLevel {
  static Cutting HowToCut(const Univariate& p, const Range& range, std::size_t most) {
    if (!range.last) return p.degree() > 0 ? Cutting::kHopeless : Cutting::kByRoots;
    const Integer count = *range.last - range.first + 1;
    const Rational rise = abs(p.Evaluate(*range.last) - p.Evaluate(range.first));
    if (count > most) return rise > most ? Cutting::kHopeless : Cutting::kByRoots;
    return rise * kValuesForARoot > count ? Cutting::kByValues : Cutting::kByRoots;
  }
  static Integer ValueAt(const Rational& a) { return Floor(a); }
  /// The first x in the range where floor(p) is no longer `value`.
  static std::optional<Integer> End(const Univariate& p, const Integer& value, const Range& range) {
    const auto above = FirstWithSign(p - Univariate(Rational(Integer(value + 1))), range, 0, 1);
    const auto below = FirstWithSign(p - Univariate(Rational(value)), range, -1, -1);
    return above && (!below || *above < *below) ? above : below;
  }
};

/// As FloorLevel, for ceil(log2(p)) with 0 below 1.
struct LogLevel {
  static Cutting HowToCut(const Univariate& p, const Range& range, std::size_t) {
    return !range.last && p.degree() > 0 ? Cutting::kHopeless : Cutting::kByRoots;
  }
  static Integer ValueAt(const Rational& a) {
    return a <= 1 ? Integer(0) : Integer(costcheck::CeilLog2(Ceil(a)));
  }
  static std::optional<Integer> End(const Univariate& p, const Integer& value, const Range& range) {
    const auto exponent = static_cast<unsigned>(value);
    const Rational top(Integer(1) << exponent);
    const auto above = FirstWithSign(p - Univariate(top), range, 1, 1);
    if (value == 0) return above;
    const auto below = FirstWithSign(p - Univariate(top / 2), range, -1, 0);
    return above && (!below || *above < *below) ? above : below;
  }
};

/// The number m such that floor(p) on x = r (mod period) repeats its fraction
/// for every m steps of the class. Requires p.low() >= 0.
Integer FractionPeriod(const Univariate& p, std::uint64_t period, std::uint64_t residue) {
  Univariate varying = p.Compose(period, residue);
  varying -= Univariate(p.Evaluate(residue));
  return varying.denominator();
}

}  // namespace

const Univariate& Piecewise::PolynomialAt(const Integer& x) const {
  return SegmentAt(TrackOf(Residue(x, period())), x).value;
}

PiecewiseAlgebra::PiecewiseAlgebra(Range range, Limits limits)
    : range_(std::move(range)), limits_(limits) {
  COSTCHECK_CHECK(range_.first >= 0 && (!range_.last || range_.first <= *range_.last));
}

Piecewise PiecewiseAlgebra::Polynomial(const Univariate& p) const {
  COSTCHECK_CHECK(p.low() >= 0 || range_.first > 0);
  return {{{{range_.first, p}}}};
}

Piecewise PiecewiseAlgebra::GiveUp() {
  exceeded_ = true;
  return Polynomial({});
}

Piecewise PiecewiseAlgebra::Checked(Piecewise result) {
  std::size_t segments = 0;
  for (const Track& track : result.tracks) segments += track.size();
  return segments > limits_.segments ? GiveUp() : result;
}

Piecewise PiecewiseAlgebra::Combine(const Piecewise& a, const Piecewise& b,
                                    const TrackOperation& operation) {
  if (exceeded_) return GiveUp();
  const std::uint64_t period = std::lcm(a.period(), b.period());
  if (period > limits_.period) return GiveUp();
  Piecewise result{{}, a.stepped || b.stepped};
  result.tracks.reserve(period);
  std::size_t segments = 0;
  for (std::uint64_t r = 0; r < period; ++r) {
    result.tracks.push_back(operation(a.TrackOf(r), b.TrackOf(r)));
    segments += result.tracks.back().size();
    if (segments > limits_.segments) return GiveUp();
  }
  return result;
}

namespace {

/// The operation on polynomials, part by part.
template <class Operation>
Track Pointwise(const Track& a, const Track& b, const Range& range, Operation operation) {
  Track result;
  result.reserve(std::max(a.size(), b.size()));
  VisitTogether(a, b, range, [&](const Range& part, const Univariate& p, const Univariate& q) {
    Append(result, part.first, operation(p, q));
  });
  return result;
}

}  // namespace

Piecewise PiecewiseAlgebra::Sum(const Piecewise& a, const Piecewise& b) {
  return Combine(a, b, [this](const Track& p, const Track& q) {
    return Pointwise(p, q, range_, std::plus<Univariate>());
  });
}

Piecewise PiecewiseAlgebra::Difference(const Piecewise& a, const Piecewise& b) {
  return Combine(a, b, [this](const Track& p, const Track& q) {
    return Pointwise(p, q, range_, std::minus<Univariate>());
  });
}

Piecewise PiecewiseAlgebra::Product(const Piecewise& a, const Piecewise& b) {
  return Combine(a, b, [this](const Track& p, const Track& q) {
    return Pointwise(p, q, range_, std::multiplies<Univariate>());
  });
}

Piecewise PiecewiseAlgebra::Min(const Piecewise& a, const Piecewise& b) {
  return Combine(a, b, [this](const Track& p, const Track& q) { return MinOf(p, q, range_); });
}

Piecewise PiecewiseAlgebra::MapSegments(
    const Piecewise& a, const std::function<void(const Univariate&, const Range&, Track&)>& map) {
  if (exceeded_) return GiveUp();
  Piecewise result{{}, a.stepped};
  for (const Track& track : a.tracks) {
    Track mapped;
    for (std::size_t i = 0; i < track.size() && !exceeded_; ++i) {
      map(track[i].value, {track[i].first, LastOf(track, i, range_)}, mapped);
    }
    result.tracks.push_back(std::move(mapped));
  }
  return exceeded_ ? GiveUp() : Checked(std::move(result));
}

Piecewise PiecewiseAlgebra::Inverse(const Piecewise& a) {
  return MapSegments(a, [this](const Univariate& p, const Range& range, Track& result) {
    if (p.coefficients().size() == 1 && (p.low() == 0 || range.first > 0)) {
      Append(result, range.first,
             Univariate(-p.low(), {p.denominator() * p.coefficients()[0].sign()},
                        abs(p.coefficients()[0])));
      return;
    }
    if (!range.last || *range.last - range.first > limits_.runs) {
      exceeded_ = true;
      return;
    }
    for (Integer x = range.first; x <= *range.last; ++x) {
      const Rational value = p.Evaluate(x);
      if (value == 0) throw CostError(fmt::format("A cost is divided by 0 at {}.", ToString(x)));
      Append(result, x, Univariate(1 / value));
    }
  });
}

namespace {

/// The runs of one value of a polynomial, appended; false where they are too many.
template <class Level>
bool CutSegment(const Univariate& p, const Range& range, std::size_t most, Track& runs) {
  const Cutting cutting = Level::HowToCut(p, range, most);
  if (cutting == Cutting::kHopeless) return false;
  const std::size_t before = runs.size();
  Range rest = range;
  while (runs.size() - before <= most) {
    const Integer value = Level::ValueAt(p.Evaluate(rest.first));
    Append(runs, rest.first, Univariate(Rational(value)));
    if (p.IsConstant() || IsSinglePoint(rest)) return true;
    rest.first += 1;
    if (cutting == Cutting::kByValues) continue;
    const std::optional<Integer> end = Level::End(p, value, rest);
    if (!end) return true;
    rest.first = *end;
  }
  return false;
}

}  // namespace

template <class Level>
Piecewise PiecewiseAlgebra::CutIntoLevels(const Piecewise& a) {
  Piecewise result = MapSegments(a, [this](const Univariate& p, const Range& range, Track& runs) {
    if (!CutSegment<Level>(p, range, limits_.runs, runs)) exceeded_ = true;
  });
  result.stepped = true;
  return result;
}

/// The least factor on a's period that makes floor(a) periodic; 0 where there is
/// none within the limit.
std::uint64_t PiecewiseAlgebra::FloorPeriod(const Piecewise& a) const {
  Integer factor = 1;
  for (std::uint64_t r = 0; r < a.period(); ++r) {
    const Track& track = a.tracks[r];
    for (std::size_t i = 0; i < track.size(); ++i) {
      const Univariate& p = track[i].value;
      if (p.IsConstant() || IsSinglePoint({track[i].first, LastOf(track, i, range_)})) continue;
      if (p.low() < 0) return 0;
      factor = Lcm(factor, FractionPeriod(p, a.period(), r));
      if (factor * a.period() > limits_.period) return 0;
    }
  }
  return static_cast<std::uint64_t>(factor);
}

Piecewise PiecewiseAlgebra::FloorByPeriod(const Piecewise& a, std::uint64_t factor) {
  Piecewise result{{}, a.stepped};
  for (std::uint64_t r = 0; r < a.period() * factor; ++r) {
    const Track& track = a.TrackOf(r);
    Track floors;
    for (std::size_t i = 0; i < track.size(); ++i) {
      const Univariate& p = track[i].value;
      const bool single = IsSinglePoint({track[i].first, LastOf(track, i, range_)});
      const Rational value = p.Evaluate(single ? track[i].first : Integer(r));
      const Rational floor(costcheck::Floor(value));
      Append(floors, track[i].first,
             single || p.IsConstant() ? Univariate(floor) : p - Univariate(value - floor));
    }
    result.tracks.push_back(std::move(floors));
  }
  return Checked(std::move(result));
}

Piecewise PiecewiseAlgebra::Floor(const Piecewise& a) {
  if (exceeded_) return GiveUp();
  const std::uint64_t factor = FloorPeriod(a);
  return factor == 0 ? CutIntoLevels<FloorLevel>(a) : FloorByPeriod(a, factor);
}

Piecewise PiecewiseAlgebra::CeilLog2(const Piecewise& a) { return CutIntoLevels<LogLevel>(a); }

}  // namespace costcheck
