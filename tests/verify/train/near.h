#pragma once

#include <cmath>

namespace costcheck {

/// Within a share of `wanted`.
inline bool Near(double value, double wanted, double share = 1e-12) {
  return std::abs(value - wanted) <= share * std::abs(wanted);
}

}  // namespace costcheck
