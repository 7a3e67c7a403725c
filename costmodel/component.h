#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "costmodel/algebra/expr.h"
#include "costmodel/operators/convention.h"
#include "costmodel/operators/graph.h"

namespace costcheck {

/// A parameter of a component. Where it is not set, the first of `defaults` that
/// can be used is used; with none the symbol stays free. A default is an
/// expression in other parameters ("d/H", "H - sparse_heads"). It can be used if
/// each of its inputs is set, gets a value by a default of its own, or is free
/// and does not lead back, through defaults, to the parameter that is asked for.
/// So S = T and H_kv = H always hold, while of w = d/H, H = d/w, d = H*w none
/// does before two of the three are set.
struct Parameter {
  std::string_view name;
  Domain domain;
  std::string_view meaning;
  std::span<const std::string_view> defaults;
};

/// One frequency band of an embedding.
struct Band {
  Expr types;      ///< token types in it
  Expr width;      ///< E, the width of its rows
  Expr hash_rows;  ///< rows that its types share; 0: one row each
};

/// What a component is built for: phase, mask, values of its parameters.
class Settings {
 public:
  Settings() = default;

  bool causal = true;
  Phase phase = Phase::kForward;
  std::vector<Band> bands;  ///< banded, adaptive
  /// Tokens that fall in each band; empty: B*T by share of types, an assumption.
  std::vector<Expr> band_tokens;
  std::vector<Expr> bucket_sizes;  ///< lsh, routing: realised sizes; empty: balanced

  void Set(std::string name, Expr value);
  const Bindings& values() const { return values_; }

  /// The value of a parameter or symbol: set (the names inside it taken from
  /// these settings as well: K = T/8), else defaulted through `parameters`, then
  /// through CommonParameters(), else the symbol itself. CostError where values
  /// are set in a circle (K = 2*W, W = K/2); a name set to itself is free.
  Expr Get(std::string_view name) const;
  bool Has(std::string_view name) const { return values_.find(name) != values_.end(); }

  /// How Get comes to its value: "T/8" as set, "d/H" by default, "" for a plain
  /// number and for a free symbol.
  std::string DefinitionOf(std::string_view name) const;

  /// Tokens that ask: T, and one in decode.
  Expr Queries() const;
  /// Keys that they ask: S.
  Expr Keys() const { return Get("S"); }

  /// The same settings seen through a component's parameters.
  Settings For(std::span<const Parameter> parameters) const;
  std::span<const Parameter> parameters() const { return parameters_; }

  /// H*w is the width inside attention, and need not be d: some models state a
  /// head width of their own. BuildGraph objects unless this is set.
  bool own_head_width = false;

 private:
  Bindings values_;
  std::span<const Parameter> parameters_;
};

/// What every component knows without listing it, with its defaults:
/// T, S (T), B (1), L (1), d (H*w), H (d/w), H_kv (H), w (d/H), f (4*d), V, p (2).
std::span<const Parameter> CommonParameters();

enum class Family { kAttention, kEmbedding };

/// One attention or embedding: everything else is derived from its graph.
struct Component {
  std::string_view name;    ///< as on the command line: "sliding_window"
  std::string_view title;   ///< "sliding window"
  std::string_view source;  ///< where it is defined
  Family family;
  std::span<const Parameter> parameters;
  Graph (*build)(const Settings& settings);  ///< settings seen through `parameters`
  /// What no causal mask can be put on (linformer): counted without one, and said so.
  bool has_causal_form = true;
};

/// Every component of every room, in table order.
std::span<const Component* const> Components();
/// Nothing if there is none of this name.
const Component* FindComponent(std::string_view name);
std::vector<std::string> ComponentNames();

/// Checks values against their domains and each other: a constant must be an
/// integer where one is needed, positive or at least 0 as its domain says (T and
/// S may be 0), d must be H*w, and H_kv must divide H. CostError otherwise.
void CheckSettings(const Component& component, const Settings& settings);

/// The graph of a component, its settings checked.
Graph BuildGraph(const Component& component, const Settings& settings);

}  // namespace costcheck
