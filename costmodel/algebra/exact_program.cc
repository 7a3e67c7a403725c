#include "costmodel/algebra/exact_program.h"

#include <algorithm>
#include <bit>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

template <class Number>
Number Run(const HornerForm& form, std::size_t index, const std::vector<Number>& coefficients,
           const Number* variables) {
  const HornerForm::Nest& nest = form.nests[index];
  const Number& x = variables[nest.variable];
  Number sum = 0;
  for (const HornerForm::Step& step : nest.steps) {
    for (int i = 0; i < step.gap; ++i) sum *= x;
    sum += step.is_term ? coefficients[step.index] : Run(form, step.index, coefficients, variables);
  }
  for (int i = 0; i < nest.tail; ++i) sum *= x;
  return sum;
}

int Bits(const Integer& value) {
  return value.is_zero() ? 0 : static_cast<int>(boost::multiprecision::msb(value)) + 1;
}

std::uint64_t Magnitude(std::int64_t value) {
  return value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
}

}  // namespace

ExactProgram::ExactProgram(const Expr& expr, std::vector<Symbol> symbols)
    : form_(MakeHorner(expr.numerator())), denominator_(expr.denominator()) {
  const Polynomial& polynomial = expr.numerator();
  for (const Variable& variable : polynomial.variables()) {
    if (variable->kind != AtomKind::kSymbol) {
      throw CostError(
          "only an expression without min, floor and logarithm can be compiled exactly");
    }
    const auto found = std::find(symbols.begin(), symbols.end(), *variable->symbol);
    if (found == symbols.end()) throw CostError("no value for '" + variable->symbol->name() + "'");
    column_.push_back(static_cast<std::size_t>(found - symbols.begin()));
  }
  Integer sum = 0;
  degrees_.assign(polynomial.variables().size(), 0);
  for (std::size_t term = 0; term < polynomial.size(); ++term) {
    coefficients_.push_back(polynomial.coefficient(term));
    sum += abs(polynomial.coefficient(term));
    for (std::size_t v = 0; v < degrees_.size(); ++v) {
      degrees_[v] = std::max(degrees_[v], polynomial.exponent(term, v) + form_.shift[v]);
    }
  }
  coefficient_bits_ = Bits(sum);
  if (coefficient_bits_ > 126) return;
  for (const Integer& c : coefficients_) wide_coefficients_.push_back(static_cast<Wide>(c));
}

bool ExactProgram::FitsWide(std::span<const std::int64_t> values) const {
  if (wide_coefficients_.size() != coefficients_.size()) return false;
  int bits = coefficient_bits_;
  for (std::size_t v = 0; v < column_.size(); ++v) {
    bits += degrees_[v] * static_cast<int>(std::bit_width(Magnitude(values[column_[v]])));
  }
  return bits <= 126;
}

Integer ExactProgram::EvaluateNumerator(std::span<const std::int64_t> values) const {
  if (form_.nests.empty()) return coefficients_.empty() ? Integer(0) : coefficients_[0];
  constexpr std::size_t kFewVariables = 16;
  if (column_.size() <= kFewVariables && FitsWide(values)) {
    Wide variables[kFewVariables] = {};
    for (std::size_t v = 0; v < column_.size(); ++v) variables[v] = values[column_[v]];
    return Integer(Run(form_, form_.nests.size() - 1, wide_coefficients_, variables));
  }
  std::vector<Integer> variables;
  for (const std::size_t column : column_) variables.emplace_back(values[column]);
  return Run(form_, form_.nests.size() - 1, coefficients_, variables.data());
}

Rational ExactProgram::Evaluate(std::span<const std::int64_t> values) const {
  Integer divisor = denominator_;
  for (std::size_t v = 0; v < column_.size(); ++v) {
    for (int i = 0; i < form_.shift[v]; ++i) divisor *= values[column_[v]];
  }
  COSTCHECK_CHECK(divisor != 0);
  return Rational(EvaluateNumerator(values), divisor);
}

}  // namespace costcheck
