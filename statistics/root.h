#pragma once

#include <boost/math/tools/roots.hpp>
#include <cstdint>

#include "costmodel/algebra/error.h"

namespace costcheck {

/// Where an increasing function is 0: from `start` it steps outwards by `step`, doubled each time,
/// until the signs differ, then encloses the root (Alefeld, Potra and Shi 1995, algorithm 748) to
/// 48 of 53 bits. CostError if no sign change is found within 2^60 steps.
template <class Function>
double RootOfIncreasing(const Function& f, double start, double step) {
  double lower = start, upper = start;
  double at_lower = f(start), at_upper = at_lower;
  if (at_lower == 0) return start;
  for (int i = 0; (at_lower < 0) == (at_upper < 0); ++i, step *= 2) {
    if (i > 60) throw CostError("The equation for an effect or a power has no solution.");
    if (at_lower > 0) {
      upper = lower, at_upper = at_lower;
      at_lower = f(lower -= step);
    } else {
      lower = upper, at_lower = at_upper;
      at_upper = f(upper += step);
    }
    if (at_lower == 0) return lower;
    if (at_upper == 0) return upper;
  }
  std::uintmax_t iterations = 200;
  const auto [below, above] =
      boost::math::tools::toms748_solve(f, lower, upper, at_lower, at_upper,
                                        boost::math::tools::eps_tolerance<double>(48), iterations);
  return below + (above - below) / 2;
}

}  // namespace costcheck
