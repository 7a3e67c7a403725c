#include "cli/claims_choice.h"

#include <algorithm>
#include <optional>
#include <set>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

/// The words of all lists, in order. CostError for a list with nothing between two commas.
std::vector<std::string> Words(const std::string& option, const std::vector<std::string>& lists) {
  std::vector<std::string> words;
  for (const std::string& list : lists) {
    for (std::size_t begin = 0; begin <= list.size();) {
      const std::size_t end = std::min(list.find(',', begin), list.size());
      words.push_back(list.substr(begin, end - begin));
      if (words.back().empty()) throw CostError(option + ": a name is missing in '" + list + "'");
      begin = end + 1;
    }
  }
  return words;
}

std::string Hyphenated(std::string_view text) {
  std::string word(text);
  std::replace(word.begin(), word.end(), ' ', '-');
  return word;
}

ClaimVerdict ParseVerdict(const std::string& name) {
  std::vector<std::string> names;
  for (const ClaimVerdict verdict : AllVerdicts()) {
    names.push_back(Hyphenated(VerdictText(verdict)));
    if (Hyphenated(name) == names.back()) return verdict;
  }
  throw CostError("--verdict: '" + name + "' is not a verdict" + DidYouMean(name, names));
}

bool FailsAlone(ClaimVerdict verdict, const FailOn& fail_on) {
  if (verdict == ClaimVerdict::kInconclusive) return fail_on.inconclusive;
  if (verdict == ClaimVerdict::kOpen) return fail_on.open;
  return fail_on.inconsistent && Holds(verdict) == std::optional(false);
}

}  // namespace

std::vector<bool> ChosenClaims(const ClaimFile& file, const std::vector<std::string>& only) {
  const std::vector<std::string> words = Words("--only", only);
  std::vector<std::string> ids;
  for (const Claim& claim : file.claims) ids.push_back(claim.id);
  const std::set<std::string> known(ids.begin(), ids.end()), wanted(words.begin(), words.end());
  for (const std::string& word : words) {
    if (known.count(word) > 0) continue;
    throw CostError("--only: no claim of the file is '" + word + "'" + DidYouMean(word, ids));
  }
  std::vector<bool> chosen;
  for (const std::string& id : ids) chosen.push_back(wanted.empty() || wanted.count(id) > 0);
  return chosen;
}

std::vector<ClaimVerdict> ParseVerdicts(const std::vector<std::string>& names) {
  std::vector<ClaimVerdict> verdicts;
  for (const std::string& name : Words("--verdict", names)) verdicts.push_back(ParseVerdict(name));
  return verdicts;
}

std::vector<DecidedClaim> WithVerdicts(std::span<const DecidedClaim> claims,
                                       std::span<const ClaimVerdict> verdicts) {
  std::vector<DecidedClaim> found(claims.begin(), claims.end());
  if (verdicts.empty()) return found;
  std::erase_if(found, [&](const DecidedClaim& decided) {
    return std::find(verdicts.begin(), verdicts.end(), decided.outcome->verdict) == verdicts.end();
  });
  return found;
}

FailOn ParseFailOn(const std::vector<std::string>& words) {
  if (words.empty()) return {};
  FailOn fail_on{false, false, false};
  for (const std::string& word : Words("--fail-on", words)) {
    bool* const named = word == "inconsistent"   ? &fail_on.inconsistent
                        : word == "inconclusive" ? &fail_on.inconclusive
                        : word == "open"         ? &fail_on.open
                                                 : nullptr;
    if (named == nullptr) {
      throw CostError("--fail-on: '" + word + "' is none of inconsistent, inconclusive and open" +
                      DidYouMean(word, {"inconsistent", "inconclusive", "open"}));
    }
    *named = true;
  }
  return fail_on;
}

bool Fails(std::span<const DecidedClaim> claims, const FailOn& fail_on) {
  return std::any_of(claims.begin(), claims.end(), [&](const DecidedClaim& decided) {
    return FailsAlone(decided.outcome->verdict, fail_on);
  });
}

}  // namespace costcheck
