#include "statistics/smallest_p.h"

#include <algorithm>
#include <cmath>

#include "costmodel/algebra/error.h"

namespace costcheck {

double SmallestP(std::size_t n, Sides sides) {
  const int power = static_cast<int>(std::min<std::size_t>(n, 4096));
  return std::min(1.0, std::ldexp(sides == Sides::kTwo ? 2.0 : 1.0, -power));
}

std::size_t SmallestPairs(double p, Sides sides) {
  if (!(p > 0 && p <= 1)) throw CostError("A p-value must lie above 0 and not above 1.");
  std::size_t n = 0;
  while (SmallestP(n, sides) > p) ++n;
  return n;
}

}  // namespace costcheck
