#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "costmodel/algebra/number.h"

namespace costcheck {

struct Atom;
/// A symbol or an atom (expr.h); shared, never changed.
using Variable = std::shared_ptr<const Atom>;
/// A total order by structure. Defined with Atom in expr.cc.
int Compare(const Variable& a, const Variable& b);

/// An integer Laurent polynomial: variables in ascending order, each of them in
/// some term; terms in descending lexicographic order of exponents, no zero
/// coefficient, no two alike. Equal polynomials are identical.
class Polynomial {
 public:
  using Exponent = std::int16_t;

  Polynomial() = default;  ///< 0
  explicit Polynomial(Integer constant);
  static Polynomial Of(const Variable& variable, int exponent = 1);

  const std::vector<Variable>& variables() const { return variables_; }
  std::size_t size() const { return coefficients_.size(); }  ///< number of terms
  const Integer& coefficient(std::size_t term) const { return coefficients_[term]; }
  Exponent exponent(std::size_t term, std::size_t variable) const {
    return exponents_[term * variables_.size() + variable];
  }
  /// The exponents of all variables() in the term.
  std::span<const Exponent> exponents(std::size_t term) const {
    return std::span(exponents_).subspan(term * variables_.size(), variables_.size());
  }

  bool IsZero() const { return coefficients_.empty(); }
  bool IsConstant() const { return variables_.empty(); }
  bool IsMonomial() const { return size() == 1; }

  /// The term as a polynomial of its own.
  Polynomial Term(std::size_t term) const;
  /// Greatest common divisor of the coefficients; 0 for the zero polynomial.
  Integer Content() const;
  void DivideExactly(const Integer& divisor);  ///< requires divisor | Content()

  /// Sum of terms in any order, not yet canonical; `exponents` holds one row of
  /// variables.size() a term. A variable may stand there twice: exponents add.
  static Polynomial FromTerms(std::vector<Variable> variables, std::vector<Exponent> exponents,
                              std::vector<Integer> coefficients);
  /// As FromTerms, for terms and variables that are in order already; some of
  /// the variables may occur in no term.
  static Polynomial FromSortedTerms(std::vector<Variable> variables,
                                    std::vector<Exponent> exponents,
                                    std::vector<Integer> coefficients);

  friend Polynomial operator+(const Polynomial& a, const Polynomial& b);
  friend Polynomial operator-(const Polynomial& a, const Polynomial& b);
  friend Polynomial operator*(const Polynomial& a, const Polynomial& b);
  friend Polynomial operator*(const Polynomial& a, const Integer& factor);
  friend bool operator==(const Polynomial& a, const Polynomial& b);

 private:
  void DropUnusedVariables();

  std::vector<Variable> variables_;
  std::vector<Exponent> exponents_;  // size() rows of variables_.size()
  std::vector<Integer> coefficients_;
};

/// The variables of both, in ascending order.
std::vector<Variable> UnitedVariables(const Polynomial& a, const Polynomial& b);
/// The rows of exponents over `variables`, which hold all of the polynomial's own.
std::vector<Polynomial::Exponent> ExponentsOver(const Polynomial& polynomial,
                                                const std::vector<Variable>& variables);
/// CostError where an exponent leaves the 16 bits that hold it.
Polynomial::Exponent CheckedExponent(std::int64_t exponent);

/// p[e] with polynomial = sum of p[e] * variable^e, none of them holding it.
std::map<int, Polynomial> PartsBy(const Polynomial& polynomial, const Variable& variable);

/// Requires exponent >= 0.
Polynomial Pow(const Polynomial& base, int exponent);
int Compare(const Polynomial& a, const Polynomial& b);  ///< a total order by structure

}  // namespace costcheck
