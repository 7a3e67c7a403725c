#pragma once

#include <span>
#include <string_view>

#include "costmodel/algebra/expr.h"
#include "costmodel/component.h"
#include "costmodel/operators/convention.h"

namespace costcheck {

/// What can be asked of a component. Lengths, phase and mask are the settings',
/// scope and rules the convention's.
enum class Metric {
  kFlops,  ///< headline FLOPs
  kPairs,  ///< query-key pairs of one head of one sequence (the component's own pattern)
  kParameters,
  kBytesMoved,    ///< bytes read and written by all operators in scope
  kScoreBytes,    ///< one element for every attended pair of every head
  kKeptBytes,     ///< kept from forward to backward, ideal
  kKvCacheBytes,  ///< what a decoder holds at cache length S (T where S is not set)
};

struct MetricInfo {
  Metric metric;
  std::string_view name;  ///< as in the output: "bytes_moved"
  std::string_view unit;  ///< "FLOP", "pair", "parameter", "byte"
  std::string_view meaning;
};
std::span<const MetricInfo> Metrics();
const MetricInfo& InfoOf(Metric metric);
Metric ParseMetric(std::string_view name);  ///< CostError with the nearest name

/// The formula of a metric of a component, exact, in whatever symbols the
/// settings leave free (p, the bytes of an element, is 2 unless set).
/// Scope layer adds norms and a feed-forward of width f, scope model embedding and
/// logits besides, through costmodel/model; an embedding is its own graph alone,
/// whatever the scope. flops and bytes_moved are those of the operators in scope;
/// parameters and kept_bytes are of the whole component at least, projections
/// included, kept_bytes of its training graph; kv_cache_bytes is of its decode
/// graph. A component without a causal form is counted without a mask.
Expr Evaluate(const Component& component, const Settings& settings, const Convention& convention,
              Metric metric);

}  // namespace costcheck
