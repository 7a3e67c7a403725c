#pragma once

#include <utility>

#include "costmodel/algebra/expr.h"

namespace costcheck {

/// An expression with a unit that the compiler checks: FLOPs and bytes do not add.
template <class Unit>
class Quantity {
 public:
  Quantity() = default;
  explicit Quantity(Expr value) : value_(std::move(value)) {}

  const Expr& value() const { return value_; }

  friend Quantity operator+(const Quantity& a, const Quantity& b) {
    return Quantity(a.value_ + b.value_);
  }
  friend Quantity operator-(const Quantity& a, const Quantity& b) {
    return Quantity(a.value_ - b.value_);
  }
  friend Quantity operator*(const Quantity& a, const Expr& count) {
    return Quantity(a.value_ * count);
  }
  Quantity& operator+=(const Quantity& other) { return *this = *this + other; }
  friend bool operator==(const Quantity& a, const Quantity& b) = default;

 private:
  Expr value_;
};

using MultiplyAdds = Quantity<struct MultiplyAddUnit>;
using Flops = Quantity<struct FlopUnit>;
using Bytes = Quantity<struct ByteUnit>;
using Elements = Quantity<struct ElementUnit>;
using ParameterCount = Quantity<struct ParameterUnit>;

}  // namespace costcheck
