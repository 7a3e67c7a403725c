#include "cli/claims_audit.h"

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "claims/claim.h"
#include "claims/outcome.h"
#include "claims/printed_number.h"
#include "cli/claims_choice.h"
#include "cli/claims_section.h"
#include "cli/claims_tables.h"
#include "cli/claims_words.h"
#include "costmodel/algebra/error.h"
#include "tests/catch.h"

// What is written of claims whose outcomes are made by hand, without the engine.

namespace costcheck {
namespace {

using Json = nlohmann::json;

struct Sample {
  ClaimFile file;
  std::vector<ClaimOutcome> outcomes;

  /// The claim's own fields are for the caller to fill.
  Claim& Add(const std::string& id, ClaimVerdict verdict, const std::string& note) {
    file.claims.emplace_back();
    file.claims.back().id = id;
    file.claims.back().source = "D3";
    outcomes.emplace_back();
    outcomes.back().id = id;
    outcomes.back().verdict = verdict;
    outcomes.back().note = note;
    outcomes.back().decided_by = "expression";
    return file.claims.back();
  }

  NumberOutcome& AddNumber(const std::string& text, const std::string& unit) {
    ClaimNumber number;
    number.printed = ParsePrinted(text, unit);
    file.claims.back().numbers.push_back(number);
    outcomes.back().numbers.emplace_back();
    outcomes.back().numbers.back().claimed = number.printed;
    return outcomes.back().numbers.back();
  }

  std::vector<DecidedClaim> Decided() const {
    std::vector<DecidedClaim> decided;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      decided.push_back({&file.claims[i], &outcomes[i]});
    }
    return decided;
  }

  ClaimsView View() const {
    ClaimsView view;
    view.judged = view.shown = Decided();
    return view;
  }

  Json AsJson(bool details = false) const {
    ClaimsView view = View();
    view.details = details;
    Output output;
    output.format = Format::kJson;
    return Json::parse(Render(MakeClaimsDocument(view), output));
  }

