#include "verify/corpora/portable_math.h"

#include <cmath>

namespace costcheck {
namespace {

// ln 2 in two parts: the first has 21 trailing zero bits, so that its product with an exponent is
// exact.
constexpr double kLn2High = 6.93147180369123816490e-01;
constexpr double kLn2Low = 1.90821492927058770002e-10;

}  // namespace

double PortableLog(double x) {
  int exponent = 0;
  double fraction = std::frexp(x, &exponent);
  if (fraction < 0.70710678118654757) {
    fraction *= 2;
    --exponent;
  }
  // ln m = 2 (t + t^3/3 + t^5/5 + ...), t = (m - 1) / (m + 1), |t| < 0.1716.
  const double t = (fraction - 1) / (fraction + 1);
  const double square = t * t;
  double series = 0;
  for (int odd = 23; odd >= 3; odd -= 2) series = (series + 1.0 / odd) * square;
  return exponent * kLn2High + (2 * t + (2 * t * series + exponent * kLn2Low));
}

double PortableExp(double x) {
  const double doublings = std::floor(x / (kLn2High + kLn2Low) + 0.5);
  // |rest| <= ln(2) / 2.
  const double high = x - doublings * kLn2High;
  const double rest = high - doublings * kLn2Low;
  double series = 1;
  for (int n = 15; n >= 2; --n) series = 1 + series * rest / n;
  return std::ldexp(1 + rest * series, static_cast<int>(doublings));
}

}  // namespace costcheck
