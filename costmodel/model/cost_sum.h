#pragma once

#include <vector>

#include "costmodel/model/architecture.h"
#include "costmodel/model/cost_choices.h"
#include "costmodel/model/kept_lines.h"
#include "costmodel/model/model_quantities.h"

namespace costcheck {

/// Adds up the parts of one model.
class CostSum {
 public:
  CostSum(const CostChoices& choices, const Architecture& model)
      : choices_(choices), model_(model) {}

  void Add(const ModelPart& part);
  void AddKept(const std::vector<KeptLine>& lines);
  /// The formulas are those of one of its modules that predict further tokens.
  void AddMultiToken(const GraphFormulas& formulas, const Bindings& numbers);

  ModelCosts Finish();

 private:
  const FormulaChoices& run() const { return choices_.formulas; }
  Expr Tokens() const;
  Rational GradientElement() const;
  Rational OptimizerElement() const;

  void AddParameters(const ModelPart& part);
  void AddFlops(const ModelPart& part);
  void AddCommunication(const ModelPart& part, const Expr& count);
  void FinishMemory();
  void FinishFlops();
  void FinishDecode();

  const CostChoices& choices_;
  const Architecture& model_;
  ModelCosts costs_;
  Expr held_, trained_;  // parameters of one device
  Expr unread_;     // of these, of experts that no token of a decoded batch is sent to, at most
  Expr looked_up_;  // of these, tables that a token reads a row of
  Expr table_;      // of these, the one of tokens
};

}  // namespace costcheck
