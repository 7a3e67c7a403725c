#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "claims/claim.h"
#include "claims/counting_layers.h"
#include "costmodel/algebra/expr.h"

// Values of expressions in a claim file: symbols, calls of components and models, definitions, and
// the printed numbers of claims and facts.

namespace costcheck {

class ClaimEvaluator {
 public:
  /// Keeps a reference to the file. CostError, with file:line, for definitions that are made of
  /// each other in a circle.
  explicit ClaimEvaluator(const ClaimFile& file);
  ~ClaimEvaluator();

  /// Exact. A name is a definition, a claim's number ("S01a", "P3_2": its printed value), a fact's
  /// number, or a symbol, in this order; a call is a component as in `costcheck check`
  /// (full(T=8K), metric, scope, phase, causal, count as arguments), or model(name=NAME, T=...,
  /// metric=...), any of the quantities of `costcheck model` (model_calls.h). Nothing is taken from
  /// a default table: what a cost depends on must be set, but for what components know themselves
  /// (B = 1, H = d/w). CostError, with the expression and without place, for an unknown name (with
  /// the nearest), a symbol that is not set, a division by zero.
  Rational Value(const std::string& expression, CountingLayers counting);

  /// What the value can be where every claim and fact in the expression lies anywhere in the
  /// interval of its printed digits; a point for an expression without any. CostError as Value,
  /// and where a denominator may be zero in there.
  RationalInterval Range(const std::string& expression, CountingLayers counting);

  /// The cost as a formula of `symbol`, which stays free whatever sets it; all else is bound.
  Expr Formula(const std::string& expression, std::string_view symbol, CountingLayers counting);

  /// Names of claims and facts in the expression, through definitions, each once, in its order.
  std::vector<std::string> NumbersIn(const std::string& expression);

  /// Whether it calls a component or a model, through definitions: only then does counting it in
  /// another way mean anything.
  bool CallsCosts(const std::string& expression);
  /// Whether it calls an attention or a model, whose costs depend on scope and mask.
  bool CallsAttention(const std::string& expression);

  /// Whether some call takes the symbol or parameter from what is set: its component has it, and
  /// the call does not set it itself; or the expression names it outside calls.
  bool Takes(const std::string& expression, std::string_view name);
  /// The number that a symbol or parameter has, by default too (H = d/w); nothing where it is open
  /// or no number.
  std::optional<Rational> SetValue(std::string_view name, CountingLayers counting);
  /// Whether it is set, by any of the layers.
  bool Sets(std::string_view name, CountingLayers counting);
  /// The way of counting that the layers come to.
  const Counting& Counted(CountingLayers counting);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace costcheck
