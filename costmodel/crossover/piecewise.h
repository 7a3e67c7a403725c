#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "costmodel/algebra/number.h"
#include "costmodel/algebra/univariate.h"
#include "costmodel/crossover/track.h"

// Piecewise quasi-polynomials on a range of integers: what a cost in one free
// symbol x becomes. On every residue class x = r (mod period) the function is a
// piecewise polynomial in x, its track. On x = q t + r,
//
//   floor(p(x) / q) = (p(x) - (p(r) mod q)) / q,
//
// so floors are exact, and min splits a track at isolated roots. The form is
// closed under sums, products, min, floors of quotients and ceil(log2).

namespace costcheck {

/// tracks[r] holds for x = r (mod period), period = tracks.size().
struct Piecewise {
  std::vector<Track> tracks;
  /// A floor was cut into runs of one value: no polynomial holds between integers.
  bool stepped = false;

  std::uint64_t period() const { return tracks.size(); }
  const Track& TrackOf(std::uint64_t residue) const { return tracks[residue % tracks.size()]; }
  /// The polynomial whose value at x is the function's.
  const Univariate& PolynomialAt(const Integer& x) const;
  Rational Evaluate(const Integer& x) const { return PolynomialAt(x).Evaluate(x); }
};

/// What a computation may grow to before it is given up.
struct Limits {
  std::uint64_t period = 1 << 16;
  std::size_t segments = 1 << 20;  ///< over all tracks of one function
  std::size_t runs = 1 << 18;      ///< of one value, where a floor is cut into runs
};

/// The operations, on one range. One that would grow past the limits sets
/// exceeded() and returns a function of no meaning; everything after it is cheap.
class PiecewiseAlgebra {
 public:
  explicit PiecewiseAlgebra(Range range, Limits limits = {});

  const Range& range() const { return range_; }
  bool exceeded() const { return exceeded_; }
  void SetExceeded() { exceeded_ = true; }
  void ClearExceeded() { exceeded_ = false; }

  /// Requires that x >= 1 in the range where p has a negative exponent.
  Piecewise Polynomial(const Univariate& p) const;
  Piecewise Sum(const Piecewise& a, const Piecewise& b);
  Piecewise Difference(const Piecewise& a, const Piecewise& b);
  Piecewise Product(const Piecewise& a, const Piecewise& b);
  Piecewise Min(const Piecewise& a, const Piecewise& b);
  /// 1 / a. CostError naming the place where a is 0. A polynomial of several
  /// terms is tabulated, integer by integer.
  Piecewise Inverse(const Piecewise& a);
  /// The largest integer that is not above a: periodic where the period stays
  /// within its limit, else in runs of one value.
  Piecewise Floor(const Piecewise& a);
  /// ceil(log2(a)), 0 where a <= 1: in runs of one value.
  Piecewise CeilLog2(const Piecewise& a);

 private:
  using TrackOperation = std::function<Track(const Track&, const Track&)>;
  Piecewise Combine(const Piecewise& a, const Piecewise& b, const TrackOperation& operation);
  /// A level is a maximal run of integers with one value; see LevelOf in the source.
  template <class Level>
  Piecewise CutIntoLevels(const Piecewise& a);
  Piecewise FloorByPeriod(const Piecewise& a, std::uint64_t factor);
  Piecewise MapSegments(const Piecewise& a,
                        const std::function<void(const Univariate&, const Range&, Track&)>& map);
  std::uint64_t FloorPeriod(const Piecewise& a) const;
  Piecewise Checked(Piecewise result);
  Piecewise GiveUp();

  Range range_;
  Limits limits_;
  bool exceeded_ = false;
};

}  // namespace costcheck
