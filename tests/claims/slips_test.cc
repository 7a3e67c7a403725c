#include "claims/slips.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "claims/decide_number.h"
#include "claims/slip_trials.h"
#include "tests/approx.h"
#include "tests/claims/claims_text.h"

namespace costcheck {
namespace {

const char kGpt4[] =
    "[definitions]\nfull_gpt4 = \"2*L*B*T^2*d\"\nsparse_gpt4 = \"L*B*T*d*(1+K)\"\n";

std::string Number(const std::string& value, const std::string& unit, const std::string& is,
                   const std::string& more = "") {
  return "numbers = [{ value = \"" + value + "\", unit = \"" + unit + "\", is = \"" + is + "\"" +
         more + " }]\n";
}

std::string Set(const std::string& set, const std::string& table = "") {
  return "convention = \"seeds\"\nset = \"" + set + "\"\n" +
         (table.empty() ? "" : "table = \"" + table + "\"\n");
}

/// The first number of the file's last claim.
NumberOutcome Decided(const std::string& text) {
  const ClaimFile file = FileOf(text);
  ClaimEvaluator evaluator(file);
  return NumberDecider(file, evaluator).Decide(file.claims.back(), 0);
}

const Slip* Find(const NumberOutcome& outcome, const std::string& name) {
  const auto at = std::find_if(outcome.slips.begin(), outcome.slips.end(),
                               [&](const Slip& slip) { return slip.name == name; });
  return at == outcome.slips.end() ? nullptr : &*at;
}

constexpr char kGpt4Set[] = "L=120,B=8,T=8192,d=16384,K=32";

}  // namespace

TEST_CASE("a cell of the wrong unit is found 1000 times too small") {
  const NumberOutcome outcome =
      Decided(kGpt4 + ClaimText("S07a", Set(kGpt4Set) + Number("2,100,000", "MFLOP", "full_gpt4")));
  CHECK_FALSE(*outcome.holds);
  CHECK(std::get<Rational>(outcome.recomputed) == Rational(Integer("2111062325329920")));
  REQUIRE(!outcome.slips.empty());
  const Slip& slip = outcome.slips.front();
  CHECK(slip.name == "1,000 times too small (GFLOP printed as MFLOP)");
  CHECK_FALSE(slip.truncated);
  CHECK(std::get<Rational>(slip.value) == Rational(Integer("2111062325329920")) / 1000);
}

TEST_CASE("digits that were cut off are told from digits that were rounded") {
  const NumberOutcome outcome =
      Decided(kGpt4 + ClaimText("S07b", Set(kGpt4Set) + Number("4,200", "MFLOP", "sparse_gpt4")));
  REQUIRE(!outcome.slips.empty());
  CHECK(outcome.slips.front().name == "1,000 times too small (GFLOP printed as MFLOP)");
  CHECK(outcome.slips.front().truncated);
}

TEST_CASE("the chance is that of one of the slips up to its kind fitting, rounded or cut off") {
  const NumberOutcome outcome =
      Decided(kGpt4 + ClaimText("S07a", Set(kGpt4Set) + Number("2,100,000", "MFLOP", "full_gpt4")));
  const auto chance_of = [](double width, std::size_t tried) {
    return Approx(1 - std::pow(1 - width, (3 * tried + 1) / 2)).epsilon(1e-9);
  };
  const std::size_t factors = FactorSlips(outcome.claimed).size();
  CHECK(factors > 5);
  CHECK(outcome.slips.front().chance == chance_of(std::log10(2150000.0 / 2050000.0) / 6, factors));

  // Widths are tried last.
  const std::string set = "T=2048,d=2048,w=64,h=128,K=8,sparse_heads=1,exact_heads=0";
  const NumberOutcome row =
      Decided(ClaimText("S06a", Set(set) + Number("10,737.4", "MFLOP", "full()")));
  REQUIRE(Find(row, "d = 1,280") != nullptr);
  CHECK(row.slips_tried > 2 * static_cast<int>(factors));
  CHECK(Find(row, "d = 1,280")->chance ==
        chance_of(std::log10(10737.45 / 10737.35) / 6, static_cast<std::size_t>(row.slips_tried)));
}

TEST_CASE("a row that was computed at another width is found by it") {
  const std::string set = "T=2048,d=2048,w=64,h=128,K=8,sparse_heads=1,exact_heads=0";
  const NumberOutcome cost =
      Decided(ClaimText("S06a", Set(set) + Number("10,737.4", "MFLOP", "full()")));
  CHECK(std::get<Rational>(cost.recomputed) == Rational(Integer("17179869184")));
  REQUIRE(Find(cost, "d = 1,280") != nullptr);
  CHECK(std::get<Rational>(Find(cost, "d = 1,280")->value) == Rational(Integer("10737418240")));
  const NumberOutcome ratio =
      Decided(ClaimText("S06c", Set(set) + Number("15.24", "x", "full()/topk_mlp()")));
  CHECK(Find(ratio, "d = 1,280") != nullptr);
  CHECK(ratio.slips.front().chance < 0.02);
}

TEST_CASE("an embedding's ratio is found at half the width") {
  // F13: whole model, bespoke over standard; 2.48 needs d = 64.
  const NumberOutcome outcome = Decided(ClaimText(
      "P8", "set = \"V=200,d=128\"\n" +
                Number("2.48", "x", "(V*(2*d+d+d/4)+2*d^2+d+d^2/4+d+d*V+V)/(V*d+d*V+V)")));
  CHECK_FALSE(*outcome.holds);
  CHECK(Find(outcome, "d = 64") != nullptr);
}

TEST_CASE("another row's length is found, and named as such") {
  const std::string other = ClaimText("R1", Set("T=96,d=128,w=64", "flops") + Number("1", "", "1"));
  const NumberOutcome outcome =
      Decided(other + ClaimText("R2", Set("T=101,d=128,w=64", "flops") +
                                          Number("2,359,296", "FLOP", "full()")));
  // 2 * 96^2 * 128.
  CHECK(Find(outcome, "T = 96, as in another row") != nullptr);
  const NumberOutcome alone =
      Decided(other + ClaimText("R2", Set("T=101,d=128,w=64", "bytes") +
                                          Number("2,359,296", "FLOP", "full()")));
  CHECK(Find(alone, "T = 96, as in another row") == nullptr);
}

TEST_CASE("lengths of thousands are tried as the other kind, set or written") {
  // 2 * 131072 / 33 = 7943.76; 2 * 128000 / 33 = 7757.58.
  const NumberOutcome set =
      Decided(ClaimText("K1", Set("T=131072,K=32") + Number("7,757.6", "x", "2*T/(1+K)")));
  CHECK(Find(set, "T = 128,000") != nullptr);
  const NumberOutcome written =
      Decided(ClaimText("K2", Set("K=32") + Number("7,757.6", "x", "2*128K/(1+K)")));
  CHECK(Find(written, "128000 for 128K") != nullptr);
  const NumberOutcome up =
      Decided(ClaimText("K3", Set("T=3000,K=1") + Number("3,072", "token", "T", ", digits = 4")));
  CHECK(Find(up, "T = 3,072") != nullptr);
}

TEST_CASE("one head counted for all, and all for one, are found") {
  const std::string shape = "T=64,d=320,w=64,h=128,K=8";
  // 64*(81920 + 128*64) = 5,767,168 a head; 5 heads.
  const NumberOutcome one =
      Decided(ClaimText("H1", Set(shape) + Number("5,767,168", "FLOP", "topk_mlp()")));
  CHECK(Find(one, "one head counted") != nullptr);
  const NumberOutcome all =
      Decided(ClaimText("H2", Set(shape + ",sparse_heads=1,exact_heads=0") +
                                  Number("28,835,840", "FLOP", "topk_mlp()", ", digits = 8")));
  CHECK(Find(all, "all H = 5 heads counted") != nullptr);
  const NumberOutcome exact =
      Decided(ClaimText("H3", Set(shape) + Number("524,288", "FLOP", "full()")));
  CHECK(Find(exact, "d = 64") != nullptr);
  CHECK(Find(exact, "one head counted for all H = 5 heads") != nullptr);
}

TEST_CASE("pairs under the mask are told from all pairs") {
  const std::string set = "set = \"T=101,d=6,w=2\"\n";
  // 4 * 6 FLOPs a pair: 5151 causal, 10201 in all, half of them 5100.5.
  const NumberOutcome all = Decided(ClaimText("M1", set + Number("244,824", "FLOP", "full()")));
  CHECK(Find(all, "all pairs counted, not the causal ones alone") != nullptr);
  const NumberOutcome half = Decided(ClaimText("M2", set + Number("122,412", "FLOP", "full()")));
  CHECK(Find(half, "half of all pairs counted") != nullptr);
  const NumberOutcome causal =
      Decided(ClaimText("M3", set + "causal = \"no\"\n" + Number("123,624", "FLOP", "full()")));
  CHECK(Find(causal, "the causal pairs alone counted") != nullptr);
}

TEST_CASE("bytes are tried in binary units and in bits, FLOPs are not") {
  const auto bytes = [](const std::string& value, const std::string& unit) {
    return Decided(ClaimText("B1", Number(value, unit, "70*10^9")));
  };
  const NumberOutcome binary = bytes("65.19", "GB");
  CHECK(Find(binary, "1.024^3 times too small (GiB printed as GB)") != nullptr);
  CHECK(Find(bytes("75.16", "GB"), "1.024^3 times too large (GB printed as GiB)") != nullptr);
  CHECK(Find(bytes("560", "GB"), "8 times too large (bits printed as bytes)") != nullptr);
  const NumberOutcome flops = Decided(ClaimText("B2", Number("560", "GFLOP", "70*10^9")));
  CHECK(flops.slips.empty());
}

TEST_CASE("a number that holds, and one that is a bound, have no slips") {
  const NumberOutcome holds = Decided(ClaimText("N1", Number("7", "", "7")));
  CHECK(*holds.holds);
  CHECK(holds.slips_tried == 0);
  const NumberOutcome bound =
      Decided(ClaimText("N2", Number("0.001", "", "1", ", relation = \"<\"")));
  CHECK_FALSE(*bound.holds);
  CHECK(bound.slips_tried == 0);
}

}  // namespace costcheck
