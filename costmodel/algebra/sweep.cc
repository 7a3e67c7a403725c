#include "costmodel/algebra/sweep.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <memory>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

// A block of a few registers stays in the first-level cache.
constexpr std::size_t kBlock = 512;
constexpr double kTolerance = 1e-12;
constexpr double kRounding = 0x1p-53;
// Integers up to here, and sums and products that stay below it, are exact.
constexpr double kExactIntegers = 0x1p53;

/// Values of one block of rows, the sum of the absolute terms behind each.
struct Register {
  std::array<double, kBlock> value;
  std::array<double, kBlock> magnitude;
};

/// The same, wherever they lie: a column is its own sum of absolute terms.
struct View {
  const double* value;
  const double* magnitude;
};

void Fill(double* out, double x) {
  for (std::size_t i = 0; i < kBlock; ++i) out[i] = x;
}
void Multiply(double* __restrict sum, const double* __restrict x) {
  for (std::size_t i = 0; i < kBlock; ++i) sum[i] *= x[i];
}
void MultiplyAdd(double* __restrict sum, const double* __restrict x, double c) {
  for (std::size_t i = 0; i < kBlock; ++i) sum[i] = sum[i] * x[i] + c;
}
void StartLinear(double* __restrict sum, const double* __restrict x, double slope, double c) {
  for (std::size_t i = 0; i < kBlock; ++i) sum[i] = slope * x[i] + c;
}
void StartQuadratic(double* __restrict sum, const double* __restrict x, double a, double b,
                    double c) {
  for (std::size_t i = 0; i < kBlock; ++i) sum[i] = (a * x[i] + b) * x[i] + c;
}
void Add(double* __restrict sum, const double* __restrict y) {
  for (std::size_t i = 0; i < kBlock; ++i) sum[i] += y[i];
}
void Divide(double* __restrict sum, const double* __restrict x) {
  for (std::size_t i = 0; i < kBlock; ++i) sum[i] /= x[i];
}

/// Written so that a NaN, and an overflow, counts as not safe.
bool IsSafe(const View& result, std::size_t row, double bound) {
  return result.magnitude[row] <= bound * std::fabs(result.value[row]) &&
         result.magnitude[row] <= std::numeric_limits<double>::max();
}

/// Copies a whole block; whether every row is safe. Without a branch on a row, so
/// that the compiler can take several at once. An infinity or NaN shows in its
/// bits: one more in the exponent and a number that is not negative looks so.
bool CopyIfSafe(const View& result, double bound, double* __restrict out) {
  constexpr std::uint64_t kOneExponent = std::uint64_t{1} << 52;
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    out[i] = result.value[i];
    seen |= std::bit_cast<std::uint64_t>(result.magnitude[i]) + kOneExponent;
  }
  if (seen >> 63 != 0) return false;
  if (result.value == result.magnitude) return true;
  std::uint64_t rounded = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    rounded += static_cast<std::uint64_t>(result.magnitude[i] > bound * std::fabs(out[i]));
  }
  return rounded == 0;
}

}  // namespace

/// One block of rows on its way through the programs.
class SweepBlock {
 public:
  explicit SweepBlock(const Sweep& sweep)
      : sweep_(sweep), inputs_(sweep.inputs_.size()), views_(inputs_.size()) {
    for (auto& input : inputs_) input = std::make_unique<Register>();
  }

