#pragma once

#include <cmath>

namespace costcheck {

/// A sum with the rounding errors added up apart: Neumaier 1974. The error is below 2 units in the
/// last place of the sum, plus about n^2 * 2^-106 times the sum of the absolute values.
class CompensatedSum {
 public:
  void Add(double x) {
    const double sum = sum_ + x;
    lost_ += std::abs(sum_) >= std::abs(x) ? (sum_ - sum) + x : (x - sum) + sum_;
    sum_ = sum;
  }
  double Value() const { return sum_ + lost_; }

 private:
  double sum_ = 0;
  double lost_ = 0;
};

}  // namespace costcheck
