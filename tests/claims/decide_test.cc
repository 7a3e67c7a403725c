#include "claims/decide.h"

#include <algorithm>

#include "tests/algebra/error_text.h"
#include "tests/catch.h"
#include "tests/claims/claims_text.h"
#include "tests/claims/runs.h"

namespace costcheck {
namespace {

ClaimOutcome Decide(const std::string& text, const std::vector<RunRecord>& records = {}) {
  const ClaimFile file = FileOf(text);
  DecideOptions options;
  options.records = records;
  return DecideClaims(file, options).back();
}

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string Number(const std::string& value, const std::string& keys) {
  return "numbers = [{ value = \"" + value + "\", " + keys + " }]\n";
}

constexpr char kShape[] =
    "convention = \"seeds\"\nset = \"T=64,d=128,w=64,h=128,K=8,sparse_heads=1,exact_heads=0\"\n";

/// Claims of T = 64, 96, 128, ..., every third of them wrong.
std::string ManyClaims(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    const int T = 64 + 32 * i;
    const std::string set = "convention = \"seeds\"\nset = \"T=" + std::to_string(T) +
                            ",d=128,w=64,h=128,K=8,sparse_heads=1,exact_heads=0\"\n";
    const int flops = 256 * T * T + i % 3 / 2;
    text += ClaimText("N" + std::to_string(i),
                      set + Number(std::to_string(flops), "unit = \"FLOP\", is = \"full()\""));
  }
  return text;
}

TEST_CASE("threads decide as one does, and name the first claim that is wrong", "[decide]") {
  const ClaimFile file = FileOf(ManyClaims(23));
  DecideOptions alone{.threads = 1}, together{.threads = 5};
  std::size_t calls = 0, done = 0;
  together.progress = [&](std::size_t now, std::size_t) { ++calls, done = std::max(done, now); };
  const auto one = DecideClaims(file, alone), five = DecideClaims(file, together);
  CHECK(calls == 23);
  CHECK(done == 23);
  REQUIRE(one.size() == 23);
  REQUIRE(five.size() == 23);
  for (std::size_t i = 0; i < 23; ++i) {
    CHECK(one[i].id == "N" + std::to_string(i));
    CHECK(five[i].id == one[i].id);
    CHECK(five[i].verdict == one[i].verdict);
    CHECK(five[i].note == one[i].note);
    CHECK((one[i].verdict == ClaimVerdict::kReproduced) == (i % 3 != 2));
  }
  const ClaimFile spoilt = FileOf(ClaimText("X1", Number("1", "is = \"1/nil\"")) + ManyClaims(9) +
                                  ClaimText("X2", Number("1", "is = \"nought\"")));
  const std::string first = ErrorTextOf([&] { DecideClaims(spoilt, alone); });
  CHECK(Has(first, "'nil'"));
  CHECK(ErrorTextOf([&] { DecideClaims(spoilt, together); }) == first);
}

TEST_CASE("a number that its expression gives is reproduced", "[decide]") {
  // 2 T^2 d = 2 * 64^2 * 128.
  const ClaimOutcome outcome =
      Decide(ClaimText("S01a", kShape + Number("1.0", "unit = \"MFLOP\", is = \"2*T^2*d\"")));
  CHECK(outcome.id == "S01a");
  CHECK(outcome.verdict == ClaimVerdict::kReproduced);
  CHECK(outcome.decided_by == "expression");
  CHECK(Has(outcome.note, "1.0 MFLOP is printed; "));
  CHECK(Has(outcome.note, "1.04858 MFLOP"));
  REQUIRE(outcome.numbers.size() == 1);
  CHECK(outcome.numbers.front().recomputed == Recomputed(Rational(1048576)));
}

TEST_CASE("one that its declared readings do not give depends on the convention", "[decide]") {
  // F1 / F2 = 2 T d / (81,920 + 128 T); with every head sparse T / (T + 640).
  const ClaimOutcome outcome = Decide(ClaimText(
      "S01c", kShape + Number("0.18", "unit = \"x\", is = \"full()/topk_mlp()\"") +
                  "readings = [{ name = \"all heads\", set = \"sparse_heads=H,exact_heads=0\" }]"));
  CHECK(outcome.verdict == ClaimVerdict::kConventionDependent);
  CHECK(outcome.decided_by == "expression");
  CHECK(Has(outcome.note, "0.18x is printed; "));
  CHECK(Has(outcome.note, "0.181818x"));
  CHECK(Has(outcome.note, "Read otherwise it is another: all heads: 0.0909091x."));
}

TEST_CASE("one that is another number is an arithmetic error, with its slip", "[decide]") {
  // 2 L B T^2 d at L = 120, B = 8, T = 8192, d = 16384 is 2.111e15: printed in M, it is in G.
  const ClaimOutcome outcome =
      Decide(ClaimText("S07a", "set = \"L=120,B=8,T=8192,d=16384\"\n" +
                                   Number("2,100,000", "unit = \"MFLOP\", is = \"2*L*B*T^2*d\"")));
  CHECK(outcome.verdict == ClaimVerdict::kArithmeticError);
  CHECK(outcome.decided_by == "expression");
  CHECK(Has(outcome.note, "2,100,000 MFLOP is printed; "));
  CHECK(Has(outcome.note, "2,111,060,000 MFLOP"));
  CHECK(Has(outcome.note, " usual slips "));
  CHECK(Has(outcome.note, "; chance "));
}

TEST_CASE("one that other claims do not give contradicts them", "[decide]") {
  const ClaimOutcome outcome =
      Decide(RatioClaims() + ClaimText("X2", Number("2.5", "unit = \"%\", is = \"1-Q2b\"")));
  CHECK(outcome.verdict == ClaimVerdict::kInconsistent);
  CHECK(Has(outcome.note, "It contradicts Q2b (0.989)."));
  CHECK(Has(outcome.note, "1.1%"));
}

TEST_CASE("a mean of a part of its cells contradicts the others", "[decide]") {
  const std::string cells = "of = [\"Q1b\",\"Q2b\",\"Q3b\",\"Q4b\",\"Q5b\",\"Q6b\",\"Q7b\"]";
  const ClaimOutcome outcome =
      Decide(RatioClaims() +
             ClaimText("T1", Number("0.394", "statistic = { name = \"mean\", " + cells + " }")));
  CHECK(outcome.verdict == ClaimVerdict::kInconsistent);
  CHECK(outcome.decided_by == "statistics");
  CHECK(Has(outcome.note, "is 0.642714 ("));
  CHECK(Has(outcome.note,
            "one fits: mean of 4 of the 7 cells, without Q1b, Q6b and Q7b (0.39375; chance "));
  CHECK(Has(outcome.note, "So it leaves out Q1b (0.958), Q6b (0.876) and Q7b (1.090)."));
}

TEST_CASE("a minimum and a maximum are no interval", "[decide]") {
  const std::string cells = "of = [\"Q2b\",\"Q3b\",\"Q4b\",\"Q5b\"]";
  const ClaimOutcome outcome = Decide(
      RatioClaims() +
      ClaimText("T2", "numbers = [{ value = \"0.042\", statistic = { name = \"t_lower\", " + cells +
                          " } }, { value = \"0.989\", statistic = { name = \"t_upper\", " + cells +
                          " } }]"));
  CHECK(outcome.verdict == ClaimVerdict::kArithmeticError);
  CHECK(outcome.decided_by == "statistics");
  CHECK(Has(outcome.note, "-0.27"));
  CHECK(Has(outcome.note, "1.05"));
  CHECK(Has(outcome.note, "minimum (0.042; chance "));
  CHECK(Has(outcome.note, "maximum (0.989; chance "));
}

TEST_CASE("a p out of reach is impossible", "[decide]") {
  const std::string p =
      "relation = \"<\", statistic = { name = \"smallest_p_one_sided\", pairs = 7 }";
  const ClaimOutcome outcome = Decide(ClaimText("T6", Number("0.001", p)));
  CHECK(outcome.verdict == ClaimVerdict::kImpossible);
  CHECK(outcome.decided_by == "statistics");
  CHECK(Has(outcome.note, "0.0078125, so it is out of reach."));
}

TEST_CASE("an effect size depends on its standard deviation", "[decide]") {
  const std::string cells =
      "of = [\"3.2157\",\"3.85\",\"4.67\",\"3.62\",\"2.42\",\"4.39\",\"4.28\"], against = "
      "[\"3.0796\",\"3.81\",\"0.87\",\"0.15\",\"0.87\",\"3.85\",\"4.67\"]";
  const ClaimOutcome outcome = Decide(ClaimText(
      "T8",
      Number("0.8", "relation = \">\", statistic = { name = \"cohen_d_pooled\", " + cells + " }") +
          "readings = [{ name = \"paired\", is = \"statistic:cohen_dz\" }]"));
  CHECK(outcome.verdict == ClaimVerdict::kConventionDependent);
  CHECK(Has(outcome.note, "is 0.943"));
  CHECK(Has(outcome.note, "Read otherwise it is another: paired: 0.76"));
}

TEST_CASE("a loss below its entropy is impossible", "[decide]") {
  const ClaimOutcome outcome = Decide(ClaimText(
      "V2",
      "numbers = [{ value = \"0.151\", unit = \"nat\" }]\nchecks = [{ entropy = \"V2\", exponent = "
      "1.2, types = 1000, because = \"no model sees its targets\" }]"));
  CHECK(outcome.verdict == ClaimVerdict::kImpossible);
  CHECK(outcome.decided_by == "bound");
  CHECK(Has(outcome.note, "No model sees its targets: V2 (0.151 nat) is below 4.22"));
  CHECK(!outcome.numbers.front().holds);
}

std::string Experiment(const std::string& predicate) {
  return "checks = [{ experiment = \"B5\", form = \"described\", metric = \"loss\", arm = "
         "\"banded\", baseline = \"full\", predicate = \"" +
         predicate + "\" }]\n";
}

std::vector<RunRecord> Pairs() {
  return RunsOfArm("full", {10, 20, 30}) + RunsOfArm("banded", {10.9, 21, 31.1});
}

TEST_CASE("runs support, refute, or say nothing; without any it is open", "[decide]") {
  const auto decide = [](const std::string& predicate, const std::vector<RunRecord>& records) {
    return Decide(ClaimText("C1", Experiment(predicate)), records);
  };
  CHECK(decide("difference > 0", Pairs()).verdict == ClaimVerdict::kSupported);
  CHECK(decide("difference < 0", Pairs()).verdict == ClaimVerdict::kRefuted);
  CHECK(decide("difference > 1", Pairs()).verdict == ClaimVerdict::kInconclusive);
  const ClaimOutcome open = decide("difference > 0", {});
  CHECK(open.verdict == ClaimVerdict::kOpen);
  CHECK(open.decided_by == "experiment");
  CHECK(open.note == "No runs are recorded of B5, described, arm banded.");
}

TEST_CASE("what nothing decides is open, and says why", "[decide]") {
  const ClaimOutcome outcome = Decide(ClaimText("S14", "open = \"no proof is given\""));
  CHECK(outcome.verdict == ClaimVerdict::kOpen);
  CHECK(outcome.decided_by == "nothing");
  CHECK(outcome.note == "Open: no proof is given");
}

TEST_CASE("the gravest part decides, and is said first", "[decide]") {
  const std::string holds = Number("6", "is = \"2*3\"");
  const std::string refuted = Experiment("difference < 0");
  CHECK(Decide(ClaimText("A", holds + refuted), Pairs()).verdict == ClaimVerdict::kRefuted);
  CHECK(Decide(ClaimText("A", holds + Experiment("difference > 1")), Pairs()).verdict ==
        ClaimVerdict::kInconclusive);
  CHECK(Decide(ClaimText("A", holds + refuted)).verdict == ClaimVerdict::kOpen);
  const ClaimOutcome supported =
      Decide(ClaimText("A", holds + Experiment("difference > 0")), Pairs());
  CHECK(supported.verdict == ClaimVerdict::kSupported);
  CHECK(supported.decided_by == "experiment");
  const ClaimOutcome fails = Decide(ClaimText("A", Number("7", "is = \"2*3\"") + refuted), Pairs());
  CHECK(fails.verdict == ClaimVerdict::kArithmeticError);
  const ClaimOutcome contradicts =
      Decide(RatioClaims() +
             ClaimText("A", holds + "checks = [{ requires = \"Q7b < 1\" }, { entropy = \"Q4b\""
                                    ", exponent = 1.2, types = 1000 }]"));
  CHECK(contradicts.verdict == ClaimVerdict::kImpossible);
  CHECK(contradicts.decided_by == "bound");
  CHECK(contradicts.checks.size() == 2);
  CHECK(contradicts.note.starts_with("Q4b (0.042) is below 4.22"));
  CHECK(contradicts.note.find("'Q7b < 1' does not hold") < contradicts.note.find("6 is printed; "));
}

TEST_CASE("claims are decided in their order, and counted", "[decide]") {
  const ClaimFile file = FileOf(ClaimText("B7", Number("1", "is = \"1\"")) +
                                ClaimText("A", Number("2", "is = \"1\"")));
  std::vector<std::size_t> seen;
  DecideOptions options;
  options.progress = [&](std::size_t done, std::size_t all) {
    seen.push_back(done);
    seen.push_back(all);
  };
  const std::vector<ClaimOutcome> outcomes = DecideClaims(file, options);
  REQUIRE(outcomes.size() == 2);
  CHECK(outcomes[0].id == "B7");
  CHECK(outcomes[1].verdict == ClaimVerdict::kArithmeticError);
  CHECK(seen == std::vector<std::size_t>{1, 2, 2, 2});
}

TEST_CASE("what cannot be evaluated is an error with its place", "[decide]") {
  const auto error = [](const std::string& text) { return ErrorTextOf([&] { Decide(text); }); };
  const std::string place = "test.toml:";
  for (const std::string expression : {"Q9", "1/(T-T)", "full()", "topk_mpl()"}) {
    CAPTURE(expression);
    const std::string text = error(ClaimText("A", Number("1", "is = \"" + expression + "\"")));
    CHECK(text.starts_with(place));
  }
  for (const std::string check :
       {"requires = \"Q9 < 1\"", "growth = \"T*Q9\", in = \"T\", power = \"1\"",
        "amdahl = \"A\", part = \"2\", whole = \"1\"",
        "limit = \"A\", numerator = \"T\", denominator = \"d\", in = \"T\""}) {
    CAPTURE(check);
    CHECK(error(ClaimText("A", "numbers = [{ value = \"1\" }]\nchecks = [{ " + check + " }]"))
              .starts_with(place));
  }
  CHECK(Has(error(ClaimText("A", Number("1", "is = \"B7\"")) +
                  ClaimText("B7", Number("1", "is = \"A\""))),
            "in a circle: A of B7, B7 of A"));
}

TEST_CASE("verdicts have a text each, and hold, fail, or neither", "[decide]") {
  CHECK(VerdictText(ClaimVerdict::kConventionDependent) == "convention-dependent");
  CHECK(VerdictText(ClaimVerdict::kArithmeticError) == "arithmetic error");
  for (const auto verdict :
       {ClaimVerdict::kReproduced, ClaimVerdict::kSupported, ClaimVerdict::kConventionDependent}) {
    CHECK(Holds(verdict) == true);
  }
  for (const auto verdict : {ClaimVerdict::kArithmeticError, ClaimVerdict::kInconsistent,
                             ClaimVerdict::kRefuted, ClaimVerdict::kImpossible}) {
    CHECK(Holds(verdict) == false);
  }
  CHECK(!Holds(ClaimVerdict::kInconclusive));
  CHECK(!Holds(ClaimVerdict::kOpen));
}

}  // namespace
}  // namespace costcheck
