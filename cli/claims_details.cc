#include "cli/claims_details.h"

#include <cmath>
#include <optional>
#include <string>

#include "claims/figure_text.h"
#include "claims/fit.h"
#include "cli/claims_words.h"

namespace costcheck {
namespace {

Cell OptionalCell(const std::optional<bool>& value) { return value ? Cell(*value) : Cell(); }

Cell OptionalCell(const std::optional<Rational>& value) { return value ? Cell(*value) : Cell(); }

Cell OptionalCell(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? Cell(*value) : Cell();
}

Cell TextCell(const std::string& text) { return text.empty() ? Cell() : Cell(text); }

/// A number of a claim, by its name in expressions.
struct NamedNumber {
  const std::string& id;
  std::string name;
  const ClaimNumber& number;
  const NumberOutcome& outcome;
};

template <class Use>
void ForEachNumber(std::span<const DecidedClaim> claims, Use&& use) {
  for (const auto& [claim, outcome] : claims) {
    for (std::size_t i = 0; i < outcome->numbers.size(); ++i) {
      use(NamedNumber{claim->id, NumberName(*claim, i), claim->numbers[i], outcome->numbers[i]});
    }
  }
}

Table NumbersTable(std::span<const DecidedClaim> claims) {
  Table table;
  table.columns = {{"id", ""},          {"number", ""},     {"claimed", ""},    {"unit", ""},
                   {"printed", ""},     {"expression", ""}, {"recomputed", ""}, {"lower", ""},
                   {"upper", ""},       {"difference", ""}, {"holds", ""},      {"slips_tried", ""},
                   {"claims_used", ""}, {"reason", ""}};
  ForEachNumber(claims, [&](const NamedNumber& named) {
    const NumberOutcome& number = named.outcome;
    table.rows.push_back({named.id, named.name, number.claimed.value, number.claimed.base,
                          ClaimedText(named.number), TextCell(number.expression),
                          RecomputedCell(number.recomputed), OptionalCell(number.lower),
                          OptionalCell(number.upper), OptionalCell(number.difference),
                          OptionalCell(number.holds), Integer(number.slips_tried),
                          TextCell(Joined(number.claims_used)), TextCell(number.reason)});
  });
  return table;
}

std::string SlipName(const Slip& slip, bool for_people) {
  return slip.name + (slip.truncated ? ", digits cut off" : "") +
         (for_people ? " (chance " + ChanceText(slip.chance) + ")" : "");
}

/// Rows of values: exact as data, in the printed unit for people.
Table DetailsTable(std::span<const DecidedClaim> claims, bool for_people) {
  Table table;
  table.columns = {{"id", ""},    {"number", ""}, {"kind", ""},   {"name", ""},
                   {"value", ""}, {"holds", ""},  {"chance", ""}, {"why_not", ""}};
  for (Column& column : table.columns) {
    const bool said_elsewhere =
        column.name == "id" || column.name == "chance" || column.name == "why_not";
    column.data_only = for_people && said_elsewhere;
  }
  ForEachNumber(claims, [&](const NamedNumber& named) {
    const auto add = [&](const char* kind, const std::string& name, const Recomputed& value,
                         bool holds, const std::optional<double>& chance, const std::string& why) {
      const Cell shown = for_people ? TextCell(FigureText(value, named.outcome.claimed.unit))
                                    : RecomputedCell(value);
      table.rows.push_back({named.id, named.name, std::string(kind), name, shown,
                            why.empty() ? Cell(holds) : Cell(), OptionalCell(chance),
                            TextCell(why)});
    };
    for (const ScopeValue& scope : named.outcome.scopes) {
      add(scope.declared ? "reading" : "scope", scope.name, scope.value, scope.holds, {},
          scope.why_not);
    }
    for (const Slip& slip : named.outcome.slips) {
      add("slip", SlipName(slip, for_people), slip.value, true, slip.chance, "");
    }
  });
  return table;
}

Table ChecksTable(std::span<const DecidedClaim> claims) {
  Table table;
  table.columns = {{"id", ""},      {"decided_by", "", "decided by"},
                   {"claimed", ""}, {"recomputed", ""},
                   {"holds", ""},   {"verdict", ""},
                   {"reason", ""}};
  for (const auto& [claim, outcome] : claims) {
    for (const CheckOutcome& check : outcome->checks) {
      table.rows.push_back({claim->id, check.decided_by, TextCell(check.claimed),
                            TextCell(check.recomputed), OptionalCell(check.holds),
                            std::string(VerdictText(check.verdict)), check.reason});
    }
  }
  return table;
}

/// `claimed` and `recomputed` stand in the reason.
Table ForPeople(Table table) {
  for (Column& column : table.columns) {
    column.data_only =
        column.name == "claimed" || column.name == "recomputed" || column.name == "holds";
  }
  return table;
}

}  // namespace

Cell RecomputedCell(const Recomputed& value) {
  if (const auto* exact = std::get_if<Rational>(&value)) return *exact;
  const auto* real = std::get_if<double>(&value);
  return real != nullptr && std::isfinite(*real) ? Cell(*real) : Cell();
}

void AddDetails(std::span<const DecidedClaim> claims, Document& document) {
  document.more_data.emplace_back("numbers", NumbersTable(claims));
  document.more_data.emplace_back("details", DetailsTable(claims, false));
  document.more_data.emplace_back("checks", ChecksTable(claims));
  Table details = DetailsTable(claims, true);
  details.title = "Counted in other ways, and slips that fit";
  if (!details.rows.empty()) document.for_people.push_back(details);
  Table checks = ForPeople(ChecksTable(claims));
  checks.title = "Checks";
  if (!checks.rows.empty()) document.for_people.push_back(checks);
}

}  // namespace costcheck
