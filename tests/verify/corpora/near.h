#pragma once

#include <cmath>

namespace costcheck {

/// Whether a number is within a relative error of an expected one.
inline bool Near(double number, double expected, double relative) {
  return std::abs(number - expected) <= relative * std::abs(expected);
}

}  // namespace costcheck
