#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "costmodel/algebra/expr.h"
#include "costmodel/algebra/horner.h"

namespace costcheck {

/// An expression without atoms, compiled for exact evaluation at many integer
/// points. Every part for which a bound shows that 126 bits are enough runs on
/// 128-bit integers, the others on Integer: the result is the same.
class ExactProgram {
 public:
  /// CostError naming what is missing if a symbol of `expr` is not among
  /// `symbols`, or if `expr` holds a min, floor or logarithm, or over 32 symbols.
  ExactProgram(const Expr& expr, std::vector<Symbol> symbols);

  /// Values in the order of `symbols`. Requires none to be 0 where the
  /// expression divides by it.
  Rational Evaluate(std::span<const std::int64_t> values) const;

  /// Evaluate times the common denominator and times every symbol's shift(): an
  /// integer, without the division that bringing a Rational to lowest terms costs.
  Integer EvaluateNumerator(std::span<const std::int64_t> values) const;
  const Integer& denominator() const { return denominator_; }

 private:
  __extension__ using Wide = __int128;

  bool FitsWide(std::size_t nest, std::span<const int> bits) const;
  Integer Run(std::size_t nest, std::span<const std::int64_t> variables,
              std::span<const int> bits) const;
  Wide RunWide(std::size_t nest, std::span<const std::int64_t> variables) const;
  void BoundNests(std::size_t variables);

  HornerForm form_;
  std::vector<std::size_t> column_;      // of each variable, its place in `symbols`
  std::vector<Integer> coefficients_;    // of each term
  std::vector<Wide> wide_coefficients_;  // the same, where all fit; else empty
  std::vector<int> degrees_;             // of each nest in each variable
  std::vector<Integer> sums_;            // of each nest's absolute coefficients
  std::vector<int> sum_bits_;
  Integer denominator_;
};

}  // namespace costcheck
