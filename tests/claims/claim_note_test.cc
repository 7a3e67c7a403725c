#include "claims/claim_note.h"

#include "tests/catch.h"

namespace costcheck {
namespace {

Claim OneNumber(const std::string& value) {
  Claim claim;
  claim.id = "A";
  claim.numbers.emplace_back();
  claim.numbers.front().printed = ParsePrinted(value, "x");
  return claim;
}

ScopeValue Scope(const std::string& name, bool declared, const Recomputed& value, bool holds) {
  ScopeValue scope;
  scope.name = name;
  scope.declared = declared;
  scope.value = value;
  scope.holds = holds;
  return scope;
}

DecidedNumber Decided(bool holds) {
  DecidedNumber decided;
  decided.outcome.claimed = ParsePrinted("0.18", "x");
  decided.outcome.reason = "0.18x is printed; a/b is 0.1818x.";
  decided.outcome.holds = holds;
  return decided;
}

std::string Note(const DecidedNumber& decided) {
  ClaimFile file;
  file.claims = {OneNumber("0.18")};
  return NumberNote(file.claims.front().numbers.front(), decided, NamedNumbers(file));
}

TEST_CASE("scopes of one value stand together, and only those that fail", "[claim_note]") {
  DecidedNumber decided = Decided(true);
  decided.outcome.scopes = {Scope("all heads", true, Rational(1, 11), false),
                            Scope("one layer", true, Rational(2, 11), true),
                            Scope("layer", false, 0.5, false),
                            Scope("model", false, 0.5, false),
                            Scope("all heads", false, Rational(1, 11), false),
                            Scope("module", false, Rational(2, 11), true),
                            Scope("prefill", false, Rational(1, 4), false)};
  CHECK(Note(decided) ==
        "0.18x is printed; a/b is 0.1818x. Read otherwise it is another: all heads: 0.0909091x. It "
        "holds as well for one layer: 0.181818x. It does not hold for layer and model: 0.5x; "
        "prefill: 0.25x.");
}

TEST_CASE("a reading without a value says why", "[claim_note]") {
  DecidedNumber decided = Decided(true);
  decided.outcome.scopes = {Scope("decode", true, {}, false)};
  decided.outcome.scopes.front().why_not = "B never becomes cheaper";
  CHECK(Note(decided) == "0.18x is printed; a/b is 0.1818x. Decode: B never becomes cheaper.");
}

TEST_CASE("of a number that fails slips and saving scopes are named", "[claim_note]") {
  DecidedNumber decided = Decided(false);
  decided.outcome.slips_tried = 40;
  decided.outcome.scopes = {Scope("layer", false, 0.5, false),
                            Scope("module", false, Rational(2, 11), true)};
  CHECK(Note(decided) ==
        "0.18x is printed; a/b is 0.1818x. None of 40 usual slips fits. It would hold for module: "
        "0.181818x.");
  decided.outcome.slips = {{"1000 times too small", Rational(9, 50), false, 0.012},
                           {"one head for H", Rational(189, 1000), true, 0.5}};
  decided.outcome.scopes.clear();
  CHECK(Note(decided) ==
        "0.18x is printed; a/b is 0.1818x. Of 40 usual slips these fit: 1000 times too small "
        "(0.18x; chance 1.2%); one head for H (0.189x, digits cut off; chance 50%).");
}

TEST_CASE("a long list is cut", "[claim_note]") {
  DecidedNumber decided = Decided(true);
  for (int i = 1; i <= 9; ++i) {
    decided.outcome.scopes.push_back(Scope("s" + std::to_string(i), false, Rational(i), false));
  }
  CHECK(Note(decided).ends_with("for s1: 1x; s2: 2x; s3: 3x; s4: 4x; s5: 5x; 4 more."));
}

TEST_CASE("what is contradicted is named with what is printed there", "[claim_note]") {
  DecidedNumber decided = Decided(false);
  decided.outcome.claims_used = {"A", "T"};
  CHECK(Note(decided).ends_with(" It contradicts A (0.18x) and T."));
}

TEST_CASE("what a check is for begins a sentence", "[claim_note]") {
  ClaimCheck check;
  CHECK(ReasonText(check).empty());
  check.because = "no model sees its targets.";
  CHECK(ReasonText(check) == "No model sees its targets");
}

TEST_CASE("a verdict is that of the number and its readings", "[claim_verdict]") {
  ClaimNumber number;
  DecidedNumber decided;
  CHECK(!VerdictOf(number, decided));
  decided.outcome.holds = true;
  decided.outcome.scopes = {Scope("layer", false, 0.5, false)};
  CHECK(VerdictOf(number, decided) == ClaimVerdict::kReproduced);
  decided.outcome.scopes.push_back(Scope("decode", true, {}, false));
  CHECK(VerdictOf(number, decided) == ClaimVerdict::kReproduced);
  decided.outcome.scopes.push_back(Scope("all heads", true, 0.5, false));
  CHECK(VerdictOf(number, decided) == ClaimVerdict::kConventionDependent);
  decided.outcome.holds = false;
  CHECK(VerdictOf(number, decided) == ClaimVerdict::kArithmeticError);
  decided.outcome.claims_used = {"A"};
  CHECK(VerdictOf(number, decided) == ClaimVerdict::kInconsistent);
  number.statistic = ClaimStatistic{};
  number.statistic->name = "mean";
  CHECK(VerdictOf(number, decided) == ClaimVerdict::kArithmeticError);
  decided.left_out = {"A"};
  CHECK(VerdictOf(number, decided) == ClaimVerdict::kInconsistent);
  number.statistic->name = "smallest_p_two_sided";
  CHECK(VerdictOf(number, decided) == ClaimVerdict::kImpossible);
}

}  // namespace
}  // namespace costcheck
