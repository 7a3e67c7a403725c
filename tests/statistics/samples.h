#pragma once

#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "statistics/random.h"

namespace costcheck {

/// Eleven differences without ties or zeros, of either sign: the sample of the golden figures.
inline const std::vector<double> kEleven = {2.9, -1.3, 4.7, 0.8,  3.1, -0.4,
                                            5.3, 1.9,  2.2, -2.6, 7.7};

/// Seven skewed values above 0.
inline const std::vector<double> kSkewed = {0.31, 2.7, 11.0, 0.053, 1.9, 0.7, 4.1};

inline bool Near(double value, double expected, double relative) {
  return std::abs(value - expected) <= relative * std::abs(expected);
}

inline std::vector<double> Times(std::vector<double> values, double factor) {
  for (double& value : values) value *= factor;
  return values;
}

inline std::vector<double> Plus(std::vector<double> values, double shift) {
  for (double& value : values) value += shift;
  return values;
}

/// Normal numbers by the method of Box and Muller.
inline std::vector<double> NormalDraws(RandomSource& random, std::size_t n, double mean = 0) {
  std::vector<double> values(n);
  for (double& value : values) {
    const double radius = std::sqrt(-2 * std::log(1 - random.Unit()));
    value = mean + radius * std::cos(2 * std::numbers::pi * random.Unit());
  }
  return values;
}

/// Small whole numbers from -4 to 4: many ties, some zeros.
inline std::vector<double> TiedDraws(RandomSource& random, std::size_t n) {
  std::vector<double> values(n);
  for (double& value : values) value = static_cast<double>(random.Below(9)) - 4;
  return values;
}

}  // namespace costcheck