  /// Rows [begin, begin + count), count <= kBlock; the rest of the block repeats
  /// the last row.
  View Run(std::span<const std::span<const double>> columns, std::size_t begin, std::size_t count) {
    unsafe_.fill(false);
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const Sweep::Input& input = sweep_.inputs_[i];
      if (input.kind == AtomKind::kSymbol) {
        views_[i] = Load(columns[input.column].subspan(begin, count), *inputs_[i]);
        if (sweep_.steps_) MarkFractions(views_[i]);
      } else {
        RunAtom(input, *inputs_[i]);
        views_[i] = {inputs_[i]->value.data(), inputs_[i]->magnitude.data()};
      }
    }
    return Evaluate(sweep_.program_, 0);
  }

  /// Whether the row has left what doubles represent exactly where it had to.
  bool Unsafe(std::size_t row) const { return unsafe_[row]; }

 private:
  /// A whole block is read where it lies.
  static View Load(std::span<const double> rows, Register& copy) {
    if (rows.size() == kBlock) return {rows.data(), rows.data()};
    const auto end = std::copy(rows.begin(), rows.end(), copy.value.begin());
    std::fill(end, copy.value.end(), rows.back());
    return {copy.value.data(), copy.value.data()};
  }

  /// Floors and logarithms are only safe on integers: a rounded product of
  /// fractions may land on the wrong side of a step.
  void MarkFractions(const View& column) {
    for (std::size_t i = 0; i < kBlock; ++i) {
      unsafe_[i] |= column.value[i] != std::floor(column.value[i]);
    }
  }

  Register& Scratch(std::size_t depth) {
    while (scratch_.size() <= depth) scratch_.push_back(std::make_unique<Register>());
    return *scratch_[depth];
  }

  /// The polynomial's value in scratch register `depth`; later ones are used.
  View Evaluate(const Sweep::Program& program, std::size_t depth) {
    Register& out = Scratch(depth);
    if (program.form.nests.empty()) {
      const double constant = program.coefficients.empty() ? 0.0 : program.coefficients[0];
      Fill(out.value.data(), constant);
      Fill(out.magnitude.data(), std::fabs(constant));
      return {out.value.data(), out.magnitude.data()};
    }
    RunNest<false>(program, program.form.nests.size() - 1, depth);
    if (program.cancels) RunNest<true>(program, program.form.nests.size() - 1, depth);
    DivideByShift(program, out);
    return {out.value.data(), program.cancels ? out.magnitude.data() : out.value.data()};
  }

  template <bool kMagnitude>
  static double* Lane(Register& r) {
    return kMagnitude ? r.magnitude.data() : r.value.data();
  }
  template <bool kMagnitude>
  static double Coefficient(const Sweep::Program& program, std::size_t term) {
    return kMagnitude ? std::fabs(program.coefficients[term]) : program.coefficients[term];
  }

  template <bool kMagnitude>
  void RunNest(const Sweep::Program& program, std::size_t index, std::size_t depth) {
    const HornerForm::Nest& nest = program.form.nests[index];
    double* const sum = Lane<kMagnitude>(Scratch(depth));
    const View& input = views_[program.variables[nest.variable]];
    const double* const x = kMagnitude ? input.magnitude : input.value;
    std::size_t done = 1;
    int tail = nest.tail;
    const auto is_next = [&](std::size_t i) {
      return i < nest.steps.size() && nest.steps[i].is_term && nest.steps[i].gap == 1;
    };
    const auto coefficient = [&](std::size_t i) {
      return Coefficient<kMagnitude>(program, nest.steps[i].index);
    };
    // One pass over the block for the commonest beginnings, not one a step.
    if (!nest.steps[0].is_term || !is_next(1)) {
      Start<kMagnitude>(program, nest.steps[0], depth);
    } else if (is_next(2) || (nest.steps.size() == 2 && tail > 0)) {
      const double last = is_next(2) ? coefficient(2) : 0;
      StartQuadratic(sum, x, coefficient(0), coefficient(1), last);
      tail -= is_next(2) ? 0 : 1;
      done = std::min<std::size_t>(3, nest.steps.size());
    } else {
      StartLinear(sum, x, coefficient(0), coefficient(1));
      done = 2;
    }
    for (; done < nest.steps.size(); ++done) {
      Append<kMagnitude>(program, nest.steps[done], x, depth);
    }
    for (int i = 0; i < tail; ++i) Multiply(sum, x);
  }

  template <bool kMagnitude>
  void Start(const Sweep::Program& program, const HornerForm::Step& step, std::size_t depth) {
    if (step.is_term) {
      Fill(Lane<kMagnitude>(Scratch(depth)), Coefficient<kMagnitude>(program, step.index));
    } else {
      RunNest<kMagnitude>(program, step.index, depth);
    }
  }

  template <bool kMagnitude>
  void Append(const Sweep::Program& program, const HornerForm::Step& step, const double* x,
              std::size_t depth) {
    double* const sum = Lane<kMagnitude>(Scratch(depth));
    for (int i = 1; i < step.gap; ++i) Multiply(sum, x);
    if (step.is_term) {
      MultiplyAdd(sum, x, Coefficient<kMagnitude>(program, step.index));
      return;
    }
    RunNest<kMagnitude>(program, step.index, depth + 1);
    Multiply(sum, x);
    Add(sum, Lane<kMagnitude>(Scratch(depth + 1)));
  }

  /// A quotient's error grows with the divisor's own: magnitude over value.
  void DivideByShift(const Sweep::Program& program, Register& out) {
    for (std::size_t v = 0; v < program.form.shift.size(); ++v) {
      const View& x = views_[program.variables[v]];
      for (int i = 0; i < program.form.shift[v]; ++i) {
        Divide(out.value.data(), x.value);
        if (!program.cancels) continue;
        Multiply(out.magnitude.data(), x.magnitude);
        for (std::size_t row = 0; row < kBlock; ++row) {
          out.magnitude[row] /= x.value[row] * x.value[row];
        }
      }
    }
  }

  void RunAtom(const Sweep::Input& input, Register& out) {
    const View a = Evaluate(input.first, 0);
    if (input.kind == AtomKind::kCeilLog2) {
      for (std::size_t i = 0; i < kBlock; ++i) {
        out.value[i] = a.value[i] <= 1 ? 0.0 : std::ilogb(a.value[i] - 1) + 1.0;
        unsafe_[i] |= !ExactInteger(input.first, a, i);
      }
      out.magnitude = out.value;
      return;
    }
    // The second program's scratch lies past the first one's result.
    const View b = Evaluate(input.second, 1);
    for (std::size_t i = 0; i < kBlock; ++i) {
      if (input.kind == AtomKind::kMin) {
        out.value[i] = std::min(a.value[i], b.value[i]);
        out.magnitude[i] = std::max(a.magnitude[i], b.magnitude[i]);
        if (!input.cancels) out.magnitude[i] = out.value[i];
      } else {
        // Below 2^53 the correctly rounded quotient never reaches the next integer.
        out.value[i] = std::floor(a.value[i] / b.value[i]);
        out.magnitude[i] = std::fabs(out.value[i]);
        unsafe_[i] |= !ExactInteger(input.first, a, i) || !ExactInteger(input.second, b, i);
      }
    }
  }

  /// Every partial result behind the value was an integer below 2^53.
  static bool ExactInteger(const Sweep::Program& program, const View& r, std::size_t row) {
    return program.integers && r.magnitude[row] < kExactIntegers;
  }

  const Sweep& sweep_;
  std::vector<std::unique_ptr<Register>> inputs_;
  std::vector<View> views_;  // of the inputs
  std::vector<std::unique_ptr<Register>> scratch_;
  std::array<bool, kBlock> unsafe_{};
};

