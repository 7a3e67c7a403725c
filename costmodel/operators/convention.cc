#include "costmodel/operators/convention.h"

#include <array>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/number.h"

namespace costcheck {
namespace {

template <class Value>
struct Word {
  Value value;
  std::string_view name;
};

constexpr std::array<Word<CausalRule>, 3> kCausalRules = {
    {{CausalRule::kFull, "full"}, {CausalRule::kHalf, "half"}, {CausalRule::kExact, "exact"}}};
constexpr std::array<Word<PairCount>, 2> kPairCounts = {
    {{PairCount::kUseful, "useful"}, {PairCount::kExecuted, "executed"}}};
constexpr std::array<Word<Scope>, 4> kScopes = {{{Scope::kCore, "core"},
                                                 {Scope::kModule, "module"},
                                                 {Scope::kLayer, "layer"},
                                                 {Scope::kModel, "model"}}};
constexpr std::array<Word<Phase>, 4> kPhases = {{{Phase::kForward, "forward"},
                                                 {Phase::kTraining, "training"},
                                                 {Phase::kPrefill, "prefill"},
                                                 {Phase::kDecode, "decode"}}};

/// The value of the word `text`; `what` names the list in the error.
template <class Words>
auto Parse(const Words& words, std::string_view what, std::string_view text) {
  std::vector<std::string> names;
  for (const auto& word : words) {
    if (word.name == text) return word.value;
    names.emplace_back(word.name);
  }
  throw CostError("unknown " + std::string(what) + " '" + std::string(text) + "'" +
                  DidYouMean(text, names));
}

template <class Words, class Value>
std::string_view NameIn(const Words& words, Value value) {
  for (const auto& word : words) {
    if (word.value == value) return word.name;
  }
  CheckFailed("the value is in its list", __FILE__, __LINE__);
}

/// "core 1/2, norm 0"; "none" where there is nothing.
std::string ByPart(const std::map<Part, Rational>& values) {
  std::string text;
  for (const auto& [part, value] : values) {
    text += (text.empty() ? "" : ", ") + std::string(Name(part)) + " " + ToString(value);
  }
  return text.empty() ? "none" : text;
}

std::string YesNo(bool value) { return value ? "yes" : "no"; }

Rational ValueAt(const std::map<Part, Rational>& values, Part part, int otherwise) {
  const auto at = values.find(part);
  return at == values.end() ? Rational(otherwise) : at->second;
}

}  // namespace

PairRule Convention::Rule(bool causal) const {
  if (count == PairCount::kExecuted) return PairRule::kExecuted;
  if (!causal) return PairRule::kUnmasked;
  switch (causal_rule) {
    case CausalRule::kFull:
      return PairRule::kUnmasked;
    case CausalRule::kHalf:
      return PairRule::kHalf;
    case CausalRule::kExact:
      return PairRule::kUseful;
  }
  CheckFailed("causal_rule is one of CausalRule", __FILE__, __LINE__);
}

PairRule Convention::Rule(bool causal, Phase phase) const {
  const bool one_token = phase == Phase::kDecode && count == PairCount::kUseful;
  return one_token ? PairRule::kUseful : Rule(causal);
}

std::vector<std::pair<std::string, std::string>> Convention::Fields() const {
  return {{"name", name},
          {"source", source},
          {"flops_per_multiply_add", std::to_string(flops_per_multiply_add)},
          {"causal_rule", std::string(Name(causal_rule))},
          {"count", std::string(Name(count))},
          {"scope", std::string(Name(scope))},
          {"softmax_flops", ToString(softmax_flops)},
          {"comparison_flops", ToString(comparison_flops)},
          {"lookup_as_product", YesNo(lookup_as_product)},
          {"logits", YesNo(logits)},
          {"backward", backward_factor ? ToString(*backward_factor) + "x forward" : "derived"},
          {"part_weights", ByPart(part_weights)},
          {"recomputed_forwards", ByPart(recomputed_forwards)},
          {"bytes", binary_bytes ? "GiB" : "GB"},
          {"counts", counts},
          {"leaves_out", leaves_out}};
}

bool InScope(Part part, Scope scope) {
  switch (part) {
    case Part::kSelection:
    case Part::kCore:
      return true;
    case Part::kProjection:
      return scope >= Scope::kModule;
    case Part::kNorm:
    case Part::kFeedForward:
      return scope >= Scope::kLayer;
    case Part::kEmbedding:
    case Part::kLogits:
    case Part::kLoss:
      return scope >= Scope::kModel;
  }
  CheckFailed("part is one of Part", __FILE__, __LINE__);
}

Flops Headline(const Cost& cost, const Convention& convention) {
  Expr products = cost.multiply_adds.value();
  if (convention.lookup_as_product) products += cost.lookups.value();
  return Flops(products * convention.flops_per_multiply_add +
               cost.softmax.value() * convention.softmax_flops +
               cost.comparisons.value() * convention.comparison_flops);
}

namespace {

/// Whether operators of this kind have anything that a headline of the convention weighs. The rest,
/// most of a graph, need not be costed for it.
bool HasHeadline(Kind kind, const Convention& convention) {
  switch (kind) {
    case Kind::kMatMul:
      return true;
    case Kind::kSoftmax:
    case Kind::kCrossEntropy:
      return convention.softmax_flops != 0;
    case Kind::kTopK:
    case Kind::kSort:
      return convention.comparison_flops != 0;
    case Kind::kLookup:
      return convention.lookup_as_product;
    case Kind::kAdd:
    case Kind::kScale:
    case Kind::kMultiply:
    case Kind::kRelu:
    case Kind::kGelu:
    case Kind::kSilu:
    case Kind::kSigmoid:
    case Kind::kExp:
    case Kind::kLayerNorm:
    case Kind::kRmsNorm:
    case Kind::kGather:
    case Kind::kReduceSum:
      return false;
  }
  CheckFailed("kind is one of Kind", __FILE__, __LINE__);
}

/// Forward, and in training its recomputation and backward, as the convention has them.
Expr FlopsOf(const Operator& op, const Graph& graph, const Convention& convention, Phase phase,
             PairRule rule) {
  const Expr forward = Headline(ForwardCost(op, graph, rule), convention).value();
  const Expr weight = ValueAt(convention.part_weights, op.part, 1);
  if (phase != Phase::kTraining) return forward * weight;
  const Expr backward = !convention.backward_factor
                            ? Headline(BackwardCost(op, graph, rule), convention).value()
                        : op.differentiable ? forward * *convention.backward_factor
                                            : Expr(0);
  const Expr again = forward * ValueAt(convention.recomputed_forwards, op.part, 0);
  return (forward + again + backward) * weight;
}

}  // namespace

std::map<Part, Flops> FlopsByPart(const Graph& graph, const Convention& convention, Phase phase,
                                  bool causal) {
  const PairRule rule = convention.Rule(causal, phase);
  std::map<Part, Flops> flops;
  for (const Operator& op : graph.operators) {
    if (!InScope(op.part, convention.scope)) continue;
    if (op.part == Part::kLogits && !convention.logits) continue;
    Flops& sum = flops[op.part];
    if (HasHeadline(op.kind, convention)) sum += Flops(FlopsOf(op, graph, convention, phase, rule));
  }
  return flops;
}

Flops CountFlops(const Graph& graph, const Convention& convention, Phase phase, bool causal) {
  Flops sum;
  for (const auto& [part, flops] : FlopsByPart(graph, convention, phase, causal)) sum += flops;
  return sum;
}

Cost CountCost(const Graph& graph, const Convention& convention, Phase phase, bool causal) {
  const PairRule rule = convention.Rule(causal, phase);
  Cost sum;
  for (const Operator& op : graph.operators) {
    if (!InScope(op.part, convention.scope)) continue;
    sum += ForwardCost(op, graph, rule);
    if (phase == Phase::kTraining) sum += BackwardCost(op, graph, rule);
  }
  return sum;
}

const Convention& FindConvention(std::string_view name) {
  std::vector<std::string> names;
  for (const Convention& convention : Conventions()) {
    if (convention.name == name) return convention;
    names.push_back(convention.name);
  }
  throw CostError("unknown convention '" + std::string(name) + "'" + DidYouMean(name, names));
}

CausalRule ParseCausalRule(std::string_view text) {
  return Parse(kCausalRules, "causal rule", text);
}
Scope ParseScope(std::string_view text) { return Parse(kScopes, "scope", text); }
Phase ParsePhase(std::string_view text) { return Parse(kPhases, "phase", text); }
PairCount ParsePairCount(std::string_view text) { return Parse(kPairCounts, "count", text); }

std::string_view Name(CausalRule rule) { return NameIn(kCausalRules, rule); }
std::string_view Name(Scope scope) { return NameIn(kScopes, scope); }
std::string_view Name(Phase phase) { return NameIn(kPhases, phase); }
std::string_view Name(PairCount count) { return NameIn(kPairCounts, count); }

}  // namespace costcheck
