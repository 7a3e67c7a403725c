#include "costmodel/metric.h"

#include <array>
#include <string>
#include <vector>

#include "costmodel/algebra/error.h"
#include "costmodel/model/block.h"
#include "costmodel/operators/cost.h"
#include "costmodel/operators/memory.h"

namespace costcheck {
namespace {

constexpr std::array<MetricInfo, 7> kMetrics = {{
    {Metric::kFlops, "flops", "FLOP", "headline FLOPs of what is in scope"},
    {Metric::kPairs, "pairs", "pair", "query-key pairs of one head of one sequence"},
    {Metric::kParameters, "parameters", "parameter", "trained numbers"},
    {Metric::kBytesMoved, "bytes_moved", "byte", "bytes read and written by what is in scope"},
    {Metric::kScoreBytes, "score_bytes", "byte",
     "one element for every attended pair of every head"},
    {Metric::kKeptBytes, "kept_bytes", "byte", "kept from forward to backward, ideal"},
    {Metric::kKvCacheBytes, "kv_cache_bytes", "byte", "what a decoder holds at cache length S"},
}};

Phase PhaseFor(Metric metric, Phase asked) {
  if (metric == Metric::kKvCacheBytes) return Phase::kDecode;
  if (metric == Metric::kKeptBytes) return Phase::kTraining;
  return asked;
}

Graph GraphInScope(const Component& component, const Settings& settings, Scope scope) {
  Graph graph = BuildGraph(component, settings);
  if (component.family == Family::kEmbedding) return graph;
  if (scope >= Scope::kLayer) graph = Join(std::move(graph), LayerRest(settings));
  if (scope >= Scope::kModel) graph = Join(std::move(graph), ModelRest(settings));
  return graph;
}

Expr BytesMoved(const Graph& graph, const Convention& convention, const Settings& settings) {
  const Cost cost = CountCost(graph, convention, settings.phase, settings.causal);
  return (cost.read + cost.written).value();
}

Expr MetricOf(const Graph& graph, const Convention& convention, const Settings& settings,
              Metric metric) {
  const PairRule rule = convention.Rule(settings.causal, settings.phase);
  switch (metric) {
    case Metric::kFlops:
      return CountFlops(graph, convention, settings.phase, settings.causal).value();
    case Metric::kPairs:
      return graph.heads.empty() ? Expr(0) : Count(graph.heads[0].pairs, rule);
    case Metric::kParameters:
      return CountParameters(graph).value();
    case Metric::kBytesMoved:
      return BytesMoved(graph, convention, settings);
    case Metric::kScoreBytes:
      return ScoreBytes(graph, rule).value();
    case Metric::kKeptBytes:
      return KeptForBackward(graph, rule).value();
    case Metric::kKvCacheBytes:
      return CacheBytes(graph).value();
  }
  CheckFailed("metric is one of Metric", __FILE__, __LINE__);
}

}  // namespace

std::span<const MetricInfo> Metrics() { return kMetrics; }

const MetricInfo& InfoOf(Metric metric) {
  for (const MetricInfo& info : kMetrics) {
    if (info.metric == metric) return info;
  }
  CheckFailed("metric is one of Metric", __FILE__, __LINE__);
}

Metric ParseMetric(std::string_view name) {
  std::vector<std::string> names;
  for (const MetricInfo& info : kMetrics) {
    if (info.name == name) return info.metric;
    names.emplace_back(info.name);
  }
  throw CostError("unknown metric '" + std::string(name) + "'" + DidYouMean(name, names));
}

Expr Evaluate(const Component& component, const Settings& settings, const Convention& convention,
              Metric metric) {
  Settings seen = settings.For(component.parameters);
  seen.phase = PhaseFor(metric, settings.phase);
  seen.causal = settings.causal && component.has_causal_form;
  Convention counted = convention;
  if (component.family == Family::kEmbedding) counted.scope = Scope::kModel;
  const Graph graph = GraphInScope(component, seen, counted.scope);
  return Substitute(MetricOf(graph, counted, seen, metric), {{"p", seen.Get("p")}});
}

}  // namespace costcheck