Sweep::Sweep(const Expr& expr, std::vector<Symbol> columns, const Values& scalars)
    : columns_(std::move(columns)) {
  Bindings bindings;
  for (const auto& [name, value] : scalars) bindings.emplace(name, Expr(value));
  expr_ = Substitute(expr, bindings);
  program_ = Compile(expr_);
}

std::size_t Sweep::InputOf(const Variable& variable) {
  for (std::size_t i = 0; i < known_.size(); ++i) {
    if (Compare(known_[i], variable) == 0) return i;
  }
  Input input{variable->kind, 0, {}, {}, 0, false};
  if (variable->kind == AtomKind::kSymbol) {
    const auto found = std::find(columns_.begin(), columns_.end(), *variable->symbol);
    if (found == columns_.end()) throw CostError("no value for '" + variable->symbol->name() + "'");
    input.column = static_cast<std::size_t>(found - columns_.begin());
  } else {
    input.first = Compile(variable->first);
    if (variable->kind != AtomKind::kCeilLog2) input.second = Compile(variable->second);
    steps_ |= variable->kind != AtomKind::kMin;
  }
  if (variable->kind == AtomKind::kMin) {
    input.roundings = std::max(input.first.roundings, input.second.roundings);
    input.cancels = input.first.cancels || input.second.cancels;
  }
  known_.push_back(variable);
  inputs_.push_back(std::move(input));
  return inputs_.size() - 1;
}

Sweep::Program Sweep::Compile(const Expr& expr) {
  Program program;
  const Polynomial& polynomial = expr.numerator();
  program.form = MakeHorner(polynomial);
  for (const Variable& variable : polynomial.variables()) {
    program.variables.push_back(InputOf(variable));
    program.cancels |= inputs_[program.variables.back()].cancels;
    if (variable->kind == AtomKind::kFloorDiv)
      program.cancels |= SignOf(variable->first) == Sign::kUnknown;
  }
  program.integers =
      expr.denominator() == 1 && std::all_of(program.form.shift.begin(), program.form.shift.end(),
                                             [](int shift) { return shift == 0; });
  double steps = 1;
  for (std::size_t term = 0; term < polynomial.size(); ++term) {
    const Integer& coefficient = polynomial.coefficient(term);
    program.coefficients.push_back(ToDouble(Rational(coefficient, expr.denominator())));
    program.cancels |= coefficient < 0;
    double of_term = 1;
    for (std::size_t v = 0; v < program.variables.size(); ++v) {
      of_term +=
          std::abs(polynomial.exponent(term, v)) * (inputs_[program.variables[v]].roundings + 2);
    }
    steps = std::max(steps, of_term);
  }
  program.roundings = steps + static_cast<double>(polynomial.size());
  return program;
}

double Sweep::RowExactly(std::span<const std::span<const double>> columns, std::size_t row) const {
  Values values;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    values.emplace(columns_[i].name(), Rational(columns[i][row]));
  }
  return ToDouble(costcheck::Evaluate(expr_, values));
}

std::size_t Sweep::Run(std::span<const std::span<const double>> columns,
                       std::span<double> out) const {
  COSTCHECK_CHECK(columns.size() == columns_.size());
  for (const auto& column : columns) COSTCHECK_CHECK(column.size() == out.size());
  std::size_t exact = 0;
  SweepBlock block(*this);
  const double bound = kTolerance / (program_.roundings * kRounding);
  for (std::size_t begin = 0; begin < out.size(); begin += kBlock) {
    const std::size_t count = std::min(kBlock, out.size() - begin);
    const View result = block.Run(columns, begin, count);
    if (count == kBlock && CopyIfSafe(result, bound, &out[begin]) && !steps_) continue;
    for (std::size_t i = 0; i < count; ++i) {
      out[begin + i] = result.value[i];
      if (IsSafe(result, i, bound) && !block.Unsafe(i)) continue;
      out[begin + i] = RowExactly(columns, begin + i);
      ++exact;
    }
  }
  return exact;
}

}  // namespace costcheck
