#pragma once

#include <vector>

#include "costmodel/algebra/number.h"

// Square-free decomposition of integer polynomials, for root isolation. A
// polynomial is its coefficients in ascending order, the last one not zero.

namespace costcheck {

/// A square-free primitive polynomial and how often it divides the whole.
struct SquareFreeFactor {
  std::vector<Integer> coefficients;
  int multiplicity;
};

/// Proves that no root is multiple, by the greatest common divisor with the
/// derivative modulo the prime 2^61 - 1. False means only that it proves nothing.
bool ProvenSquareFree(const std::vector<Integer>& coefficients);

/// The factors of positive degree, pairwise coprime, whose powers multiply to
/// the polynomial up to a constant. Yun's algorithm (SYMSAC 1976).
std::vector<SquareFreeFactor> SquareFreeFactors(const std::vector<Integer>& coefficients);

/// The product of two polynomials.
std::vector<Integer> Multiply(const std::vector<Integer>& a, const std::vector<Integer>& b);

}  // namespace costcheck
