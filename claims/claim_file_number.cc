#include "claims/claim_file_number.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "claims/printed_unit.h"
#include "claims/statistic_names.h"
#include "costmodel/algebra/error.h"
#include "costmodel/query/names.h"
#include "costmodel/query/place.h"

namespace costcheck {
namespace {

constexpr int kMostDigits = 100;
constexpr int kMostPairs = 1'000'000;

constexpr std::array<std::pair<std::string_view, ClaimRelation>, 6> kRelations = {{
    {"is", ClaimRelation::kIs},
    {"about", ClaimRelation::kAbout},
    {"<", ClaimRelation::kLess},
    {"<=", ClaimRelation::kAtMost},
    {">", ClaimRelation::kMore},
    {">=", ClaimRelation::kAtLeast},
}};

[[noreturn]] void FailName(const ClaimTable& table, std::string_view key, const std::string& text,
                           const std::vector<std::string>& names) {
  FailAt(table.Place(key), fmt::format("'{}' is none of {}{}", text, fmt::join(names, ", "),
                                       DidYouMean(text, names)));
}

ClaimRelation ReadRelation(const ClaimTable& table) {
  if (!table.Has("relation")) return ClaimRelation::kIs;
  const std::string text = table.Text("relation");
  std::vector<std::string> names;
  for (const auto& [name, relation] : kRelations) {
    if (name == text) return relation;
    names.emplace_back(name);
  }
  FailName(table, "relation", text, names);
}

std::string ReadStatisticName(const ClaimTable& table) {
  const std::string text = table.Text("name");
  const std::span<const std::string_view> names = StatisticNames();
  if (std::find(names.begin(), names.end(), text) != names.end()) return text;
  FailName(table, "name", text, std::vector<std::string>(names.begin(), names.end()));
}

/// "5%", "0.05".
Rational ReadTolerance(const ClaimTable& table) {
  std::string text = table.Text("tolerance");
  const bool percent = text.ends_with('%');
  if (percent) text.pop_back();
  const Rational part = At(PlaceText(table.Place("tolerance")),
                           [&] { return ParsePrinted(text, percent ? "%" : "").value; });
  if (part > 0 && part <= 1) return part;
  FailAt(table.Place("tolerance"), "'tolerance' is not above 0 and at most 100%");
}

ClaimStatistic ReadStatistic(const ClaimTable& table) {
  table.AllowOnly({"name", "of", "against", "level", "pairs"});
  ClaimStatistic statistic;
  statistic.name = ReadStatisticName(table);
  statistic.of = table.Texts("of");
  statistic.against = table.Texts("against");
  if (table.Has("level")) statistic.level = table.Real("level", 0, 1);
  if (table.Has("pairs")) statistic.pairs = static_cast<int>(table.Whole("pairs", 1, kMostPairs));
  if (!statistic.of.empty() || statistic.pairs > 0) return statistic;
  FailAt(table.Place(), "a statistic has neither cells, in 'of', nor 'pairs'");
}

ClaimCrossover ReadCrossover(const ClaimTable& table) {
  table.AllowOnly({"a", "b", "in"});
  return {table.Text("a"), table.Text("b"), ReadFreeSymbol(table, "in")};
}

std::vector<std::string> ReadExpressions(const ClaimTable& table) {
  const std::vector<std::string> expressions = table.Texts("is");
  for (const std::string& expression : expressions) {
    if (expression.empty()) FailAt(table.Place("is"), "an expression in 'is' is empty");
  }
  if (!expressions.empty() || !table.Has("is")) return expressions;
  FailAt(table.Place("is"), "'is' lists no expression");
}

void CheckNumber(const ClaimTable& table, const ClaimNumber& number) {
  const int deciders =
      (number.is.empty() ? 0 : 1) + (number.statistic ? 1 : 0) + (number.crossover ? 1 : 0);
  if (deciders > 1) FailAt(table.Place(), "a number has one of 'is', 'statistic' and 'crossover'");
  const bool about = number.relation == ClaimRelation::kAbout;
  if (about && !number.tolerance) {
    FailAt(table.Place(), "a number with relation 'about' has no 'tolerance'");
  }
  if (!about && number.tolerance) {
    FailAt(table.Place("tolerance"), "'tolerance' is only for a number with relation 'about'");
  }
}

}  // namespace

PrintedNumber ReadPrinted(const ClaimTable& table) {
  const std::string value = table.Text("value"), unit = table.TextIfAny("unit");
  At(PlaceText(table.Place("unit")), [&] { return FindPrintedUnit(unit); });
  const long long digits = table.Has("digits") ? table.Whole("digits", 1, kMostDigits) : 0;
  return At(PlaceText(table.Place("value")),
            [&] { return ParsePrinted(value, unit, static_cast<int>(digits)); });
}

std::string ReadFreeSymbol(const ClaimTable& table, std::string_view key) {
  const std::string name = table.Text(key);
  At(PlaceText(table.Place(key)), [&] { return SymbolNamed(name); });
  return name;
}

ClaimNumber ReadClaimNumber(const ClaimTable& table) {
  table.AllowOnly(
      {"value", "unit", "digits", "relation", "tolerance", "is", "statistic", "crossover"});
  ClaimNumber number;
  number.place = table.Place();
  number.printed = ReadPrinted(table);
  number.relation = ReadRelation(table);
  if (table.Has("tolerance")) number.tolerance = ReadTolerance(table);
  number.is = ReadExpressions(table);
  if (const auto statistic = table.Table("statistic", "a statistic")) {
    number.statistic = ReadStatistic(*statistic);
  }
  if (const auto crossover = table.Table("crossover", "a crossover")) {
    number.crossover = ReadCrossover(*crossover);
  }
  CheckNumber(table, number);
  return number;
}

}  // namespace costcheck
