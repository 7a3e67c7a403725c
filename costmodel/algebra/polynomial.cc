#include "costmodel/algebra/polynomial.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <utility>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

using Exponent = Polynomial::Exponent;
using Row = std::span<const Exponent>;

int CompareRows(Row a, Row b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return 0;
}

Row RowOf(const std::vector<Exponent>& rows, std::size_t width, std::size_t row) {
  return Row(rows).subspan(row * width, width);
}

bool SameVariables(const std::vector<Variable>& a, const std::vector<Variable>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Variable& x, const Variable& y) { return Compare(x, y) == 0; });
}

/// Terms in descending order, gathered one by one; zeros fall out.
struct TermList {
  std::vector<Exponent> exponents;
  std::vector<Integer> coefficients;

  void Append(Row row, Integer coefficient) {
    if (coefficient == 0) return;
    exponents.insert(exponents.end(), row.begin(), row.end());
    coefficients.push_back(std::move(coefficient));
  }
};

/// a + sign * b by one merge of the two sorted lists.
Polynomial Merged(const Polynomial& a, const Polynomial& b, int sign) {
  std::vector<Variable> variables = UnitedVariables(a, b);
  const std::size_t width = variables.size();
  const std::vector<Exponent> rows_a = ExponentsOver(a, variables);
  const std::vector<Exponent> rows_b = ExponentsOver(b, variables);
  const auto signed_b = [&](std::size_t j) {
    return sign < 0 ? Integer(-b.coefficient(j)) : b.coefficient(j);
  };
  TermList terms;
  std::size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    const Row row_a = i < a.size() ? RowOf(rows_a, width, i) : Row();
    const Row row_b = j < b.size() ? RowOf(rows_b, width, j) : Row();
    const int order = i == a.size() ? -1 : j == b.size() ? 1 : CompareRows(row_a, row_b);
    if (order > 0) {
      terms.Append(row_a, a.coefficient(i++));
    } else if (order < 0) {
      terms.Append(row_b, signed_b(j++));
    } else {
      terms.Append(row_a, a.coefficient(i++) + signed_b(j++));
    }
  }
  return Polynomial::FromSortedTerms(std::move(variables), std::move(terms.exponents),
                                     std::move(terms.coefficients));
}

/// Sorts the columns by variable; columns of the same variable become their sum.
void SortColumns(std::vector<Variable>& variables, std::vector<Exponent>& exponents,
                 std::size_t rows) {
  std::vector<Variable> sorted = variables;
  std::sort(sorted.begin(), sorted.end(),
            [](const Variable& a, const Variable& b) { return Compare(a, b) < 0; });
  sorted.erase(std::unique(sorted.begin(), sorted.end(),
                           [](const Variable& a, const Variable& b) { return Compare(a, b) == 0; }),
               sorted.end());
  std::vector<Exponent> moved(rows * sorted.size(), 0);
  for (std::size_t from = 0; from < variables.size(); ++from) {
    const auto place =
        std::lower_bound(sorted.begin(), sorted.end(), variables[from],
                         [](const Variable& a, const Variable& b) { return Compare(a, b) < 0; });
    const std::size_t to = static_cast<std::size_t>(place - sorted.begin());
    for (std::size_t row = 0; row < rows; ++row) {
      Exponent& sum = moved[row * sorted.size() + to];
      sum = CheckedExponent(sum + exponents[row * variables.size() + from]);
    }
  }
  variables = std::move(sorted);
  exponents = std::move(moved);
}

}  // namespace

Polynomial::Exponent CheckedExponent(std::int64_t exponent) {
  using Limits = std::numeric_limits<Exponent>;
  if (exponent < Limits::min() || exponent > Limits::max()) {
    throw CostError("an exponent of " + std::to_string(exponent) + " is out of range (16 bits)");
  }
  return static_cast<Exponent>(exponent);
}

std::vector<Variable> UnitedVariables(const Polynomial& a, const Polynomial& b) {
  if (SameVariables(a.variables(), b.variables())) return a.variables();
  std::vector<Variable> united;
  std::set_union(a.variables().begin(), a.variables().end(), b.variables().begin(),
                 b.variables().end(), std::back_inserter(united),
                 [](const Variable& x, const Variable& y) { return Compare(x, y) < 0; });
  return united;
}

std::vector<Exponent> ExponentsOver(const Polynomial& polynomial,
                                    const std::vector<Variable>& variables) {
  const std::size_t width = variables.size();
  std::vector<Exponent> rows(polynomial.size() * width, 0);
  std::size_t to = 0;
  for (std::size_t from = 0; from < polynomial.variables().size(); ++from, ++to) {
    while (Compare(variables[to], polynomial.variables()[from]) != 0) ++to;
    for (std::size_t term = 0; term < polynomial.size(); ++term) {
      rows[term * width + to] = polynomial.exponent(term, from);
    }
  }
  return rows;
}

