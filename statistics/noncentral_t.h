#pragma once

namespace costcheck {

/// The law of (Z + delta) / sqrt(chi2 / nu), Z normal, chi2 with nu = degrees > 0, independent:
/// that of t when the true effect is delta standard errors.
///
/// Boost's series to |delta| = 20,000. Beyond it Z is left out, so that P(T > t) becomes
/// P(chi2 < nu (delta / t)^2): wrong by less than about nu / delta^2 of the law's width.
struct NoncentralT {
  double degrees = 1;
  double delta = 0;

  double Below(double t) const;  ///< P(T <= t)
  double Above(double t) const;  ///< P(T > t), without cancellation
};

/// The delta at which P(T > t) = p, 0 < p < 1; it grows with t and with p.
double DeltaWithAbove(double t, double degrees, double p);

/// The delta at which P(T <= t) = p, 0 < p < 1; it grows with t and falls with p.
double DeltaWithBelow(double t, double degrees, double p);

}  // namespace costcheck
