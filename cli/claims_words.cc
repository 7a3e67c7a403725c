#include "cli/claims_words.h"

#include <fmt/format.h>

#include "claims/figure_text.h"
#include "claims/fit.h"
#include "tables/format.h"

namespace costcheck {

std::vector<const CheckOutcome*> DecisiveChecks(const ClaimOutcome& outcome) {
  std::vector<const CheckOutcome*> checks;
  for (const CheckOutcome& check : outcome.checks) {
    if (check.verdict == outcome.verdict) checks.push_back(&check);
  }
  return checks;
}

std::vector<std::string> ClaimedTexts(const DecidedClaim& decided) {
  std::vector<std::string> texts;
  for (const ClaimNumber& number : decided.claim->numbers) texts.push_back(ClaimedText(number));
  if (!texts.empty()) return texts;
  for (const CheckOutcome* check : DecisiveChecks(*decided.outcome))
    texts.push_back(check->claimed);
  return texts;
}

std::vector<std::string> RecomputedTexts(const ClaimOutcome& outcome) {
  std::vector<std::string> texts;
  for (const NumberOutcome& number : outcome.numbers) {
    texts.push_back(FigureText(number.recomputed, number.claimed.unit));
  }
  if (texts.size() > 1 || !Joined(texts).empty()) return texts;
  std::vector<std::string> found;
  for (const CheckOutcome* check : DecisiveChecks(outcome)) found.push_back(check->recomputed);
  return found.empty() ? texts : found;
}

std::string Joined(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) {
    if (!text.empty()) joined += (joined.empty() ? "" : ", ") + text;
  }
  return joined;
}

std::vector<std::string> SourcesOf(const Claim& claim) {
  std::vector<std::string> ids = {claim.source};
  ids.insert(ids.end(), claim.also.begin(), claim.also.end());
  return ids;
}

std::string Counted(std::size_t count, const std::string& noun) {
  return fmt::format("{} {}{}", GroupDigits(Integer(count)), noun, count == 1 ? "" : "s");
}

}  // namespace costcheck
