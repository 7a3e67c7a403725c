#include "costmodel/query/subject.h"

#include <algorithm>

#include "costmodel/algebra/error.h"
#include "costmodel/query/names.h"
#include "costmodel/query/place.h"
#include "costmodel/query/words.h"

namespace costcheck {
namespace {

Subject OfComponent(const Component& component, std::string label, const Settings& settings,
                    const Counting& counting) {
  Subject subject{std::move(label), &component, settings, Expr()};
  subject.settings.causal = counting.causal;
  subject.settings.phase = counting.phase;
  return subject;
}

/// The cost that a call within an expression stands for.
Expr CostOfCall(const Component& component, const std::vector<Argument>& arguments,
                const Assignments& assignments, Counting counting, const CostRule& cost_of) {
  const CostCall call = ReadCostCall(arguments);
  for (const Argument& argument : call.counting) {
    counting = With(counting, argument.name, argument.text);
  }
  const std::string name(component.name);
  const Settings settings = assignments.With(call.own, name).Resolve();
  return cost_of(OfComponent(component, name, settings, counting), counting, call.metric);
}

bool IsSettable(std::string_view name) {
  const std::vector<std::string> names = SettableNames();
  return std::find(names.begin(), names.end(), name) != names.end();
}

CostError NoComponent(std::string_view name) {
  return CostError("'" + std::string(name) + "' is not a component" +
                   DidYouMean(name, ComponentNames()) + " (see costcheck list components)");
}

}  // namespace

std::optional<Call> AsCall(std::string_view text) {
  const std::size_t open = text.find('(');
  if (open == std::string_view::npos) return Call{text, ""};
  int depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')' && --depth == 0 && i + 1 < text.size()) return std::nullopt;
  }
  if (depth != 0) return std::nullopt;
  return Call{Trimmed(text.substr(0, open)), text.substr(open + 1, text.size() - open - 2)};
}

CostCall ReadCostCall(const std::vector<Argument>& arguments) {
  CostCall call;
  for (const Argument& argument : arguments) {
    if (argument.name == "metric") {
      call.metric = ParseMetric(argument.text);
    } else if (IsCountingName(argument.name)) {
      call.counting.push_back(argument);
    } else {
      call.own.push_back(argument);
    }
  }
  return call;
}

Vocabulary MakeVocabulary(const Assignments& assignments, const Counting& counting,
                          const CostRule& cost_of) {
  Vocabulary vocabulary;
  vocabulary.calls = ComponentNames();
  vocabulary.symbol = [values = assignments.Resolve().values()](std::string_view name) {
    const auto value = values.find(name);
    return value == values.end() ? Expr(SymbolNamed(name)) : value->second;
  };
  vocabulary.call = [assignments, counting, cost_of](
                        std::string_view name,
                        const std::vector<Argument>& arguments) -> std::optional<Ratio> {
    const Component* component = FindComponent(name);
    if (component == nullptr && arguments.empty()) return std::nullopt;
    if (component == nullptr) throw NoComponent(name);
    return MakeRatio(CostOfCall(*component, arguments, assignments, counting, cost_of), Expr(1));
  };
  return vocabulary;
}

Subject ParseSubject(std::string_view text, const Assignments& assignments,
                     const Counting& counting, const TokenLaw* law) {
  const std::string label(Trimmed(text));
  if (label.empty()) throw CostError("a component or an expression is missing");
  const std::optional<Call> call = AsCall(label);
  if (const Component* component = call ? FindComponent(call->name) : nullptr) {
    const Assignments all = assignments.With(SplitArguments(call->arguments), label);
    return OfComponent(*component, label, At(label, [&] { return all.Resolve(law); }), counting);
  }
  if (IsWord(label) && ParseNumber(label) == std::nullopt && !IsSettable(label)) {
    throw NoComponent(label);
  }
  const Vocabulary vocabulary = MakeVocabulary(assignments, counting);
  return {label, nullptr, assignments.Resolve(),
          At(label, [&] { return ParseExpr(label, vocabulary); })};
}

std::vector<Subject> ParseSubjects(std::string_view text, const Assignments& assignments,
                                   const Counting& counting) {
  std::vector<Subject> subjects;
  for (const Argument& item : SplitArguments(text)) {
    const std::string spec = item.name.empty() ? item.text : item.name + "=" + item.text;
    subjects.push_back(ParseSubject(spec, assignments, counting));
  }
  return subjects;
}

Expr CostOf(const Subject& subject, const Counting& counting, Metric metric) {
  if (subject.component != nullptr) {
    return At(subject.label, [&] {
      return Evaluate(*subject.component, subject.settings, counting.convention, metric);
    });
  }
  if (metric == Metric::kFlops) return subject.flops;
  throw CostError("'" + subject.label +
                  "' is an expression, which stands for its FLOPs; it has no " +
                  std::string(InfoOf(metric).name));
}

std::vector<Metric> ParseMetrics(std::string_view text, const std::string& place) {
  std::vector<Metric> metrics;
  for (const Argument& item : SplitArguments(text)) {
    const Metric metric = At(place, [&] { return ParseMetric(item.text); });
    if (std::find(metrics.begin(), metrics.end(), metric) == metrics.end()) {
      metrics.push_back(metric);
    }
  }
  return metrics;
}

}  // namespace costcheck
