#include "cli/claims_section.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <sstream>
#include <vector>

#include "claims/figure_text.h"
#include "cli/claims_words.h"
#include "costmodel/query/words.h"
#include "tables/escape.h"
#include "tables/writer.h"

namespace costcheck {
namespace {

bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// As GitHub makes an anchor of a heading.
std::string AnchorOf(const std::string& heading) {
  std::string anchor;
  for (const char c : heading) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ') anchor += '-';
    if (std::isalnum(byte) != 0 || c == '-' || c == '_') {
      anchor += static_cast<char>(std::tolower(byte));
    }
  }
  return anchor;
}

/// The lines of the quote, each on its own.
std::string QuoteBlock(const std::string& quote) {
  std::istringstream in(quote);
  std::string block;
  for (std::string line; std::getline(in, line);) {
    block += (block.empty() ? "> " : "\\\n> ") + MarkdownLine(line);
  }
  return block.empty() ? "" : block + "\n\n";
}

std::string SourceName(const ClaimFile& file, const std::string& id) {
  for (const ClaimSource& source : file.sources) {
    if (source.id == id) return fmt::format("{} ({})", EscapeMarkdown(source.title), id);
  }
  return id;
}

/// What the number is of, and where it stands.
std::string PlaceLine(const ClaimFile& file, const DecidedClaim& decided) {
  const auto& [claim, outcome] = decided;
  std::string line = EscapeMarkdown(Capitalized(claim->quantity));
  const bool numeric = !claim->numbers.empty();
  const std::string claimed = EscapeMarkdown(Joined(ClaimedTexts(decided)));
  if (numeric) line += (line.empty() ? "**" : ": **") + claimed + "**";
  line += fmt::format("{}{}", line.empty() ? "" : ". ", SourceName(file, claim->source));
  if (!claim->where.empty()) line += ", " + EscapeMarkdown(claim->where);
  if (!claim->also.empty()) line += fmt::format("; also in {}", ListText(claim->also));
  line += ".";
  if (!claim->baseline.empty())
    line += fmt::format(" Against {}.", EscapeMarkdown(claim->baseline));
  if (!claim->hardware.empty()) line += fmt::format(" On {}.", EscapeMarkdown(claim->hardware));
  return line + "\n\n";
}

/// Whether the part stands in the text; a number, not as the end of another.
bool Says(const std::string& text, const std::string& part) {
  const auto is_inside_number = [&](std::size_t at) {
    return at > 0 && (IsDigit(text[at - 1]) || text[at - 1] == '.' || text[at - 1] == ',');
  };
  std::size_t at = text.find(part);
  while (at != std::string::npos && is_inside_number(at)) at = text.find(part, at + 1);
  return part.empty() || at != std::string::npos;
}

/// "under convention seeds, at `T=64,d=128`"; "" where all is left as it is.
std::string CountingText(const ClaimCounting& counting) {
  std::vector<std::string> parts;
  const auto add = [&parts](const std::string& name, const std::optional<std::string>& value) {
    if (value) parts.push_back(name + " " + *value);
  };
  add("convention", counting.convention);
  add("scope", counting.scope);
  add("phase", counting.phase);
  add("causal", counting.causal);
  add("count", counting.count);
  std::string text = parts.empty() ? "" : "under " + Joined(parts);
  if (counting.set.empty()) return text;
  return text + (text.empty() ? "at " : ", at ") + MarkdownCode(counting.set);
}

/// Of expressions, each once, those that the note does not have.
std::vector<std::string> ExpressionsOf(const ClaimOutcome& outcome) {
  std::vector<std::string> codes;
  for (const NumberOutcome& number : outcome.numbers) {
    const std::string code = MarkdownCode(number.expression);
    const bool known = std::find(codes.begin(), codes.end(), code) != codes.end();
    if (!known && !Says(outcome.note, number.expression)) codes.push_back(code);
  }
  return codes;
}

/// The definitions that what was recomputed names.
std::vector<std::string> DefinitionsOf(const ClaimFile& file, const ClaimOutcome& outcome) {
  std::vector<std::string> texts;
  for (const ClaimDefinition& definition : file.definitions) {
    const bool used = std::any_of(
        outcome.numbers.begin(), outcome.numbers.end(),
        [&](const NumberOutcome& number) { return HasWord(number.expression, definition.name); });
    if (!used) continue;
    texts.push_back(MarkdownCode(definition.name) + " is " + MarkdownCode(definition.expression));
  }
  return texts;
}

/// "Recomputed as `f()`, under convention seeds, at `T=64`; `f` is `2*T`."
std::string HowLine(const ClaimFile& file, const DecidedClaim& decided) {
  const auto& [claim, outcome] = decided;
  const bool recomputed =
      std::any_of(outcome->numbers.begin(), outcome->numbers.end(),
                  [](const auto& number) { return !number.expression.empty(); });
  std::vector<std::string> parts;
  const std::vector<std::string> expressions = ExpressionsOf(*outcome);
  if (!expressions.empty()) parts.push_back("as " + ListText(expressions));
  parts.push_back(CountingText(claim->counting));
  std::string line = Joined(parts);
  if (line.empty() || (!recomputed && outcome->checks.empty())) return "";
  const std::vector<std::string> definitions = DefinitionsOf(file, *outcome);
  if (!definitions.empty()) line += "; " + ListText(definitions);
  return "Recomputed " + line + ".";
}

/// The slips that fit and that the note, which names the first few, does not.
std::string SlipsLine(const NumberOutcome& number, const std::string& note) {
  std::vector<std::string> fitting;
  for (const Slip& slip : number.slips) {
    if (Says(note, slip.name)) continue;
    const std::string value = FigureText(slip.value, number.claimed.unit);
    fitting.push_back(fmt::format("{} ({}{}; chance {})", EscapeMarkdown(slip.name),
                                  EscapeMarkdown(value), slip.truncated ? ", digits cut off" : "",
                                  ChanceText(slip.chance)));
  }
  return fitting.empty() ? "" : fmt::format("Further slips that fit: {}.", ListText(fitting));
}

/// One row for all ways to count that give one value, which the note does not have.
struct ScopeGroup {
  std::string number;
  std::vector<std::string> names;
  std::string value;
  bool holds;
};

std::vector<ScopeGroup> GroupsOf(const Claim& claim, const ClaimOutcome& outcome) {
  std::vector<ScopeGroup> groups;
  for (std::size_t i = 0; i < outcome.numbers.size(); ++i) {
    const NumberOutcome& number = outcome.numbers[i];
    const std::string name = NumberName(claim, i);
    for (const ScopeValue& scope : number.scopes) {
      std::string value = FigureText(scope.value, number.claimed.unit);
      if (value.empty() && !scope.declared) continue;
      if (value.empty()) value = scope.why_not;
      if (Says(outcome.note, value)) continue;
      const auto same = std::find_if(groups.begin(), groups.end(), [&](const ScopeGroup& group) {
        return group.number == name && group.value == value && group.holds == scope.holds;
      });
      if (same == groups.end()) {
        groups.push_back({name, {scope.name}, value, scope.holds});
      } else {
        same->names.push_back(scope.name);
      }
    }
  }
  return groups;
}

std::string ScopesTable(const DecidedClaim& decided) {
  const auto& [claim, outcome] = decided;
  Table table;
  table.columns = {{"number", ""}, {"counted", ""}, {"value", ""}, {"holds", ""}};
  table.columns.front().data_only = outcome->numbers.size() == 1;
  for (const ScopeGroup& group : GroupsOf(*claim, *outcome)) {
    table.rows.push_back({group.number, Joined(group.names), group.value, group.holds});
  }
  return MarkdownTable(table);
}

/// What a reader needs beside the note, each sentence once.
std::vector<std::string> FurtherLines(const DecidedClaim& decided) {
  const auto& [claim, outcome] = decided;
  std::vector<std::string> lines;
  const auto add = [&](const std::string& sentence) {
    if (!Says(outcome->note, sentence)) lines.push_back(EscapeMarkdown(sentence));
  };
  for (const NumberOutcome& number : outcome->numbers) add(number.reason);
  for (const CheckOutcome& check : outcome->checks) add(check.reason);
  add(claim->open);
  add(claim->note);
  return lines;
}

std::string Paragraph(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& sentence : sentences) {
    if (!sentence.empty()) text += (text.empty() ? "" : " ") + sentence;
  }
  return text.empty() ? "" : text + "\n\n";
}

}  // namespace

