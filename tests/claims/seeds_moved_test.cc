#include <optional>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "claims/claim_file.h"
#include "claims/decide.h"
#include "tests/catch.h"

// Every number of claims/seeds.toml is moved, one after the other: what was reproduced must fail
// just outside its digits, and what is said of a number must follow it.

namespace costcheck {
namespace {

const ClaimFile& Seeds() {
  static const ClaimFile file = LoadClaimFile("claims/seeds.toml");
  return file;
}

const std::vector<ClaimOutcome>& Decided() {
  static const std::vector<ClaimOutcome> outcomes = DecideClaims(Seeds(), {});
  return outcomes;
}

/// A number of the file: of which claim, which of its numbers.
struct Which {
  std::size_t claim, number;
};

std::vector<Which> AllNumbers() {
  std::vector<Which> all;
  for (std::size_t i = 0; i < Seeds().claims.size(); ++i) {
    for (std::size_t k = 0; k < Seeds().claims[i].numbers.size(); ++k) all.push_back({i, k});
  }
  return all;
}

const ClaimNumber& NumberAt(Which which) {
  return Seeds().claims[which.claim].numbers[which.number];
}

const NumberOutcome& OutcomeAt(Which which) { return Decided()[which.claim].numbers[which.number]; }

/// Whether a claim's deciders speak of a number of the claim `id`.
bool SpeaksOf(const Claim& claim, const std::string& id) {
  std::string text;
  for (const ClaimNumber& number : claim.numbers) {
    for (const std::string& expression : number.is) text += expression + " ";
    if (!number.statistic) continue;
    for (const std::string& cell : number.statistic->of) text += cell + " ";
    for (const std::string& cell : number.statistic->against) text += cell + " ";
  }
  for (const ClaimReading& reading : claim.readings) text += reading.is + " ";
  for (const ClaimCheck& check : claim.checks) text += check.expression + " ";
  return text.find(id) != std::string::npos;
}

/// With nothing to decide left in a claim, which is quicker.
void Silence(Claim& claim) {
  for (ClaimNumber& number : claim.numbers) {
    number.is.clear();
    number.statistic.reset();
    number.crossover.reset();
  }
  claim.readings.clear();
  claim.checks.clear();
}

/// The seeds with this value of that number, of which only its own claim is decided, and those that
/// speak of it.
ClaimFile Moved(Which which, const Rational& value) {
  ClaimFile file = Seeds();
  const std::string& id = file.claims[which.claim].id;
  for (std::size_t i = 0; i < file.claims.size(); ++i) {
    if (i != which.claim && !SpeaksOf(file.claims[i], id)) Silence(file.claims[i]);
  }
  file.claims[which.claim].numbers[which.number].printed.value = value;
  return file;
}

ClaimOutcome DecidedWith(Which which, const Rational& value) {
  return DecideClaims(Moved(which, value), {})[which.claim];
}

/// What the recomputed value can be.
RationalInterval RangeAt(Which which) {
  const NumberOutcome& outcome = OutcomeAt(which);
  if (outcome.lower && outcome.upper) return {*outcome.lower, *outcome.upper};
  const auto* value = std::get_if<Rational>(&outcome.recomputed);
  REQUIRE(value != nullptr);
  return {*value, *value};
}

/// Values of the printed number that are just past what would fit.
std::vector<Rational> JustOutside(Which which) {
  const ClaimNumber& number = NumberAt(which);
  const auto [lower, upper] = RangeAt(which);
  const Rational bit = number.printed.step / 1000, half = number.printed.step / 2;
  switch (number.relation) {
    case ClaimRelation::kIs:
      return {lower - half - bit, upper + half + bit};
    case ClaimRelation::kAbout:
      return {lower / (1 + *number.tolerance) - bit, upper / (1 - *number.tolerance) + bit};
    case ClaimRelation::kLess:
    case ClaimRelation::kAtMost:
      return {lower - bit};
    case ClaimRelation::kMore:
    case ClaimRelation::kAtLeast:
      return {upper + bit};
  }
  return {};
}

/// Whatever is found of numbers and checks, in one text.
std::string Findings(const ClaimFile& file) {
  std::ostringstream text;
  for (const ClaimOutcome& outcome : DecideClaims(file, {})) {
    for (const NumberOutcome& number : outcome.numbers) {
      text << number.difference.value_or(0) << ' ';
    }
    for (const CheckOutcome& check : outcome.checks) text << check.holds.value_or(false) << ' ';
  }
  return text.str();
}

TEST_CASE("A reproduced number that is moved just outside its digits fails") {
  int moved = 0;
  for (const Which which : AllNumbers()) {
    if (OutcomeAt(which).holds != std::optional(true)) continue;
    INFO(NumberName(Seeds().claims[which.claim], which.number));
    for (const Rational& value : JustOutside(which)) {
      INFO("moved to " << ToString(value));
      const ClaimOutcome outcome = DecidedWith(which, value);
      CHECK(outcome.numbers[which.number].holds == std::optional(false));
      CHECK(Holds(outcome.verdict) != std::optional(true));
      ++moved;
    }
  }
  CHECK(moved > 150);
}

TEST_CASE("The difference that is reported of a number changes with the number") {
  int moved = 0;
  for (const Which which : AllNumbers()) {
    if (OutcomeAt(which).expression.empty()) continue;
    INFO(NumberName(Seeds().claims[which.claim], which.number));
    const Rational value = NumberAt(which).printed.value * Rational(11, 10);
    const ClaimOutcome outcome = DecidedWith(which, value);
    REQUIRE(OutcomeAt(which).difference);
    REQUIRE(outcome.numbers[which.number].difference);
    CHECK(*outcome.numbers[which.number].difference != *OutcomeAt(which).difference);
    ++moved;
  }
  CHECK(moved >= 130);
}

TEST_CASE("A number without an expression of its own changes what is found elsewhere") {
  int moved = 0;
  for (const Which which : AllNumbers()) {
    if (!OutcomeAt(which).expression.empty()) continue;
    INFO(NumberName(Seeds().claims[which.claim], which.number));
    const Rational value = NumberAt(which).printed.value;
    const std::string before = Findings(Moved(which, value));
    CHECK((Findings(Moved(which, value * 100)) != before ||
           Findings(Moved(which, value / 100)) != before));
    ++moved;
  }
  CHECK(moved == 19);
}

}  // namespace
}  // namespace costcheck
