#include "costmodel/algebra/square_free.h"

#include <cstdint>
#include <utility>

#include "costmodel/algebra/error.h"

namespace costcheck {

namespace {

using Coefficients = std::vector<Integer>;
__extension__ typedef unsigned __int128 Wide;

constexpr std::uint64_t kPrime = (std::uint64_t{1} << 61) - 1;

std::uint64_t MultiplyModulo(std::uint64_t a, std::uint64_t b) {
  const Wide product = static_cast<Wide>(a) * b;
  const std::uint64_t sum =
      static_cast<std::uint64_t>(product >> 61) + (static_cast<std::uint64_t>(product) & kPrime);
  return sum >= kPrime ? sum - kPrime : sum;
}

std::uint64_t SubtractModulo(std::uint64_t a, std::uint64_t b) {
  return a >= b ? a - b : a + kPrime - b;
}

std::uint64_t Reduce(const Integer& value) {
  const Integer remainder = value % kPrime;
  const auto residue = static_cast<std::int64_t>(remainder);  // |remainder| < 2^61
  return static_cast<std::uint64_t>(residue < 0 ? residue + static_cast<std::int64_t>(kPrime)
                                                : residue);
}

using Residues = std::vector<std::uint64_t>;

void Trim(Residues& p) {
  while (!p.empty() && p.back() == 0) p.pop_back();
}

/// a modulo b up to a constant factor, without inverses.
void PseudoRemainder(Residues& a, const Residues& b) {
  const std::uint64_t lead = b.back();
  while (a.size() >= b.size()) {
    const std::uint64_t top = a.back();
    const std::size_t shift = a.size() - b.size();
    for (std::uint64_t& c : a) c = MultiplyModulo(c, lead);
    for (std::size_t i = 0; i < b.size(); ++i) {
      a[i + shift] = SubtractModulo(a[i + shift], MultiplyModulo(top, b[i]));
    }
    Trim(a);
  }
}

void MakePrimitive(Coefficients& p) {
  while (!p.empty() && p.back().is_zero()) p.pop_back();
  Integer content = 0;
  for (const Integer& c : p) {
    content = Gcd(content, c);
    if (content == 1) return;
  }
  for (Integer& c : p) c /= content;
}

Coefficients Derivative(const Coefficients& p) {
  Coefficients derivative;
  for (std::size_t i = 1; i < p.size(); ++i) derivative.push_back(p[i] * i);
  return derivative;
}

Coefficients Difference(Coefficients a, const Coefficients& b) {
  a.resize(std::max(a.size(), b.size()));
  for (std::size_t i = 0; i < b.size(); ++i) a[i] -= b[i];
  while (!a.empty() && a.back().is_zero()) a.pop_back();
  return a;
}

/// Primitive greatest common divisor, by pseudo-remainders.
Coefficients CommonDivisor(Coefficients a, Coefficients b) {
  MakePrimitive(a);
  MakePrimitive(b);
  while (!b.empty()) {
    const Integer& lead = b.back();
    while (a.size() >= b.size()) {
      const Integer top = a.back();
      const std::size_t shift = a.size() - b.size();
      for (Integer& c : a) c *= lead;
      for (std::size_t i = 0; i < b.size(); ++i) a[i + shift] -= top * b[i];
      MakePrimitive(a);
    }
    std::swap(a, b);
  }
  return a;
}

/// a / b, which must leave no remainder and integer coefficients.
Coefficients DivideExactly(Coefficients a, const Coefficients& b) {
  if (a.empty()) return a;
  COSTCHECK_CHECK(a.size() >= b.size());
  Coefficients quotient(a.size() - b.size() + 1);
  for (std::size_t i = quotient.size(); i-- > 0;) {
    COSTCHECK_CHECK(Integer(a[i + b.size() - 1] % b.back()).is_zero());
    quotient[i] = a[i + b.size() - 1] / b.back();
    for (std::size_t j = 0; j < b.size(); ++j) a[i + j] -= quotient[i] * b[j];
  }
  return quotient;
}

}  // namespace

bool ProvenSquareFree(const std::vector<Integer>& coefficients) {
  Residues a, b;
  for (std::size_t i = 0; i < coefficients.size(); ++i) {
    a.push_back(Reduce(coefficients[i]));
    if (i > 0) b.push_back(MultiplyModulo(a.back(), i));
  }
  if (a.empty() || a.back() == 0) return false;
  Trim(b);
  while (!b.empty()) {
    PseudoRemainder(a, b);
    std::swap(a, b);
  }
  return a.size() == 1;
}

std::vector<SquareFreeFactor> SquareFreeFactors(const std::vector<Integer>& coefficients) {
  std::vector<SquareFreeFactor> factors;
  Coefficients p = coefficients;
  MakePrimitive(p);
  const Coefficients derivative = Derivative(p);
  const Coefficients common = CommonDivisor(p, derivative);
  Coefficients rest = DivideExactly(p, common);
  Coefficients next = DivideExactly(derivative, common);
  for (int multiplicity = 1; rest.size() > 1; ++multiplicity) {
    const Coefficients last = Difference(next, Derivative(rest));
    const Coefficients factor = CommonDivisor(rest, last);
    if (factor.size() > 1) factors.push_back({factor, multiplicity});
    rest = DivideExactly(rest, factor);
    next = DivideExactly(last, factor);
  }
  return factors;
}

std::vector<Integer> Multiply(const std::vector<Integer>& a, const std::vector<Integer>& b) {
  if (a.empty() || b.empty()) return {};
  std::vector<Integer> product(a.size() + b.size() - 1);
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < b.size(); ++j) product[i + j] += a[i] * b[j];
  }
  return product;
}

}  // namespace costcheck