std::string ClaimHeading(const DecidedClaim& decided) {
  return fmt::format("{}: {}", decided.claim->id, VerdictText(decided.outcome->verdict));
}

std::string ClaimLink(const DecidedClaim& decided) {
  return fmt::format("[{}](#{})", decided.claim->id, AnchorOf(ClaimHeading(decided)));
}

std::string ClaimSection(const ClaimFile& file, const DecidedClaim& decided) {
  const auto& [claim, outcome] = decided;
  std::string text = fmt::format("### {}\n\n", ClaimHeading(decided));
  text += QuoteBlock(claim->quote) + PlaceLine(file, decided);
  std::vector<std::string> why = {MarkdownLine(outcome->note)};
  for (std::string& line : FurtherLines(decided)) why.push_back(std::move(line));
  text += Paragraph(why);
  std::vector<std::string> how = {HowLine(file, decided)};
  for (const NumberOutcome& number : outcome->numbers) {
    how.push_back(SlipsLine(number, outcome->note));
  }
  return text + Paragraph(how) + ScopesTable(decided);
}

std::string MarkdownLine(const std::string& text) {
  std::string line =
      EscapeMarkdown(text.substr(std::min(text.find_first_not_of(" \t"), text.size())));
  const auto is_digit = [](char c) { return IsDigit(c); };
  const auto digits = std::find_if_not(line.begin(), line.end(), is_digit) - line.begin();
  const auto at = static_cast<std::size_t>(digits);
  const bool numbered = at > 0 && at < line.size() && (line[at] == '.' || line[at] == ')') &&
                        (at + 1 == line.size() || line[at + 1] == ' ');
  if (numbered) line.insert(at, "\\");
  const bool marked =
      !line.empty() && std::string_view("#+-=>").find(line.front()) != std::string_view::npos;
  return marked ? "\\" + line : line;
}

std::string MarkdownCode(const std::string& text) {
  std::string fence = "`";
  while (text.find(fence) != std::string::npos) fence += '`';
  const std::string space = fence.size() > 1 ? " " : "";
  return fence + space + text + space + fence;
}

std::string MarkdownTable(const Table& table) {
  return table.rows.empty() ? "" : Write(table, Format::kMarkdown) + "\n";
}

}  // namespace costcheck
