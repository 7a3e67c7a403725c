#pragma once

#include <string>
#include <string_view>

#include "costmodel/algebra/expr.h"
#include "costmodel/model/architecture.h"

namespace costcheck {

/// The sizes of a model by name, as symbols or as numbers. Graphs in symbols hold for every model
/// that is built in the same way: their formulas are found once, and the numbers put in.
///
///   d  H  H_kv  w  f     as in costmodel/symbols.h
///   W  K  m  indexer_heads        window; the indexer of sparse attention
///   latent  query_latent  plain  rotary  value       multi-head latent attention (LatentShape)
///   cross_H  cross_H_kv  cross_w                     attention over an encoder's output
///   experts  chosen  f_expert  f_shared              ExpertsShape
///   E  V  positions  token_types  buckets  classes   tables
class ModelSizes {
 public:
  /// Of a layer, or of what stands around all layers.
  static ModelSizes OfLayer(const LayerShape& layer, const Integer& width);
  static ModelSizes OfTables(const Architecture& architecture);
  /// Of the modules that predict further tokens, which it must have: their layer's, and V.
  static ModelSizes OfMultiToken(const Architecture& architecture);

  /// The same, from now on as symbols.
  ModelSizes InSymbols() const;

  /// Requires that the model has a size of this name.
  Expr Of(std::string_view name) const;

  /// The numbers, under either form.
  const Bindings& numbers() const { return numbers_; }

 private:
  void Set(std::string name, const Integer& value) { numbers_[std::move(name)] = Expr(value); }
  void SetAttention(const AttentionShape& shape);
  void SetFeedForward(const LayerShape& layer);

  Bindings numbers_;
  bool in_symbols_ = false;
};

/// How a layer is built, apart from its sizes: equal for layers whose graphs in symbols are equal.
std::string StructureOf(const LayerShape& layer);
/// The same of embedding, head and what else stands around the layers.
std::string StructureOf(const Architecture& architecture);

}  // namespace costcheck
