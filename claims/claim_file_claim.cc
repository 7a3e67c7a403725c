#include "claims/claim_file_claim.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "claims/claim_file_check.h"
#include "claims/claim_file_number.h"
#include "claims/statistic_names.h"
#include "costmodel/algebra/error.h"
#include "costmodel/query/assignments.h"
#include "costmodel/query/counting.h"
#include "costmodel/query/place.h"

namespace costcheck {
namespace {

std::optional<std::string> ReadConvention(const ClaimTable& table) {
  if (!table.Has("convention")) return std::nullopt;
  const std::string name = table.Text("convention");
  At(PlaceText(table.Place("convention")), [&] { return FindConvention(name).name; });
  return name;
}

/// What With knows: scope, phase, causal, count.
std::optional<std::string> ReadCountingName(const ClaimTable& table, std::string_view key) {
  if (!table.Has(key)) return std::nullopt;
  const std::string value = table.Text(key);
  At(PlaceText(table.Place(key)), [&] { return With(Counting{}, key, value); });
  return value;
}

std::string ReadSet(const ClaimTable& table) {
  if (!table.Has("set")) return "";
  const std::string text = table.Text("set");
  Assignments().Add(text, PlaceText(table.Place("set")));
  return text;
}

ClaimCounting ReadCounting(const ClaimTable& table) {
  ClaimCounting counting;
  counting.convention = ReadConvention(table);
  counting.scope = ReadCountingName(table, "scope");
  counting.phase = ReadCountingName(table, "phase");
  counting.causal = ReadCountingName(table, "causal");
  counting.count = ReadCountingName(table, "count");
  counting.set = ReadSet(table);
  return counting;
}

ClaimReading ReadReading(const ClaimTable& table) {
  table.AllowOnly({"name", "set", "convention", "scope", "phase", "causal", "count", "is"});
  if (table.Keys().size() == 1) FailAt(table.Place(), "a reading has a name and nothing else");
  ClaimReading reading;
  reading.place = table.Place();
  reading.name = table.Text("name");
  reading.counting = ReadCounting(table);
  if (table.Has("is")) reading.is = table.Text("is");
  return reading;
}

bool IsDecided(const ClaimNumber& number) {
  return !number.is.empty() || number.statistic || number.crossover;
}

/// The figure that "statistic:NAME" names, and that there are cells for it.
void CheckFigure(const Claim& claim, const ClaimReading& reading) {
  const std::string name = reading.is.substr(kStatisticReading.size());
  const std::span<const std::string_view> names = StatisticNames();
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    FailAt(reading.place,
           fmt::format("'{}' is not a statistic{}", name,
                       DidYouMean(name, std::vector<std::string>(names.begin(), names.end()))));
  }
  if (claim.numbers[0].statistic) return;
  FailAt(reading.place, fmt::format("'{}' is of a number without 'statistic'", reading.is));
}

void CheckReading(const Claim& claim, const ClaimReading& reading) {
  for (const ClaimReading& other : claim.readings) {
    if (&other == &reading) break;
    if (other.name != reading.name) continue;
    FailAt(reading.place, fmt::format("two readings are called '{}'", reading.name));
  }
  if (reading.is.empty()) return;
  if (claim.numbers.size() != 1) {
    FailAt(reading.place, "a reading has 'is' only in a claim of one number");
  }
  if (reading.is.starts_with(kStatisticReading)) CheckFigure(claim, reading);
}

void CheckReadings(const Claim& claim) {
  for (const ClaimReading& reading : claim.readings) CheckReading(claim, reading);
  const bool recomputed = std::any_of(claim.numbers.begin(), claim.numbers.end(), IsDecided);
  if (recomputed || claim.readings.empty()) return;
  FailAt(claim.readings[0].place, "a claim has readings and no number that is recomputed");
}

void CheckDeciders(const Claim& claim) {
  const bool decided =
      !claim.checks.empty() || std::any_of(claim.numbers.begin(), claim.numbers.end(), IsDecided);
  if (decided && !claim.open.empty()) {
    FailAt(claim.place, fmt::format("the claim '{}' is 'open', and has what decides it", claim.id));
  }
  if (decided || !claim.open.empty()) return;
  FailAt(claim.place, fmt::format("nothing decides the claim '{}': it has no number with 'is', "
                                  "'statistic' or 'crossover', no check, and no 'open'",
                                  claim.id));
}

void ReadWords(const ClaimTable& table, Claim& claim) {
  claim.id = table.Text("id");
  claim.source = table.Text("source");
  claim.also = table.Texts("also");
  claim.where = table.Text("where");
  claim.quote = table.Text("quote");
  claim.quantity = table.Text("quantity");
  claim.topic = table.TextIfAny("topic");
  claim.table = table.TextIfAny("table");
  claim.baseline = table.TextIfAny("baseline");
  claim.hardware = table.TextIfAny("hardware");
  if (table.Has("open")) claim.open = table.Text("open");
  claim.note = table.TextIfAny("note");
}

}  // namespace

Claim ReadClaim(const ClaimTable& table) {
  table.AllowOnly({"id",       "source",     "also",    "where",    "quote",  "quantity", "topic",
                   "table",    "convention", "scope",   "phase",    "causal", "count",    "set",
                   "baseline", "hardware",   "numbers", "readings", "checks", "open",     "note"});
  Claim claim;
  claim.place = table.Place();
  ReadWords(table, claim);
  claim.counting = ReadCounting(table);
  for (const ClaimTable& number : table.Tables("numbers", "a number")) {
    claim.numbers.push_back(ReadClaimNumber(number));
  }
  for (const ClaimTable& reading : table.Tables("readings", "a reading")) {
    claim.readings.push_back(ReadReading(reading));
  }
  for (const ClaimTable& check : table.Tables("checks", "a check")) {
    claim.checks.push_back(ReadClaimCheck(check));
  }
  CheckReadings(claim);
  CheckDeciders(claim);
  return claim;
}

}  // namespace costcheck
