#include "statistics/noncentral_t.h"

#include <cmath>

#include "tests/catch.h"
#include "tests/statistics/samples.h"

namespace costcheck {
namespace {

/// P(T <= t) from the definition: the mean of Phi(t s - delta) over s = sqrt(chi2 / nu), whose
/// density is 2 (nu/2)^(nu/2) / Gamma(nu/2) s^(nu - 1) exp(-nu s^2 / 2); Simpson's rule.
double Integral(double nu, double delta, double t) {
  const double log_factor = std::log(2.0) + nu / 2 * std::log(nu / 2) - std::lgamma(nu / 2);
  const int steps = 40'000;
  const double width = (1 + 30 / std::sqrt(2 * nu)) / steps;
  double sum = 0;
  for (int i = 0; i <= steps; ++i) {
    const double s = i * width;
    const double log_power = i == 0 ? (nu == 1 ? 0 : -1e9) : (nu - 1) * std::log(s);
    const double density = std::exp(log_factor + log_power - nu * s * s / 2);
    const double weight = i == 0 || i == steps ? 1 : (i % 2 == 1 ? 4 : 2);
    sum += weight * density * std::erfc((delta - t * s) / std::sqrt(2.0)) / 2;
  }
  return sum * width / 3;
}

}  // namespace

TEST_CASE("Both tails are those of the definition, integrated", "[statistics][noncentral_t]") {
  for (const double nu : {1.0, 2.0, 6.0, 29.0, 211.0}) {
    for (const double delta : {-7.0, -0.5, 0.0, 2.1, 17.0, 140.0}) {
      for (const double t : {-3.0, 0.0, 0.9 * delta, 1.3 * delta, delta + 2}) {
        CAPTURE(nu, delta, t);
        const double below = Integral(nu, delta, t);
        const NoncentralT law{nu, delta};
        CHECK(std::abs(law.Below(t) - below) < 1e-9);
        CHECK(std::abs(law.Above(t) - (1 - below)) < 1e-9);
      }
    }
  }
}

TEST_CASE("The law of a larger delta goes on where the series ends", "[statistics][noncentral_t]") {
  for (const double sign : {1.0, -1.0}) {
    for (const double degrees : {1.0, 6.0, 29.0}) {
      for (const double part : {0.8, 1.0, 1.2}) {
        CAPTURE(sign, degrees, part);
        const double delta = sign * 20'000;
        const NoncentralT series{degrees, delta}, beyond{degrees, delta * 1.0001};
        CHECK(Near(beyond.Below(part * delta * 1.0001), series.Below(part * delta), 1e-6));
        CHECK(Near(beyond.Above(part * delta * 1.0001), series.Above(part * delta), 1e-6));
      }
    }
  }
  CHECK(NoncentralT{6, 1e7}.Below(0) == 0);
  CHECK(NoncentralT{6, 1e7}.Above(-3) == 1);
}

TEST_CASE("A delta found from a probability has that probability", "[statistics][noncentral_t]") {
  for (const double degrees : {1.0, 6.0, 29.0}) {
    for (const double t : {-40.0, -1.2, 0.0, 2.03, 50.0, 3000.0}) {
      for (const double p : {0.005, 0.3, 0.9}) {
        CAPTURE(degrees, t, p);
        CHECK(Near(NoncentralT{degrees, DeltaWithAbove(t, degrees, p)}.Above(t), p, 1e-9));
        CHECK(Near(NoncentralT{degrees, DeltaWithBelow(t, degrees, p)}.Below(t), p, 1e-9));
      }
    }
  }
}

}  // namespace costcheck
