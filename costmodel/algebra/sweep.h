#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "costmodel/algebra/expr.h"
#include "costmodel/algebra/horner.h"

namespace costcheck {

/// A formula compiled for whole columns of doubles.
///
///   Sweep sweep(cost, {Symbol("T")}, {{"d", 4096}});
///   sweep.Run({lengths}, costs);
///
/// Every result is within a relative error of 1e-12 of the exact value at the
/// (exactly read) doubles. The rows are run in blocks as acc = acc * x + c; where
/// terms cancel, the sum of their absolute values runs along, and a row whose
/// bound on the rounding exceeds the promise, or whose floors would leave the
/// integers below 2^53, is evaluated again exactly.
class Sweep {
 public:
  /// Columns in the order of `columns`; every other symbol bound by `scalars`.
  /// CostError naming a symbol that is neither.
  Sweep(const Expr& expr, std::vector<Symbol> columns, const Values& scalars = {});

  /// out[i] from row i. Requires as many columns as were named, all as long as
  /// `out`, every value finite and in its symbol's domain (a length of 0 is
  /// allowed where nothing divides by it). Returns how many rows were evaluated
  /// exactly.
  std::size_t Run(std::span<const std::span<const double>> columns, std::span<double> out) const;

 private:
  friend class SweepBlock;

  /// A compiled polynomial: nest, coefficients, and where its variables are.
  struct Program {
    HornerForm form;
    std::vector<double> coefficients;
    std::vector<std::size_t> variables;  // indices into variables_
    double roundings = 1;  // bounds the error in units of 2^-53 of the sum of absolute terms
    bool integers = true;  // whether integer inputs give integers at every step
    bool cancels = false;  // whether value and sum of absolute terms may differ
  };
  /// A column, or an atom of two programs over variables before it.
  struct Input {
    AtomKind kind;
    std::size_t column = 0;
    Program first;
    Program second;
    double roundings = 0;
    bool cancels = false;
  };

  std::size_t InputOf(const Variable& variable);
  Program Compile(const Expr& expr);
  double RowExactly(std::span<const std::span<const double>> columns, std::size_t row) const;

  std::vector<Symbol> columns_;
  Expr expr_;  // scalars bound
  std::vector<Variable> known_;
  std::vector<Input> inputs_;  // in an order in which each needs only earlier ones
  Program program_;
  bool steps_ = false;  // whether a floor or a logarithm occurs
};

}  // namespace costcheck
