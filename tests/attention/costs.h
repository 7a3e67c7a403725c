#pragma once

#include "costmodel/operators/convention.h"
#include "costmodel/operators/cost.h"
#include "costmodel/operators/memory.h"
#include "tests/attention/pattern_oracle.h"

// What tests ask of a component beside its pairs.

namespace costcheck {

inline const Convention& FirstPrinciples() { return FindConvention("first-principles"); }

inline Expr FlopsOf(const Component& component, const Settings& settings,
                    const Convention& convention = FirstPrinciples()) {
  const Graph graph = BuildGraph(component, settings);
  return CountFlops(graph, convention, settings.phase, settings.causal).value();
}

/// 0 where the part does not occur.
inline Expr PartFlops(const Component& component, const Settings& settings, Part part) {
  Convention all = FirstPrinciples();
  all.scope = Scope::kModel;
  const Graph graph = BuildGraph(component, settings);
  const auto parts = FlopsByPart(graph, all, settings.phase, settings.causal);
  const auto at = parts.find(part);
  return at == parts.end() ? Expr(0) : at->second.value();
}

inline Expr ParametersOf(const Component& component, const Settings& settings) {
  return CountParameters(BuildGraph(component, settings)).value();
}

/// In elements: the bytes at one byte each.
inline Expr CachedElements(const Component& component, const Named& values) {
  const Settings settings = SettingsOf(values, true, Phase::kDecode);
  return Substitute(CacheBytes(BuildGraph(component, settings)).value(), {{"p", 1}});
}

inline Expr KeptElements(const Component& component, const Settings& settings) {
  const Graph graph = BuildGraph(component, settings);
  return Substitute(KeptForBackward(graph, PairRule::kUseful).value(), {{"p", 1}});
}

}  // namespace costcheck
