#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "costmodel/metric.h"
#include "costmodel/query/assignments.h"
#include "costmodel/query/counting.h"

namespace costcheck {

/// Something whose cost can be asked for: a component with its settings, or an
/// expression that stands for its FLOPs.
struct Subject {
  std::string label;                     ///< as typed
  const Component* component = nullptr;  ///< null: an expression
  Settings settings;
  Expr flops;  ///< of an expression
};

/// A name alone or called, the call spanning the whole text: "topk_mlp(K=8)".
struct Call {
  std::string_view name;
  std::string_view arguments;
};
/// Nothing for any other text. Refers to `text`.
std::optional<Call> AsCall(std::string_view text);

/// "full", "topk_mlp(K=8,h=32)" with settings of its own above `assignments`,
/// or an expression in symbols and calls: "T*(T+1)/2". CostError otherwise, with
/// the nearest component. Bands by mass need a law.
Subject ParseSubject(std::string_view text, const Assignments& assignments,
                     const Counting& counting, const TokenLaw* law = nullptr);

/// A list of subjects, split at the commas outside brackets.
std::vector<Subject> ParseSubjects(std::string_view text, const Assignments& assignments,
                                   const Counting& counting);

/// The formula of a metric. CostError where an expression is asked for another
/// metric than FLOPs.
Expr CostOf(const Subject& subject, const Counting& counting, Metric metric);

/// The arguments of a call within an expression, told apart.
struct CostCall {
  Metric metric = Metric::kFlops;
  std::vector<Argument> counting;  ///< causal, count, scope, phase
  std::vector<Argument> own;       ///< what it sets
};
/// CostError for an unknown metric, with the nearest.
CostCall ReadCostCall(const std::vector<Argument>& arguments);

/// The cost that a call stands for, where it is not CostOf itself.
using CostRule = std::function<Expr(const Subject&, const Counting&, Metric)>;

/// What names and calls mean: a name is what it is set to, or itself; a call
/// full(T=8K) is the FLOPs of that component with those settings above
/// `assignments`, metric=NAME another metric, and causal, count, scope and
/// phase count it in another way.
Vocabulary MakeVocabulary(const Assignments& assignments, const Counting& counting,
                          const CostRule& cost_of = CostOf);

/// "flops,parameters". CostError with the nearest name.
std::vector<Metric> ParseMetrics(std::string_view text, const std::string& place);

}  // namespace costcheck
