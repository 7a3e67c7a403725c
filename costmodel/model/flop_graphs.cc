#include "costmodel/model/flop_graphs.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "costmodel/model/architecture_graph.h"
#include "costmodel/model/layer_graph.h"

namespace costcheck {
namespace {

bool IsOfContext(const Graph& graph, const Operator& op) {
  return graph.tensors[op.out[0]].name.starts_with(kCrossPrefix);
}

bool IsOtherLookup(const Graph& graph, const Operator& op) {
  return op.kind == Kind::kLookup && graph.tensors[op.in[0]].name != kTableName;
}

}  // namespace

FlopGraphs::ByText FlopGraphs::Split(Graph graph, bool causal) {
  const auto is_of_context = [&](const Operator& op) { return IsOfContext(graph, op); };
  std::erase_if(graph.operators, [&](const Operator& op) {
    return op.part == Part::kLoss || IsOtherLookup(graph, op);
  });
  ByText graphs;
  if (std::any_of(graph.operators.begin(), graph.operators.end(), is_of_context)) {
    graphs.push_back({graph, false});
    std::erase_if(graphs.front().graph.operators, std::not_fn(is_of_context));
    std::erase_if(graph.operators, is_of_context);
  }
  graphs.push_back({std::move(graph), causal});
  return graphs;
}

std::map<Part, Expr> FlopGraphs::Sum(const ByText& graphs, const Convention& convention,
                                     Phase phase) {
  std::map<Part, Expr> sum;
  for (const auto& [graph, causal] : graphs) {
    for (const auto& [part, flops] : FlopsByPart(graph, convention, phase, causal)) {
      sum[part] += flops.value();
    }
  }
  return sum;
}

FlopGraphs::FlopGraphs(Graph training, std::optional<Graph> decode, bool causal)
    : training_(Split(std::move(training), causal)) {
  if (decode) decode_ = Split(*std::move(decode), causal);
}

FlopFormulas FlopGraphs::Count(const Convention& convention, Phase phase) const {
  FlopFormulas flops;
  const auto decode = Sum(decode_, convention, Phase::kDecode);
  for (const auto& [part, value] : decode) flops.decode += value;
  flops.forward = Sum(training_, convention, Phase::kForward);
  flops.by_part = phase == Phase::kDecode     ? decode
                  : phase == Phase::kTraining ? Sum(training_, convention, Phase::kTraining)
                                              : flops.forward;
  return flops;
}

}  // namespace costcheck
