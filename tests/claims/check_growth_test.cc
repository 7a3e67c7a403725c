#include "claims/check_growth.h"

#include "tests/catch.h"
#include "tests/claims/check_outcome.h"

namespace costcheck {
namespace {

const Expr T = Symbol("T");

bool Is(const std::optional<Growth>& growth, int power, bool logarithm,
        const std::optional<Rational>& coefficient) {
  return growth && growth->power == power && growth->logarithm == logarithm &&
         growth->coefficient == coefficient;
}

TEST_CASE("a growth is the power of the leading term", "[check_growth]") {
  CHECK(Is(GrowthOf(7, Symbol("T")), 0, false, 7));
  CHECK(Is(GrowthOf(3 * T * T * T / 5 + 1000 * T * T, Symbol("T")), 3, false, Rational(3, 5)));
  CHECK(Is(GrowthOf(T * Min(T, 32), Symbol("T")), 1, false, 32));
  CHECK(Is(GrowthOf(11 / T, Symbol("T")), 0, false, 0));
  CHECK(Is(GrowthOf(Min(T, 13), Symbol("T")), 0, false, 13));
}

TEST_CASE("a logarithm is more than its power", "[check_growth]") {
  CHECK(Is(GrowthOf(T * CeilLog2(T), Symbol("T")), 1, true, std::nullopt));
  CHECK(Is(GrowthOf(CeilLog2(T), Symbol("T")), 0, true, std::nullopt));
}

TEST_CASE("a coefficient that depends on the remainder is none", "[check_growth]") {
  // T * (T mod 2): 0 or T.
  const Expr odd = T - 2 * FloorDiv(T, 2);
  CHECK(Is(GrowthOf(T * odd, Symbol("T")), 1, false, std::nullopt));
  CHECK(Is(GrowthOf(T * T * odd + T, Symbol("T")), 2, false, std::nullopt));
}

CheckOutcome Grows(const std::string& cost, const std::string& power) {
  return OutcomeOf(
      CheckGrowth,
      ClaimText(
          "S12",
          "convention = \"seeds\"\nset = \"d=512,w=64,h=128,K=8,sparse_heads=1,exact_heads=0\""
          "\nchecks = [{ growth = \"" +
              cost + "\", in = \"T\", power = \"" + power + "\" }]"));
}

TEST_CASE("a selector over all keys is quadratic, whatever K is", "[check_growth]") {
  // T (81,920 + 128 T) multiply-adds.
  const CheckOutcome outcome = Grows("topk_mlp()", "0");
  CHECK(outcome.holds == false);
  CHECK(outcome.verdict == ClaimVerdict::kInconsistent);
  CHECK(outcome.decided_by == "bound: growth");
  CHECK(outcome.claimed == "a constant");
  CHECK(outcome.recomputed == "T^2");
  CHECK(outcome.reason ==
        "topk_mlp() grows as T^2 (divided by it, it tends to 128), faster than a constant.");
  CHECK(Grows("topk_mlp()", "1").holds == false);
  CHECK(Grows("topk_mlp()", "1.5").holds == false);
  const CheckOutcome holds = Grows("topk_mlp()", "2");
  CHECK(holds.holds == true);
  CHECK(holds.verdict == ClaimVerdict::kReproduced);
  CHECK(holds.reason.ends_with(", no faster than T^2."));
  CHECK(Grows("topk_mlp()", "5/2").reason.ends_with(", no faster than T^(5/2)."));
}

TEST_CASE("a logarithm counts against a bare power", "[check_growth]") {
  CHECK(Grows("T*ceillog2(T)", "1").holds == false);
  CHECK(Grows("T*ceillog2(T)", "3/2").holds == true);
}

}  // namespace
}  // namespace costcheck