  std::string Audit() const { return AuditText(file, Decided(), ""); }
};

/// 11 FLOP are printed, 13 are counted, in thousands as thousandths.
Sample SlippedSample() {
  Sample sample;
  sample.file.title = "Claims of a_b";
  sample.file.introduction = "Two *paragraphs*.\n\nOf introduction.";
  sample.file.sources = {{"D3", "README", "a repository", {}}, {"D1", "Summary", "the same", {}}};
  Claim& claim = sample.Add("S1", ClaimVerdict::kArithmeticError, "11 is printed; 13 are counted.");
  claim.also = {"D1"};
  claim.where = "table 2";
  claim.quote = "128d | 11 MFLOP";
  claim.quantity = "cost of attention";
  claim.topic = "Counts";
  claim.counting.convention = "seeds";
  claim.counting.set = "T=64";
  claim.note = "The script has it right.";
  NumberOutcome& number = sample.AddNumber("11", "MFLOP");
  number.expression = "full()";
  number.recomputed = Rational(13'000'000);
  number.difference = -2.0 / 13;
  number.holds = false;
  number.scopes = {{"one layer", true, Rational(17'000'000), false, ""},
                   {"layer", false, Rational(19'000'000), false, ""},
                   {"module", false, Rational(19'000'000), false, ""},
                   {"model", false, {}, false, "L is not set"},
                   {"decode", false, Rational(11'000'000), true, ""}};
  number.slips = {{"another width", Rational(11'200'000), false, 0.0437},
                  {"half", Rational(11'900'000), true, 0.0437}};
  number.slips_tried = 23;
  return sample;
}

bool Has(const std::string& text, const std::string& part) {
  CAPTURE(text, part);
  return text.find(part) != std::string::npos;
}

std::string ErrorOf(const std::function<void()>& work) {
  try {
    work();
  } catch (const CostError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("A claim is a row with the keys that scripts rely on", "[claims]") {
  const Json json = SlippedSample().AsJson();
  CHECK(json["command"] == "claims");
  const Json expected = {{"id", "S1"},
                         {"source", "D3, D1"},
                         {"quote", "128d | 11 MFLOP"},
                         {"quantity", "cost of attention"},
                         {"claimed", "11000000"},
                         {"recomputed", "13000000"},
                         {"verdict", "arithmetic error"},
                         {"decided_by", "expression"},
                         {"note", "11 is printed; 13 are counted."},
                         {"printed", "11 MFLOP"},
                         {"unit", "FLOP"},
                         {"difference", -2.0 / 13},
                         {"where", "table 2"},
                         {"topic", "Counts"}};
  CHECK(json["rows"] == Json::array({expected}));
  CHECK(json["summary"]["arithmetic error"] == "1");
  CHECK(json["summary"]["open"] == "0");
  CHECK(json["summary"].size() == 9);
  CHECK(json.count("details") == 0);
}

TEST_CASE("Several numbers of a claim stand in one cell, and the largest difference", "[claims]") {
  Sample sample;
  sample.Add("S2", ClaimVerdict::kInconsistent, "Both are off.");
  for (const auto& [text, difference] : {std::pair("7", 0.25), {"2.5", -0.5}}) {
    NumberOutcome& number = sample.AddNumber(text, "x");
    number.recomputed = Rational(17) / 3;
    number.difference = difference;
  }
  sample.outcomes[0].numbers[1].recomputed = 1.5;
  const Json row = sample.AsJson()["rows"][0];
  CHECK(row["claimed"] == "7, 5/2");
  CHECK(row["recomputed"] == "17/3, 1.5");
  CHECK(row["difference"] == -0.5);
  CHECK(row["printed"] == "7x, 2.5x");
}

TEST_CASE("A value that only a check has is the claim's, a missing one is null", "[claims]") {
  Sample sample;
  sample.Add("S3", ClaimVerdict::kImpossible, "Below the entropy.");
  sample.AddNumber("0.151", "nat");
  sample.outcomes.back().checks.push_back({"bound: entropy", false, ClaimVerdict::kImpossible,
                                           "0.151", "at least 4.2275", "It is below."});
  sample.outcomes.back().checks.push_back(
      {"relation", true, ClaimVerdict::kReproduced, "3", "3 against 5", "It is below."});
  sample.Add("S4", ClaimVerdict::kOpen, "No runs are recorded.");
  const Json rows = sample.AsJson()["rows"];
  CHECK(rows[0]["recomputed"] == "at least 4.2275");
  CHECK(rows[0]["difference"] == nullptr);
  CHECK(rows[1]["claimed"] == nullptr);
  CHECK(rows[1]["recomputed"] == nullptr);
}

TEST_CASE("An inequality is shown as it was printed", "[claims]") {
  Sample sample;
  sample.Add("S5", ClaimVerdict::kImpossible, "Out of reach.");
  sample.AddNumber("0.001", "");
  sample.file.claims.back().numbers.back().relation = ClaimRelation::kLess;
  CHECK(sample.AsJson()["rows"][0]["printed"] == "< 0.001");
  CHECK(sample.AsJson(true)["numbers"][0]["printed"] == "< 0.001");
  CHECK(Has(sample.Audit(), "**\\< 0.001**"));
}

TEST_CASE("--details has every number, every way to count and every check", "[claims]") {
  Sample sample = SlippedSample();
  sample.outcomes[0].checks.push_back(
      {"relation", true, ClaimVerdict::kReproduced, "", "3 < 5", "3 is below 5."});
  const Json json = sample.AsJson(true);
  REQUIRE(json["numbers"].size() == 1);
  CHECK(json["numbers"][0]["expression"] == "full()");
  CHECK(json["numbers"][0]["holds"] == false);
  CHECK(json["numbers"][0]["slips_tried"] == "23");
  REQUIRE(json["details"].size() == 7);
  CHECK(json["details"][0]["kind"] == "reading");
  CHECK(json["details"][0]["value"] == "17000000");
  CHECK(json["details"][1]["kind"] == "scope");
  CHECK(json["details"][3]["holds"] == nullptr);
  CHECK(json["details"][3]["why_not"] == "L is not set");
  CHECK(json["details"][4]["holds"] == true);
  CHECK(json["details"][6]["kind"] == "slip");
  CHECK(json["details"][6]["name"] == "half, digits cut off");
  CHECK(json["details"][6]["chance"] == 0.0437);
  REQUIRE(json["checks"].size() == 1);
  CHECK(json["checks"][0]["reason"] == "3 is below 5.");
}

TEST_CASE("On a terminal a number is a line, and notes are wrapped below", "[claims]") {
  const Sample sample = SlippedSample();
  ClaimsView view = sample.View();
  view.narrow = true;
  view.details = true;
  view.notes = {"No runs."};
  const std::string text = Render(MakeClaimsDocument(view), Output());
  CHECK(Has(text, "id  claimed   recomputed  verdict\n"));
  CHECK(Has(text, "S1  11 MFLOP  13 MFLOP    arithmetic error\n"));
  CHECK(Has(text, "S1  11 is printed; 13 are counted.\n"));
  CHECK(Has(text, "S1      reading  one layer "));
  CHECK(Has(text, "S1      slip     another width (chance 4.4%)         11.2 MFLOP  yes\n"));
  CHECK(text.ends_with("\n1 claim: 1 arithmetic error.\nNo runs.\n"));
}

TEST_CASE("On a terminal each number of a claim has its name, and long words are cut", "[claims]") {
  Sample sample;
  sample.Add("S2", ClaimVerdict::kInconsistent, "One is off.");
  for (const char* text : {"7", "11"}) sample.AddNumber(text, "FLOP").recomputed = Rational(7);
  sample.Add("S3", ClaimVerdict::kReproduced, "It is so.");
  sample.outcomes.back().checks.push_back({"relation", true, ClaimVerdict::kReproduced,
                                           "of 23 letters: to \u00e9\u00e9\u00e9\u00e9 and more",
                                           "", "So."});
  ClaimsView view = sample.View();
  view.narrow = true;
  const std::string text = Render(MakeClaimsDocument(view), Output());
  CHECK(Has(text,
            "\nS2_1  7 FLOP                   7 FLOP      inconsistent\n"
            "S2_2  11 FLOP                  7 FLOP\n"
            "S3    of 23 letters: to \u00e9\u00e9...              reproduced\n"));
}

TEST_CASE("On a terminal a number loses its unit before a digit", "[claims]") {
  Sample sample;
  sample.Add("an_id_of_twenty_six_letters", ClaimVerdict::kConventionDependent, "So.");
  sample.AddNumber("874,944,921,600", "parameter").recomputed = Rational(8'749'449'216);
  ClaimsView view = sample.View();
  view.narrow = true;
  const std::string text = Render(MakeClaimsDocument(view), Output());
  CHECK(Has(text, "  874944921600  8,749,449,216  convention-dependent\n"));
}

TEST_CASE("The audit says what was claimed, what is true and how that was found", "[claims]") {
  const std::string text = SlippedSample().Audit();
  CHECK(
      text.starts_with("# Claims of a_b\n\nTwo *paragraphs*.\n\nOf introduction.\n\n## Summary\n\n"
                       "1 claim: 1 arithmetic error.\n\n"));
  CHECK(Has(text,
            "| arithmetic error | 1 | recomputed, it is another number | "
            "[S1](#s1-arithmetic-error) |\n"));
  CHECK(Has(text,
            "| [S1](#s1-arithmetic-error) | cost of attention | 11 MFLOP | 13 MFLOP | "
            "arithmetic error |\n"));
  CHECK(Has(text,
            "## Counts\n\n1 claim: 1 arithmetic error.\n\n### S1: arithmetic error\n\n"
            "> 128d \\| 11 MFLOP\n\n"
            "Cost of attention: **11 MFLOP**. README (D3), table 2; also in D1.\n\n"
            "11 is printed; 13 are counted. The script has it right.\n\n"));
  CHECK(Has(text,
            "Recomputed as `full()`, under convention seeds, at `T=64`. Further slips that fit: "
            "another width (11.2 MFLOP; chance 4.4%) and half (11.9 MFLOP, digits cut off; chance "
            "4.4%).\n\n"));
  CHECK(Has(text,
            "| counted       | value    | holds |\n"
            "| :------------ | :------- | :---- |\n"
            "| one layer     | 17 MFLOP | no    |\n"
            "| layer, module | 19 MFLOP | no    |\n"
            "| decode        | 11 MFLOP | yes   |\n\n"));
  CHECK(Has(text, "## What remains open\n\nNothing: every claim is decided.\n\n"));
  CHECK(text.ends_with(
      "## Sources\n\n- **D3**: README. a repository\n- **D1**: Summary. the same\n"));
}

TEST_CASE("The audit keeps topics together, in their order, and lists what is open", "[claims]") {
  Sample sample;
  sample.file.title = "Order";
  sample.Add("A1", ClaimVerdict::kReproduced, "It is.").topic = "One";
  sample.Add("B1", ClaimVerdict::kOpen, "No runs are recorded.").topic = "Two";
  sample.Add("A2", ClaimVerdict::kInconclusive, "Too few runs.").topic = "One";
  const std::string text = sample.Audit();
  const std::size_t one = text.find("## One\n\n2 claims: 1 reproduced, 1 inconclusive.");
  const std::size_t a2 = text.find("### A2: inconclusive"), two = text.find("## Two");
  CHECK(one < a2);
  CHECK(a2 < two);
  CHECK(two < text.find("### B1: open"));
  CHECK(Has(text,
            "## What remains open\n\n- [B1](#b1-open): No runs are recorded.\n"
            "- [A2](#a2-inconclusive), inconclusive: Too few runs.\n"));
  CHECK_FALSE(Has(text, "## What does not hold"));
}

TEST_CASE("The audit lists facts and definitions, and every check once", "[claims]") {
  Sample sample;
  sample.file.title = "Facts";
  sample.file.definitions = {{"sparse", "L*T*(1+K)", {}}};
  sample.file.facts = {{"width", "D3", "a.py", "d = 64", "64", "token", {}, {}}};
  sample.Add("S5", ClaimVerdict::kRefuted, "Runs say the contrary.");
  sample.outcomes.back().checks = {
      {"experiment", false, ClaimVerdict::kRefuted, "", "", "Runs say the contrary."},
      {"relation", true, ClaimVerdict::kReproduced, "", "", "3 is below 5."}};
  const std::string text = sample.Audit();
  CHECK(Has(text, "\n\nD3.\n\nRuns say the contrary. 3 is below 5.\n\n"));
  CHECK(Has(text, "## What claims are held against\n\n- `width`: 64 (D3, a.py): \"d = 64\"\n"));
  CHECK(text.ends_with("## Definitions\n\n- `sparse` = `L*T*(1+K)`\n"));
}

TEST_CASE("The audit has no figure and no expression twice", "[claims]") {
  Sample sample;
  sample.file.definitions = {{"f", "2*T", {}}, {"g", "3*T", {}}};
  sample.Add("S6", ClaimVerdict::kReproduced, "f/3 is 7x, 2.5 lies above, and layer is 13x.");
  for (const char* expression : {"f/3", "f/5", "f/5"}) {
    NumberOutcome& number = sample.AddNumber("7", "x");
    number.expression = expression;
    number.recomputed = Rational(7);
    number.scopes = {{"layer", false, Rational(13), true, ""},
                     {"model", false, Rational(5), false, ""},
                     {"decode", true, {}, false, "there is no cache"}};
  }
  const std::string text = sample.Audit();
  CHECK(Has(text, "\n\nRecomputed as `f/5`; `f` is `2*T`.\n\n"));
  CHECK(Has(text,
            "\n\n| number | counted | value             | holds |\n"
            "| :----- | :------ | :---------------- | :---- |\n"
            "| S6_1   | model   | 5x                | no    |\n"
            "| S6_1   | decode  | there is no cache | no    |\n"));
  CHECK_FALSE(Has(text, "| 13x"));
}

TEST_CASE("What does not hold is told by what fails alone", "[claims]") {
  Sample sample;
  sample.Add("S7", ClaimVerdict::kArithmeticError, "Two of three are off.");
  for (const char* text : {"7", "11", "13"}) {
    NumberOutcome& number = sample.AddNumber(text, "x");
    number.recomputed = Rational(7);
    number.holds = number.claimed.value == 7;
  }
  sample.Add("S8", ClaimVerdict::kImpossible, "Past a bound.");
  sample.AddNumber("17", "x").holds = true;
  sample.outcomes.back().checks = {
      {"relation", true, ClaimVerdict::kReproduced, "3", "5", "3 is below 5."},
      {"bound: Amdahl", false, ClaimVerdict::kImpossible, "17", "at most 3", "It is above."}};
  const std::string text = sample.Audit();
  CHECK(Has(text, "|  | 11x and 1 more | 7x and 1 more | arithmetic error |\n"));
  CHECK(Has(text, "|  | 17 | at most 3 | impossible |\n"));
}

TEST_CASE("A line of a quote begins no list, heading or quote in Markdown", "[claims]") {
  CHECK(MarkdownLine("# one") == "\\# one");
  CHECK(MarkdownLine("- one") == "\\- one");
  CHECK(MarkdownLine("    12. one") == "12\\. one");
  CHECK(MarkdownLine("12) one") == "12\\) one");
  CHECK(MarkdownLine("12.5 x") == "12.5 x");
  CHECK(MarkdownLine("500x *faster*") == "500x \\*faster\\*");
  CHECK(MarkdownLine("").empty());
  Sample sample;
  sample.Add("S7", ClaimVerdict::kOpen, "- is no list.").quote = "a\n+ b";
  CHECK(Has(sample.Audit(), "> a\\\n> \\+ b\n\n"));
  CHECK(Has(sample.Audit(), "\\- is no list."));
}

TEST_CASE("--fail-on names exactly what fails", "[claims]") {
  Sample sample;
  const auto fails = [&](ClaimVerdict verdict, const std::vector<std::string>& words) {
    sample = Sample();
    sample.Add("S8", verdict, "");
    return Fails(sample.Decided(), ParseFailOn(words));
  };
  for (const ClaimVerdict verdict : AllVerdicts()) {
    const bool broken = Holds(verdict) == std::optional(false);
    CAPTURE(VerdictText(verdict));
    CHECK(fails(verdict, {}) == broken);
    CHECK(fails(verdict, {"inconsistent"}) == broken);
    CHECK(fails(verdict, {"open"}) == (verdict == ClaimVerdict::kOpen));
    CHECK(fails(verdict, {"inconclusive"}) == (verdict == ClaimVerdict::kInconclusive));
    CHECK(fails(verdict, {"inconclusive,open", "inconsistent"}) !=
          (Holds(verdict) == std::optional(true)));
  }
  CHECK(ErrorOf([] { ParseFailOn({"opne"}); }) ==
        "--fail-on: 'opne' is none of inconsistent, inconclusive and open; did you mean 'open'?");
  CHECK(Has(ErrorOf([] { ParseFailOn({"open,"}); }), "--fail-on: a name is missing"));
}

TEST_CASE("--verdict and --only choose claims by their names", "[claims]") {
  Sample sample;
  sample.Add("S9", ClaimVerdict::kArithmeticError, "");
  sample.Add("S10", ClaimVerdict::kOpen, "");
  for (const char* name : {"arithmetic error", "arithmetic-error"}) {
    const auto found = WithVerdicts(sample.Decided(), ParseVerdicts({name}));
    REQUIRE(found.size() == 1);
    CHECK(found[0].claim->id == "S9");
  }
  CHECK(WithVerdicts(sample.Decided(), ParseVerdicts({"open,arithmetic error"})).size() == 2);
  CHECK(WithVerdicts(sample.Decided(), {}).size() == 2);
  CHECK(ErrorOf([] { ParseVerdicts({"reproduce"}); }) ==
        "--verdict: 'reproduce' is not a verdict; did you mean 'reproduced'?");
  CHECK(ChosenClaims(sample.file, {}) == std::vector{true, true});
  CHECK(ChosenClaims(sample.file, {"S10"}) == std::vector{false, true});
  CHECK(ChosenClaims(sample.file, {"S10,S9"}) == std::vector{true, true});
  CHECK(ErrorOf([&] { ChosenClaims(sample.file, {"S11"}); }) ==
        "--only: no claim of the file is 'S11'; did you mean 'S10'?");
}

}  // namespace costcheck
