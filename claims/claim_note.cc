#include "claims/claim_note.h"

#include <algorithm>
#include <utility>

#include "claims/figure_text.h"

namespace costcheck {
namespace {

/// Of slips, and of scopes with one value; the outcome has them all.
constexpr std::size_t kMostListed = 5;

/// "a: 1; b and c: 2; 3 more".
std::string Cut(std::vector<std::string> words) {
  if (words.size() > kMostListed + 1) {
    const std::size_t more = words.size() - kMostListed;
    words.resize(kMostListed);
    words.push_back(std::to_string(more) + " more");
  }
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : "; ") + word;
  return text;
}

/// "all heads: 0.0909x; layer and model: 1.2x": scopes of one value together.
std::string ScopesText(const std::vector<const ScopeValue*>& scopes, const std::string& unit) {
  std::vector<std::pair<std::string, std::vector<std::string>>> groups;  // value, names
  for (const ScopeValue* scope : scopes) {
    const std::string value = FigureText(scope->value, unit);
    const auto same = std::find_if(groups.begin(), groups.end(),
                                   [&](const auto& group) { return group.first == value; });
    if (same == groups.end()) {
      groups.push_back({value, {scope->name}});
    } else {
      same->second.push_back(scope->name);
    }
  }
  std::vector<std::string> words;
  for (const auto& [value, names] : groups) words.push_back(ListText(names) + ": " + value);
  return Cut(std::move(words));
}

bool IsDeclaredValue(const Recomputed& value, const NumberOutcome& outcome) {
  return std::any_of(outcome.scopes.begin(), outcome.scopes.end(), [&](const ScopeValue& scope) {
    return scope.declared && scope.value == value;
  });
}

/// Those with a value; a built-in scope that gives that of a declared reading is the same thing
/// again.
std::vector<const ScopeValue*> Select(const NumberOutcome& outcome, bool declared, bool holds) {
  std::vector<const ScopeValue*> scopes;
  for (const ScopeValue& scope : outcome.scopes) {
    const bool known = !std::holds_alternative<std::monostate>(scope.value);
    if (!known || scope.declared != declared || scope.holds != holds) continue;
    if (declared || !IsDeclaredValue(scope.value, outcome)) scopes.push_back(&scope);
  }
  return scopes;
}

std::string Sentence(const std::string& start, const std::vector<const ScopeValue*>& scopes,
                     const std::string& unit) {
  return scopes.empty() ? "" : " " + start + ScopesText(scopes, unit) + ".";
}

std::string ReadingsNote(const NumberOutcome& outcome) {
  const std::string& unit = outcome.claimed.unit;
  std::string note = Sentence("Read otherwise it is another: ", Select(outcome, true, false), unit);
  note += Sentence("It holds as well for ", Select(outcome, true, true), unit);
  for (const ScopeValue& scope : outcome.scopes) {
    if (scope.declared && !scope.why_not.empty()) {
      note += " " + Capitalized(scope.name) + ": " + scope.why_not + ".";
    }
  }
  return note;
}

std::string SlipText(const Slip& slip, const std::string& unit) {
  return slip.name + " (" + FigureText(slip.value, unit) +
         (slip.truncated ? ", digits cut off" : "") + "; chance " + ChanceText(slip.chance) + ")";
}

std::string SlipsNote(const NumberOutcome& outcome) {
  if (outcome.slips_tried == 0) return "";
  const std::string tried = std::to_string(outcome.slips_tried);
  if (outcome.slips.empty()) return " None of " + tried + " usual slips fits.";
  std::vector<std::string> words;
  for (const Slip& slip : outcome.slips) words.push_back(SlipText(slip, outcome.claimed.unit));
  const std::string start = words.size() == 1 ? "one fits: " : "these fit: ";
  return " Of " + tried + " usual slips " + start + Cut(std::move(words)) + ".";
}

std::string FailureNote(const ClaimNumber& number, const DecidedNumber& decided,
                        const NamedNumbers& names) {
  std::string note = SlipsNote(decided.outcome);
  const auto verdict = VerdictOf(number, decided);
  if (verdict != ClaimVerdict::kInconsistent) return note;
  if (!decided.left_out.empty()) {
    return note + " So it leaves out " + names.List(decided.left_out) + ".";
  }
  return " It contradicts " + names.List(decided.outcome.claims_used) + "." + note;
}

}  // namespace

std::string NumberNote(const ClaimNumber& number, const DecidedNumber& decided,
                       const NamedNumbers& names) {
  const NumberOutcome& outcome = decided.outcome;
  if (!outcome.holds) return outcome.reason;
  std::string note = outcome.reason;
  if (!*outcome.holds) note += FailureNote(number, decided, names);
  note += ReadingsNote(outcome);
  if (*outcome.holds) {
    note += Sentence("It does not hold for ", Select(outcome, false, false), outcome.claimed.unit);
  } else {
    note += Sentence("It would hold for ", Select(outcome, false, true), outcome.claimed.unit);
  }
  return note;
}

std::string ReasonText(const ClaimCheck& check) {
  std::string because = Capitalized(check.because);
  while (because.ends_with('.')) because.pop_back();
  return because;
}

}  // namespace costcheck
