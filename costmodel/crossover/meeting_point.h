#pragma once

#include <optional>
#include <string>

#include "costmodel/algebra/number.h"
#include "costmodel/algebra/symbol.h"
#include "costmodel/crossover/piecewise.h"
#include "costmodel/crossover/track.h"

namespace costcheck {

/// A real root, for a reader.
struct MeetingPoint {
  Rational lower;  ///< lower <= root <= upper, equal where the root is rational
  Rational upper;
  std::string decimal;
  std::optional<std::string> closed_form;
  std::string condition;  ///< the integers on which its polynomial holds: "T >= 8"
};

/// The last root of the function in [n - 1, n), of those where it changes sign
/// if there are any, n being an integer at which the function is not 0. Nothing
/// unless one polynomial holds on [n - 1, n], whatever the residue: where floors
/// act, only integers matter. `digits` after the point; lower and upper are at
/// most 10^-digits apart.
std::optional<MeetingPoint> FindMeetingPoint(const Piecewise& function, const Range& range,
                                             const Symbol& x, const Integer& n, int digits);

}  // namespace costcheck
