#include "statistics/noncentral_t.h"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/non_central_t.hpp>
#include <cmath>

#include "statistics/root.h"

namespace costcheck {
namespace {

using boost::math::chi_squared;
using boost::math::complement;
using boost::math::non_central_t;

/// Boost counts terms in an int, about delta^2 / 2 of them.
constexpr double kLargestDelta = 20000;

/// nu (delta / t)^2, where |T| > |t| is left with certainty to chi2 alone.
double ChiSquare(const NoncentralT& law, double t) {
  return law.degrees * (law.delta / t) * (law.delta / t);
}

/// A step of the size on which delta acts: 1, or the spread of t s for large t.
double StepFor(double t, double degrees) { return 1 + std::abs(t) / std::sqrt(2 * degrees); }

}  // namespace

double NoncentralT::Above(double t) const {
  if (delta < -kLargestDelta) return NoncentralT{degrees, -delta}.Below(-t);
  if (delta <= kLargestDelta) return cdf(complement(non_central_t(degrees, delta), t));
  return t <= 0 ? 1 : cdf(chi_squared(degrees), ChiSquare(*this, t));
}

double NoncentralT::Below(double t) const {
  if (delta < -kLargestDelta) return NoncentralT{degrees, -delta}.Above(-t);
  if (delta <= kLargestDelta) return cdf(non_central_t(degrees, delta), t);
  return t <= 0 ? 0 : cdf(complement(chi_squared(degrees), ChiSquare(*this, t)));
}

double DeltaWithAbove(double t, double degrees, double p) {
  const auto excess = [&](double delta) { return NoncentralT{degrees, delta}.Above(t) - p; };
  return RootOfIncreasing(excess, t, StepFor(t, degrees));
}

double DeltaWithBelow(double t, double degrees, double p) {
  const auto lack = [&](double delta) { return p - NoncentralT{degrees, delta}.Below(t); };
  return RootOfIncreasing(lack, t, StepFor(t, degrees));
}

}  // namespace costcheck
