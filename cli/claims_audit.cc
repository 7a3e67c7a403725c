#include "cli/claims_audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "claims/figure_text.h"
#include "claims/fit.h"
#include "cli/claims_section.h"
#include "cli/claims_words.h"
#include "tables/escape.h"

namespace costcheck {
namespace {

constexpr std::string_view kHowToRead =
    "Every verdict below is computed from the claim's own numbers and conditions; none is typed. A "
    "number holds if the recomputed value, exact, rounds to the digits that are printed. Where it "
    "does not, the usual slips are tried, and since many are tried, each that fits is given with "
    "the chance that one would fit a number drawn at random. Numbers that are costs are also "
    "counted in wider scopes, which change no verdict: they show how far the claim reaches.";

std::string_view MeaningOf(ClaimVerdict verdict) {
  switch (verdict) {
    case ClaimVerdict::kReproduced:
      return "recomputed, it is what is printed, however its words are read";
    case ClaimVerdict::kSupported:
      return "recorded runs say so";
    case ClaimVerdict::kConventionDependent:
      return "holds as its source counts, and not in another reading of its words";
    case ClaimVerdict::kInconclusive:
      return "recorded runs cannot say";
    case ClaimVerdict::kOpen:
      return "nothing decides it yet";
    case ClaimVerdict::kArithmeticError:
      return "recomputed, it is another number";
    case ClaimVerdict::kInconsistent:
      return "contradicts another claim, a fact, or the cost of what it describes";
    case ClaimVerdict::kRefuted:
      return "recorded runs say the contrary";
    case ClaimVerdict::kImpossible:
      return "past a bound";
  }
  return "";
}

/// Verdicts with how many claims have each, and which.
std::string VerdictsTable(std::span<const DecidedClaim> claims) {
  std::string rows;
  for (const ClaimVerdict verdict : AllVerdicts()) {
    std::string links;
    for (const DecidedClaim& decided : claims) {
      if (decided.outcome->verdict == verdict) links += " " + ClaimLink(decided);
    }
    if (links.empty()) continue;
    rows += fmt::format("| {} | {} | {} |{} |\n", VerdictText(verdict), CountOf(claims, verdict),
                        MeaningOf(verdict), links);
  }
  return rows.empty()
             ? ""
             : "| verdict | claims | meaning | which |\n| :-- | --: | :-- | :-- |\n" + rows + "\n";
}

/// A number or a check that a claim fails by: what was claimed, and what is true.
struct Failure {
  std::string claimed;
  std::string found;
};

/// The numbers that fail; where none does, the checks that make the verdict.
std::vector<Failure> FailuresOf(const DecidedClaim& decided) {
  const auto& [claim, outcome] = decided;
  std::vector<Failure> failures;
  for (std::size_t i = 0; i < outcome->numbers.size(); ++i) {
    const NumberOutcome& number = outcome->numbers[i];
    if (number.holds != std::optional(false)) continue;
    const std::string found = FigureText(number.recomputed, number.claimed.unit);
    failures.push_back({ClaimedText(claim->numbers[i]), found});
  }
  if (!failures.empty()) return failures;
  for (const CheckOutcome* check : DecisiveChecks(*outcome)) {
    failures.push_back({check->claimed, check->recomputed});
  }
  return failures;
}

/// "7x", "7x and 2 more"
std::string FirstOf(const std::vector<Failure>& failures, std::string Failure::*text) {
  if (failures.empty()) return "";
  const std::string first = EscapeMarkdown(failures.front().*text);
  const std::size_t more = failures.size() - 1;
  return more == 0 || first.empty() ? first : fmt::format("{} and {} more", first, more);
}

std::string FailuresTable(std::span<const DecidedClaim> claims) {
  std::string rows;
  for (const DecidedClaim& decided : claims) {
    const auto& [claim, outcome] = decided;
    if (Holds(outcome->verdict) != std::optional(false)) continue;
    const std::vector<Failure> failures = FailuresOf(decided);
    rows += fmt::format("| {} | {} | {} | {} | {} |\n", ClaimLink(decided),
                        EscapeMarkdown(claim->quantity), FirstOf(failures, &Failure::claimed),
                        FirstOf(failures, &Failure::found), VerdictText(outcome->verdict));
  }
  if (rows.empty()) return "";
  return "## What does not hold\n\n| claim | of | claimed | found | verdict |\n"
         "| :-- | :-- | :-- | :-- | :-- |\n" +
         rows + "\n";
}

/// Topics in the order of their first claims.
std::vector<std::string> TopicsOf(std::span<const DecidedClaim> claims) {
  std::vector<std::string> topics;
  for (const DecidedClaim& decided : claims) {
    const std::string& topic = decided.claim->topic;
    if (std::find(topics.begin(), topics.end(), topic) == topics.end()) topics.push_back(topic);
  }
  return topics;
}

std::string TopicSection(const ClaimFile& file, const std::string& topic,
                         std::span<const DecidedClaim> claims) {
  std::vector<DecidedClaim> own;
  std::copy_if(claims.begin(), claims.end(), std::back_inserter(own),
               [&](const DecidedClaim& decided) { return decided.claim->topic == topic; });
  std::string text = fmt::format(
      "## {}\n\n{}\n\n", topic.empty() ? "Other claims" : EscapeMarkdown(topic), SummaryText(own));
  for (const DecidedClaim& decided : own) text += ClaimSection(file, decided);
  return text;
}

std::string OpenSection(std::span<const DecidedClaim> claims) {
  std::string lines;
  for (const DecidedClaim& decided : claims) {
    if (Holds(decided.outcome->verdict).has_value()) continue;
    const bool open = decided.outcome->verdict == ClaimVerdict::kOpen;
    lines += fmt::format("- {}{}: {}\n", ClaimLink(decided), open ? "" : ", inconclusive",
                         EscapeMarkdown(decided.outcome->note));
  }
  const std::string text = lines.empty() ? "Nothing: every claim is decided.\n" : lines;
  return "## What remains open\n\n" + text + "\n";
}

std::string SourcesSection(const ClaimFile& file) {
  std::string lines;
  for (const ClaimSource& source : file.sources) {
    lines += fmt::format("- **{}**: {}. {}\n", source.id, EscapeMarkdown(source.title),
                         EscapeMarkdown(source.reference));
  }
  return lines.empty() ? "" : "## Sources\n\n" + lines + "\n";
}

std::string ValueOf(const ClaimFact& fact) {
  if (!fact.printed) return fact.value;
  ClaimNumber number;
  number.printed = *fact.printed;
  return ClaimedText(number);
}

std::string FactsSection(const ClaimFile& file) {
  std::string lines;
  for (const ClaimFact& fact : file.facts) {
    const std::string value = ValueOf(fact);
    const std::string place = Joined({fact.source, fact.where});
    lines += fmt::format("- {}: {}", MarkdownCode(fact.id), EscapeMarkdown(value));
    if (!place.empty()) lines += fmt::format(" ({})", EscapeMarkdown(place));
    if (!fact.quote.empty()) lines += fmt::format(": \"{}\"", EscapeMarkdown(fact.quote));
    lines += "\n";
  }
  return lines.empty() ? "" : "## What claims are held against\n\n" + lines + "\n";
}

std::string DefinitionsSection(const ClaimFile& file) {
  std::string lines;
  for (const ClaimDefinition& definition : file.definitions) {
    lines += fmt::format("- {} = {}\n", MarkdownCode(definition.name),
                         MarkdownCode(definition.expression));
  }
  return lines.empty() ? "" : "## Definitions\n\n" + lines + "\n";
}

}  // namespace

std::string AuditText(const ClaimFile& file, std::span<const DecidedClaim> claims,
                      const std::string& evidence) {
  std::string text = fmt::format("# {}\n\n", EscapeMarkdown(file.title));
  const std::size_t end = file.introduction.find_last_not_of(" \n");
  if (end != std::string::npos) text += file.introduction.substr(0, end + 1) + "\n\n";
  text += fmt::format("## Summary\n\n{}\n\n{}", SummaryText(claims), VerdictsTable(claims));
  text +=
      std::string(kHowToRead) + (evidence.empty() ? "" : " " + EscapeMarkdown(evidence)) + "\n\n";
  text += FailuresTable(claims);
  for (const std::string& topic : TopicsOf(claims)) text += TopicSection(file, topic, claims);
  text +=
      OpenSection(claims) + SourcesSection(file) + FactsSection(file) + DefinitionsSection(file);
  text.erase(text.find_last_not_of('\n') + 2);
  return text;
}

}  // namespace costcheck