std::map<int, Polynomial> PartsBy(const Polynomial& polynomial, const Variable& variable) {
  const std::vector<Variable>& variables = polynomial.variables();
  std::size_t place = 0;
  while (place < variables.size() && Compare(variables[place], variable) != 0) ++place;
  if (place == variables.size()) return {{0, polynomial}};
  std::map<int, TermList> parts;
  for (std::size_t term = 0; term < polynomial.size(); ++term) {
    const Row row = polynomial.exponents(term);
    std::vector<Exponent> rest(row.begin(), row.end());
    rest[place] = 0;
    parts[row[place]].Append(rest, polynomial.coefficient(term));
  }
  std::map<int, Polynomial> by_exponent;
  for (auto& [exponent, part] : parts) {
    by_exponent[exponent] = Polynomial::FromSortedTerms(variables, std::move(part.exponents),
                                                        std::move(part.coefficients));
  }
  return by_exponent;
}

Polynomial::Polynomial(Integer constant) {
  if (constant != 0) coefficients_.push_back(std::move(constant));
}

Polynomial Polynomial::Of(const Variable& variable, int exponent) {
  return FromSortedTerms({variable}, {CheckedExponent(exponent)}, {Integer(1)});
}

Polynomial Polynomial::Term(std::size_t term) const {
  const std::span<const Exponent> row = exponents(term);
  return FromSortedTerms(variables_, {row.begin(), row.end()}, {coefficients_[term]});
}

Integer Polynomial::Content() const {
  Integer content = 0;
  for (const Integer& coefficient : coefficients_) {
    content = Gcd(content, coefficient);
    if (content == 1) break;
  }
  return content;
}

void Polynomial::DivideExactly(const Integer& divisor) {
  if (divisor == 1) return;
  for (Integer& coefficient : coefficients_) coefficient /= divisor;
}

Polynomial Polynomial::FromTerms(std::vector<Variable> variables, std::vector<Exponent> exponents,
                                 std::vector<Integer> coefficients) {
  const std::size_t count = coefficients.size();
  COSTCHECK_CHECK(exponents.size() == count * variables.size());
  SortColumns(variables, exponents, count);
  const std::size_t width = variables.size();
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return CompareRows(RowOf(exponents, width, a), RowOf(exponents, width, b)) > 0;
  });
  TermList terms;
  for (std::size_t i = 0; i < count;) {
    const Row row = RowOf(exponents, width, order[i]);
    Integer sum = 0;
    for (; i < count && CompareRows(RowOf(exponents, width, order[i]), row) == 0; ++i) {
      sum += coefficients[order[i]];
    }
    terms.Append(row, std::move(sum));
  }
  return FromSortedTerms(std::move(variables), std::move(terms.exponents),
                         std::move(terms.coefficients));
}

Polynomial Polynomial::FromSortedTerms(std::vector<Variable> variables,
                                       std::vector<Exponent> exponents,
                                       std::vector<Integer> coefficients) {
  Polynomial sum;
  sum.variables_ = std::move(variables);
  sum.exponents_ = std::move(exponents);
  sum.coefficients_ = std::move(coefficients);
  sum.DropUnusedVariables();
  return sum;
}

void Polynomial::DropUnusedVariables() {
  const std::size_t width = variables_.size();
  std::vector<bool> used(width, false);
  for (std::size_t i = 0; i < exponents_.size(); ++i) {
    if (exponents_[i] != 0) used[i % width] = true;
  }
  if (std::find(used.begin(), used.end(), false) == used.end()) return;
  std::vector<Variable> variables;
  for (std::size_t v = 0; v < width; ++v) {
    if (used[v]) variables.push_back(std::move(variables_[v]));
  }
  std::vector<Exponent> exponents;
  exponents.reserve(size() * variables.size());
  for (std::size_t i = 0; i < exponents_.size(); ++i) {
    if (used[i % width]) exponents.push_back(exponents_[i]);
  }
  variables_ = std::move(variables);
  exponents_ = std::move(exponents);
}

Polynomial operator+(const Polynomial& a, const Polynomial& b) {
  if (a.IsZero()) return b;
  if (b.IsZero()) return a;
  return Merged(a, b, 1);
}

Polynomial operator-(const Polynomial& a, const Polynomial& b) {
  return b.IsZero() ? a : Merged(a, b, -1);
}

Polynomial operator*(const Polynomial& a, const Integer& factor) {
  if (factor == 0) return Polynomial();
  Polynomial product = a;
  for (Integer& coefficient : product.coefficients_) coefficient *= factor;
  return product;
}

bool operator==(const Polynomial& a, const Polynomial& b) {
  return a.coefficients_ == b.coefficients_ && a.exponents_ == b.exponents_ &&
         SameVariables(a.variables_, b.variables_);
}

int Compare(const Polynomial& a, const Polynomial& b) {
  const std::size_t shared = std::min(a.variables().size(), b.variables().size());
  for (std::size_t v = 0; v < shared; ++v) {
    if (const int order = Compare(a.variables()[v], b.variables()[v]); order != 0) return order;
  }
  if (a.variables().size() != b.variables().size()) {
    return a.variables().size() < b.variables().size() ? -1 : 1;
  }
  for (std::size_t term = 0; term < std::min(a.size(), b.size()); ++term) {
    if (const int order = CompareRows(a.exponents(term), b.exponents(term)); order != 0) {
      return order;
    }
    if (const int order = a.coefficient(term).compare(b.coefficient(term)); order != 0) {
      return order < 0 ? -1 : 1;
    }
  }
  return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
}

}  // namespace costcheck
