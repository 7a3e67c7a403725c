#include "verify/corpora/portable_math.h"

#include <cmath>
#include <limits>

#include "tests/catch.h"
#include "verify/corpora/random.h"

namespace costcheck {
namespace {

// Distance to the exact value, taken from long double, in units of the result's last place.
double UnitsOff(double result, long double exact) {
  const auto near = static_cast<double>(exact);
  const double unit =
      std::nextafter(std::abs(near), std::numeric_limits<double>::infinity()) - std::abs(near);
  return static_cast<double>(std::abs(static_cast<long double>(result) - exact)) / unit;
}

TEST_CASE("The logarithm is within two units in the last place") {
  Stream stream(37, "logarithm");
  double worst = 0;
  for (int i = 0; i < 200000; ++i) {
    const double x = std::ldexp(1 + stream.Uniform(), static_cast<int>(stream.Below(200)) - 100);
    worst = std::max(worst, UnitsOff(PortableLog(x), std::log(static_cast<long double>(x))));
  }
  for (int n = 2; n < 100000; ++n) {
    worst = std::max(worst, UnitsOff(PortableLog(n), std::log(static_cast<long double>(n))));
  }
  for (int i = 0; i < 100000; ++i) {  // near 1, where the logarithm is small
    const double x = 0.999 + 0.002 * stream.Uniform();
    worst = std::max(worst, UnitsOff(PortableLog(x), std::log(static_cast<long double>(x))));
  }
  CHECK(worst < 2);
  CHECK(PortableLog(1) == 0);
}

TEST_CASE("The exponential is within two units in the last place") {
  Stream stream(41, "exponential");
  double worst = 0;
  for (int i = 0; i < 200000; ++i) {
    const double x = 1400 * stream.Uniform() - 700;
    worst = std::max(worst, UnitsOff(PortableExp(x), std::exp(static_cast<long double>(x))));
    const double y = 2 * stream.Uniform() - 1;
    worst = std::max(worst, UnitsOff(PortableExp(y), std::exp(static_cast<long double>(y))));
  }
  CHECK(worst < 2);
  CHECK(PortableExp(0) == 1);
}

// The bits themselves, as the same series gives them in Python: a fused multiply-add, or another
// library, would change them.
TEST_CASE("The bits of both functions are fixed") {
  double sum = 0;
  for (int n = 2; n < 2000; ++n) sum += PortableExp(-1.2 * PortableLog(n));
  CHECK(sum == 0x1.bfc3e4b9234fcp+1);
}

}  // namespace
}  // namespace costcheck
