#include "costmodel/algebra/exact_program.h"

#include <algorithm>
#include <array>
#include <bit>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

// A sum of absolute terms below 2^126 leaves room for every partial sum and sign.
constexpr int kWideBits = 126;

// Room for them is on the stack; there are fewer letters than that.
constexpr std::size_t kMostSymbols = 32;

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
  if (polynomial.variables().size() > kMostSymbols) {
    throw CostError("only an expression in at most 32 symbols can be compiled exactly");
  }
  for (const Variable& variable : polynomial.variables()) {
    if (variable->kind != AtomKind::kSymbol) {
      throw CostError(
          "only an expression without min, floor and logarithm can be compiled exactly");
    }
    const auto found = std::find(symbols.begin(), symbols.end(), *variable->symbol);
    if (found == symbols.end()) throw CostError("no value for '" + variable->symbol->name() + "'");
    column_.push_back(static_cast<std::size_t>(found - symbols.begin()));
  }
  for (std::size_t term = 0; term < polynomial.size(); ++term) {
    coefficients_.push_back(polynomial.coefficient(term));
  }
  BoundNests(polynomial.variables().size());
  if (form_.nests.empty() || sum_bits_.back() > kWideBits) return;
  for (const Integer& c : coefficients_) wide_coefficients_.push_back(static_cast<Wide>(c));
}

/// Inner nests stand before the nests that they are in.
void ExactProgram::BoundNests(std::size_t variables) {
  degrees_.assign(form_.nests.size() * variables, 0);
  for (std::size_t n = 0; n < form_.nests.size(); ++n) {
    const HornerForm::Nest& nest = form_.nests[n];
    Integer sum = 0;
    int power = nest.tail;
    for (std::size_t i = nest.steps.size(); i-- > 0;) {
      const HornerForm::Step& step = nest.steps[i];
      sum += step.is_term ? Integer(abs(coefficients_[step.index])) : sums_[step.index];
      for (std::size_t v = 0; v < variables && !step.is_term; ++v) {
        int& degree = degrees_[n * variables + v];
        degree = std::max(degree, degrees_[step.index * variables + v]);
      }
      power += step.gap;
    }
    degrees_[n * variables + nest.variable] = power;
    sum_bits_.push_back(Bits(sum));
    sums_.push_back(std::move(sum));
  }
}

bool ExactProgram::FitsWide(std::size_t nest, std::span<const int> bits) const {
  if (wide_coefficients_.empty()) return false;
  int needed = sum_bits_[nest];
  for (std::size_t v = 0; v < bits.size(); ++v)
    needed += degrees_[nest * bits.size() + v] * bits[v];
  return needed <= kWideBits;
}

ExactProgram::Wide ExactProgram::RunWide(std::size_t index,
                                         std::span<const std::int64_t> variables) const {
  const HornerForm::Nest& nest = form_.nests[index];
  const std::int64_t x = variables[nest.variable];
  Wide sum = 0;
  for (const HornerForm::Step& step : nest.steps) {
    for (int i = 0; i < step.gap; ++i) sum *= x;
    sum += step.is_term ? wide_coefficients_[step.index] : RunWide(step.index, variables);
  }
  for (int i = 0; i < nest.tail; ++i) sum *= x;
  return sum;
}

Integer ExactProgram::Run(std::size_t index, std::span<const std::int64_t> variables,
                          std::span<const int> bits) const {
  if (FitsWide(index, bits)) return Integer(RunWide(index, variables));
  const HornerForm::Nest& nest = form_.nests[index];
  const std::int64_t x = variables[nest.variable];
  Integer sum = 0;
  for (const HornerForm::Step& step : nest.steps) {
    for (int i = 0; i < step.gap; ++i) sum *= x;
    if (step.is_term) {
      sum += coefficients_[step.index];
    } else {
      sum += Run(step.index, variables, bits);
    }
  }
  for (int i = 0; i < nest.tail; ++i) sum *= x;
  return sum;
}

Integer ExactProgram::EvaluateNumerator(std::span<const std::int64_t> values) const {
  if (form_.nests.empty()) return coefficients_.empty() ? Integer(0) : coefficients_[0];
  std::array<std::int64_t, kMostSymbols> all_variables{};
  std::array<int, kMostSymbols> all_bits{};
  const std::span<std::int64_t> variables(all_variables.data(), column_.size());
  const std::span<int> bits(all_bits.data(), column_.size());
  for (std::size_t v = 0; v < column_.size(); ++v) {
    variables[v] = values[column_[v]];
    bits[v] = static_cast<int>(std::bit_width(Magnitude(variables[v])));
  }
  return Run(form_.nests.size() - 1, variables, bits);
}

Rational ExactProgram::Evaluate(std::span<const std::int64_t> values) const {
  Integer divisor = denominator_;
  for (std::size_t v = 0; v < column_.size(); ++v) {
    for (int i = 0; i < form_.shift[v]; ++i) divisor *= values[column_[v]];
  }
  COSTCHECK_CHECK(divisor != 0);
  // Boost 1.74 takes a negative denominator for a zero one.
  const Integer numerator = EvaluateNumerator(values);
  return divisor < 0 ? Rational(-numerator, -divisor) : Rational(numerator, divisor);
}

}  // namespace costcheck
