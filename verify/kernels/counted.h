#pragma once

#include <cmath>
#include <cstdint>

#include "verify/kernels/products.h"

// A scalar that tallies what is done with it, to run kernels on: what a kernel reports of itself is
// its own formula, this is a count.

namespace costcheck {

/// Operations of one thread.
struct OperationTally {
  std::int64_t product_multiplies = 0;  ///< inside Dot and Axpy
  std::int64_t product_additions = 0;
  std::int64_t multiplies = 0;  ///< everywhere else, as all that follow
  std::int64_t additions = 0;   ///< and subtractions
  std::int64_t comparisons = 0;
  std::int64_t divisions = 0;
  std::int64_t exponentials = 0;

  friend bool operator==(const OperationTally&, const OperationTally&) = default;
};

/// The tally of the calling thread, to be set to {} and read.
inline OperationTally& TallyOfThread() {
  thread_local OperationTally tally;
  return tally;
}

/// Whether the calling thread is inside a product.
inline bool& InProductOfThread() {
  thread_local bool inside = false;
  return inside;
}

template <class Real>
class Counted {
 public:
  Counted() = default;
  explicit Counted(double value) : value_(static_cast<Real>(value)) {}

  Real value() const { return value_; }

  friend Counted operator*(const Counted& a, const Counted& b) {
    ++(InProductOfThread() ? TallyOfThread().product_multiplies : TallyOfThread().multiplies);
    return Of(a.value_ * b.value_);
  }
  friend Counted operator+(const Counted& a, const Counted& b) {
    CountAddition();
    return Of(a.value_ + b.value_);
  }
  friend Counted operator-(const Counted& a, const Counted& b) {
    CountAddition();
    return Of(a.value_ - b.value_);
  }
  friend Counted operator/(const Counted& a, const Counted& b) {
    ++TallyOfThread().divisions;
    return Of(a.value_ / b.value_);
  }
  Counted& operator+=(const Counted& other) { return *this = *this + other; }
  friend bool operator<(const Counted& a, const Counted& b) {
    ++TallyOfThread().comparisons;
    return a.value_ < b.value_;
  }
  friend Counted exp(const Counted& a) {
    ++TallyOfThread().exponentials;
    return Of(std::exp(a.value_));
  }

 private:
  static Counted Of(Real value) {
    Counted counted;
    counted.value_ = value;
    return counted;
  }
  static void CountAddition() {
    ++(InProductOfThread() ? TallyOfThread().product_additions : TallyOfThread().additions);
  }

  Real value_ = 0;
};

template <class Real>
struct ProductScope<Counted<Real>> {
  ProductScope() { InProductOfThread() = true; }
  ~ProductScope() { InProductOfThread() = false; }
  ProductScope(const ProductScope&) = delete;
  ProductScope& operator=(const ProductScope&) = delete;
};

}  // namespace costcheck
