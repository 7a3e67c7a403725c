#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "claims/counting_layers.h"
#include "costmodel/algebra/parse.h"
#include "costmodel/model/architecture.h"
#include "costmodel/model/model_costs.h"

namespace costcheck {

/// model(name=llama-2-7b, T=4K, metric=parameters): what `costcheck model` says of a named model.
///
///   name               as in `costcheck list models`; may stand first without `name=`
///   metric             a quantity of `costcheck model`; flops unless set
///   T, B, S            tokens, sequences and tokens of an encoder's text: as set for components
///                      unless given here; values are expressions in what is set
///   phase, scope, count   as for components; a model is counted whole unless a scope is set
///   dtype, cache_dtype, recompute, optimizer, flash, dropout, zero, dp, tp, sp, pp, ep
///                      as the options of `costcheck model`; sp is yes or no
///   attention          another one in every layer, with all of its parameters: topk_mlp(K=8, h=32)
///
/// Every other symbol is the model's own, whatever is set, and so is its mask.
class ModelCalls {
 public:
  /// The quantity, in T where that is not given or set. CostError for anything else, with the
  /// nearest name.
  Expr Formula(const std::vector<Argument>& arguments, const KnownValues& values,
               const KnownCounting& counting, CountingTable& table);

 private:
  const Architecture& Named(const std::string& name);
  const ModelCosts& CostsOf(const std::string& name, const CostChoices& choices,
                            const std::string& how, const KnownCounting& counting);

  std::map<std::string, Architecture> architectures_;
  std::map<std::string, std::unique_ptr<ModelCoster>> costers_;  // by how the model is run
  std::map<std::string, ModelCosts> costs_;
};

}  // namespace costcheck
