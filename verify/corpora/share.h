#pragma once

#include <cmath>
#include <cstdint>

namespace costcheck {

/// floor(share * n), where a product within 10^-9 of a whole number is that number: what a person
/// means by 0.29 of 100. Requires share and n at least 0.
inline std::int64_t ShareOf(double share, std::int64_t n) {
  constexpr double kNear = 1e-9;
  return static_cast<std::int64_t>(std::floor(share * static_cast<double>(n) + kNear));
}

}  // namespace costcheck
