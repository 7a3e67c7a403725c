#include "claims/scopes.h"

#include <algorithm>
#include <utility>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

constexpr char kAllHeads[] = "sparse_heads=H,exact_heads=0,topk_heads=0";
constexpr char kOtherHeadsExact[] = "sparse_heads=1,exact_heads=H-1,topk_heads=0";
constexpr char kSelection[] = "selection=1";

/// Scopes for some expressions, counted as `base` says.
class ScopeList {
 public:
  ScopeList(const std::vector<std::string>& expressions, CountingLayers base,
            ClaimEvaluator& evaluator)
      : expressions_(expressions),
        base_(base),
        evaluator_(evaluator),
        counting_(evaluator.Counted(base)) {
    if (!Any([&](const std::string& text) { return evaluator_.CallsCosts(text); })) return;
    const bool attention =
        Any([&](const std::string& text) { return evaluator_.CallsAttention(text); });
    if (attention) {
      AddHeads();
      AddScopes();
    }
    AddPhases();
    if (attention) AddPairs();
  }

  std::vector<BuiltInScope> Take() { return std::move(scopes_); }

 private:
  template <class Test>
  bool Any(Test test) const {
    return std::any_of(expressions_.begin(), expressions_.end(), test);
  }
  bool Takes(std::string_view name) const {
    return Any([&](const std::string& text) { return evaluator_.Takes(text, name); });
  }
  void AddSet(const std::string& name, const std::string& set) {
    scopes_.push_back({name, {}});
    scopes_.back().counting.set = set;
  }

  void AddHeads() {
    const bool all = Takes("sparse_heads") && SetsHeads();
    const auto sparse = evaluator_.SetValue("sparse_heads", base_);
    const auto exact = evaluator_.SetValue("exact_heads", base_);
    const auto heads = evaluator_.SetValue("H", base_);
    const bool all_already = heads && sparse == heads && (!exact || *exact == 0);
    const bool others_already = heads && sparse == Rational(1) && (!exact || *exact == *heads - 1);
    const bool selection = Takes("selection") && evaluator_.Sets("selection", base_) &&
                           evaluator_.SetValue("selection", base_) == Rational(0);
    if (all && !all_already) AddSet("all heads", kAllHeads);
    if (all && !others_already) AddSet("other heads exact", kOtherHeadsExact);
    if (selection) AddSet("selection counted", kSelection);
    if (all && !all_already && selection) {
      AddSet("all heads, selection counted", std::string(kAllHeads) + "," + kSelection);
    }
  }

  /// With heads of the kind at all.
  bool SetsHeads() const {
    const bool sets =
        evaluator_.Sets("sparse_heads", base_) || evaluator_.Sets("exact_heads", base_);
    return sets && evaluator_.SetValue("sparse_heads", base_) != Rational(0);
  }

  void AddScopes() {
    for (const Scope scope : {Scope::kCore, Scope::kModule, Scope::kLayer, Scope::kModel}) {
      if (scope == counting_.convention.scope) continue;
      scopes_.push_back({std::string(Name(scope)), {}});
      scopes_.back().counting.scope = scopes_.back().name;
    }
  }

  void AddPhases() {
    for (const Phase phase : {Phase::kTraining, Phase::kPrefill, Phase::kDecode}) {
      if (phase == counting_.phase) continue;
      scopes_.push_back({std::string(Name(phase)), {}});
      scopes_.back().counting.phase = scopes_.back().name;
    }
  }

  void AddPairs() {
    scopes_.push_back({counting_.causal ? "not causal" : "causal", {}});
    scopes_.back().counting.causal = counting_.causal ? "no" : "yes";
    const PairCount other = counting_.convention.count == PairCount::kUseful ? PairCount::kExecuted
                                                                             : PairCount::kUseful;
    scopes_.push_back({std::string(Name(other)), {}});
    scopes_.back().counting.count = scopes_.back().name;
  }

  const std::vector<std::string>& expressions_;
  CountingLayers base_;
  ClaimEvaluator& evaluator_;
  const Counting& counting_;
  std::vector<BuiltInScope> scopes_;
};

/// What is wrong, without the expression and the call, which stand beside it.
std::string Reason(std::string error) {
  for (const auto& [opening, closing] : {std::pair("'", "': "), std::pair("in '", ": ")}) {
    const std::size_t end = error.starts_with(opening) ? error.find(closing) : std::string::npos;
    if (end != std::string::npos) error.erase(0, end + std::string_view(closing).size());
  }
  return error;
}

}  // namespace

std::vector<BuiltInScope> BuiltInScopes(const std::vector<std::string>& expressions,
                                        CountingLayers base, ClaimEvaluator& evaluator) {
  return ScopeList(expressions, base, evaluator).Take();
}

ScopeValue ValueInScope(const RecountSource& source, const BuiltInScope& scope, CountingLayers base,
                        ClaimEvaluator& evaluator) {
  std::vector<const ClaimCounting*> layers(base.begin(), base.end());
  layers.push_back(&scope.counting);
  ScopeValue value;
  value.name = scope.name;
  try {
    const Recount recount = RecountOf(source, layers, evaluator);
    if (recount.value) value.value = *recount.value;
    value.holds = recount.fits;
    value.why_not = recount.why_not;
  } catch (const CostError& error) {
    value.why_not = Reason(error.what());
  }
  return value;
}

}  // namespace costcheck
