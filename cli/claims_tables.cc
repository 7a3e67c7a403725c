#include "cli/claims_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "cli/claims_details.h"
#include "cli/claims_words.h"
#include "tables/format.h"
#include "tables/wrap.h"
#include "tables/write_options.h"

namespace costcheck {
namespace {

constexpr std::array kVerdicts = {
    ClaimVerdict::kReproduced,   ClaimVerdict::kSupported, ClaimVerdict::kConventionDependent,
    ClaimVerdict::kInconclusive, ClaimVerdict::kOpen,      ClaimVerdict::kArithmeticError,
    ClaimVerdict::kInconsistent, ClaimVerdict::kRefuted,   ClaimVerdict::kImpossible};

/// Of a line on a terminal: the columns beside those of figures, and the gaps between all four.
constexpr std::size_t kWidestVerdict = 20, kGaps = 6;

Cell TextCell(const std::string& text) { return text.empty() ? Cell() : Cell(text); }

/// One value as it is; several, which a cell cannot hold, as a text of their digits.
Cell DataCell(const std::vector<Cell>& values) {
  if (values.size() == 1) return values.front();
  std::vector<std::string> texts;
  for (const Cell& value : values) texts.push_back(DataText(value));
  return TextCell(Joined(texts));
}

Cell ClaimedData(const DecidedClaim& decided) {
  std::vector<Cell> values;
  for (const ClaimNumber& number : decided.claim->numbers) {
    values.emplace_back(number.printed.value);
  }
  return values.empty() ? TextCell(Joined(ClaimedTexts(decided))) : DataCell(values);
}

Cell RecomputedData(const ClaimOutcome& outcome) {
  std::vector<Cell> values;
  for (const NumberOutcome& number : outcome.numbers)
    values.push_back(RecomputedCell(number.recomputed));
  const Cell cell = DataCell(values);
  const bool none = std::holds_alternative<std::monostate>(cell);
  return none ? TextCell(Joined(RecomputedTexts(outcome))) : cell;
}

/// Of the number that is furthest off.
Cell LargestDifference(const ClaimOutcome& outcome) {
  std::optional<double> largest;
  for (const NumberOutcome& number : outcome.numbers) {
    const auto& difference = number.difference;
    const bool larger = difference && (!largest || std::abs(*difference) > std::abs(*largest));
    if (larger) largest = difference;
  }
  return largest && std::isfinite(*largest) ? Cell(*largest) : Cell();
}

std::string UnitsOf(const ClaimOutcome& outcome) {
  std::vector<std::string> units;
  for (const NumberOutcome& number : outcome.numbers) {
    if (std::find(units.begin(), units.end(), number.claimed.base) == units.end()) {
      units.push_back(number.claimed.base);
    }
  }
  return Joined(units);
}

Fields SummaryFields(std::span<const DecidedClaim> claims) {
  Fields fields;
  for (const ClaimVerdict verdict : kVerdicts) {
    fields.emplace_back(VerdictText(verdict), Cell(Integer(CountOf(claims, verdict))));
  }
  return fields;
}

Table DataTable(const ClaimsView& view) {
  Table table;
  table.command = "claims";
  table.columns = {{"id", ""},      {"source", ""},     {"quote", ""},   {"quantity", ""},
                   {"claimed", ""}, {"recomputed", ""}, {"verdict", ""}, {"decided_by", ""},
                   {"note", ""},    {"printed", ""},    {"unit", ""},    {"difference", ""},
                   {"where", ""},   {"topic", ""}};
  for (const DecidedClaim& decided : view.shown) {
    const auto& [claim, outcome] = decided;
    table.rows.push_back(
        {claim->id, Joined(SourcesOf(*claim)), TextCell(claim->quote), claim->quantity,
         ClaimedData(decided), RecomputedData(*outcome), std::string(VerdictText(outcome->verdict)),
         outcome->decided_by, outcome->note, TextCell(Joined(ClaimedTexts(decided))),
         TextCell(UnitsOf(*outcome)), LargestDifference(*outcome), claim->where, claim->topic});
  }
  table.notes = view.notes;
  table.extras = {{"summary", SummaryFields(view.judged)}};
  return table;
}

/// Cut at whole characters; the note has all of it.
std::string Clipped(const std::string& text, std::size_t width) {
  if (DisplayWidth(text) <= width) return text;
  std::size_t end = width - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

/// Too wide, a number does without its unit, then without what groups its digits, and loses none of
/// them; words are cut.
std::string Fitted(const std::string& text, const std::string& unit, std::size_t width) {
  if (DisplayWidth(text) <= width) return text;
  const bool has_unit = !unit.empty() && text.ends_with(" " + unit);
  std::string bare = has_unit ? text.substr(0, text.size() - unit.size() - 1) : text;
  if (bare.find_first_not_of("0123456789.,-+e<>= ") != std::string::npos) {
    return Clipped(bare, width);
  }
  if (bare.size() > width) std::erase(bare, ',');
  return bare;
}

/// How wide two columns of figures can be for a line to hold them, ids and verdicts.
std::size_t FigureWidth(std::span<const DecidedClaim> claims) {
  std::size_t id = 0;
  for (const auto& [claim, outcome] : claims) {
    const bool several = claim->numbers.size() > 1;
    id = std::max(id, several ? NumberName(*claim, 0).size() : claim->id.size());
  }
  const auto page = static_cast<std::size_t>(WriteOptions().width);
  const std::size_t taken = std::min(id, page / 3) + kWidestVerdict + kGaps;  // a longer id wraps
  return (page - taken) / 2;
}

/// A line a number, the verdict in the first.
void AddFigures(const DecidedClaim& decided, std::size_t width, Table& table) {
  const auto& [claim, outcome] = decided;
  const std::vector<std::string> claimed = ClaimedTexts(decided);
  const std::vector<std::string> recomputed = RecomputedTexts(*outcome);
  const std::size_t lines = std::max<std::size_t>({1, claimed.size(), recomputed.size()});
  for (std::size_t i = 0; i < lines; ++i) {
    const bool is_number = i < outcome->numbers.size();
    const std::string unit = is_number ? outcome->numbers[i].claimed.unit : "";
    const std::string id = i == 0 ? claim->id : "";
    const auto verdict = i == 0 ? VerdictText(outcome->verdict) : "";
    table.rows.push_back({is_number && lines > 1 ? NumberName(*claim, i) : id,
                          i < claimed.size() ? Fitted(claimed[i], unit, width) : "",
                          i < recomputed.size() ? Fitted(recomputed[i], unit, width) : "",
                          std::string(verdict)});
  }
}

std::vector<Table> NarrowTables(const ClaimsView& view) {
  Table figures, reasons;
  figures.title = view.title;
  figures.columns = {{"id", ""}, {"claimed", ""}, {"recomputed", ""}, {"verdict", ""}};
  reasons.title = "Why";
  reasons.columns = {{"id", ""}, {"note", ""}};
  const std::size_t width = FigureWidth(view.shown);
  for (const DecidedClaim& decided : view.shown) {
    AddFigures(decided, width, figures);
    reasons.rows.push_back({decided.claim->id, decided.outcome->note});
  }
  return {figures, reasons};
}

Table WideTable(const ClaimsView& view) {
  Table table;
  table.title = view.title;
  table.columns = {{"id", ""},
                   {"source", ""},
                   {"quantity", ""},
                   {"claimed", ""},
                   {"recomputed", ""},
                   {"verdict", ""},
                   {"decided_by", "", "decided by"},
                   {"note", ""}};
  for (const DecidedClaim& decided : view.shown) {
    const auto& [claim, outcome] = decided;
    table.rows.push_back(
        {claim->id, Joined(SourcesOf(*claim)), claim->quantity,
         TextCell(Joined(ClaimedTexts(decided))), TextCell(Joined(RecomputedTexts(*outcome))),
         std::string(VerdictText(outcome->verdict)), outcome->decided_by, outcome->note});
  }
  return table;
}

}  // namespace

std::span<const ClaimVerdict> AllVerdicts() { return kVerdicts; }

std::size_t CountOf(std::span<const DecidedClaim> claims, ClaimVerdict verdict) {
  return static_cast<std::size_t>(std::count_if(
      claims.begin(), claims.end(),
      [verdict](const DecidedClaim& decided) { return decided.outcome->verdict == verdict; }));
}

std::string SummaryText(std::span<const DecidedClaim> claims) {
  std::string counts;
  for (const ClaimVerdict verdict : kVerdicts) {
    const std::size_t count = CountOf(claims, verdict);
    if (count == 0) continue;
    counts += fmt::format("{}{} {}", counts.empty() ? ": " : ", ", count, VerdictText(verdict));
  }
  return Counted(claims.size(), "claim") + counts + ".";
}

Document MakeClaimsDocument(const ClaimsView& view) {
  Document document;
  document.main = DataTable(view);
  document.for_people = view.narrow ? NarrowTables(view) : std::vector<Table>{WideTable(view)};
  if (view.details) AddDetails(view.shown, document);
  Table& last = document.for_people.back();
  last.notes = {SummaryText(view.judged)};
  last.notes.insert(last.notes.end(), view.notes.begin(), view.notes.end());
  return document;
}

}  // namespace costcheck
