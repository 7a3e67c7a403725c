#include "costmodel/crossover/crossover.h"

#include <algorithm>
#include <string>
#include <vector>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/parse.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

const Symbol kT("T");

Crossovers Find(const std::string& a, const std::string& b, const CrossoverOptions& options = {}) {
  return FindCrossovers(ParseExpr(a), ParseExpr(b), kT, options);
}

std::vector<Integer> FirstIntegers(const Crossovers& crossovers) {
  std::vector<Integer> integers;
  for (const Change& change : crossovers.changes) integers.push_back(change.first_integer);
  return integers;
}

Limit Finite(const Rational& value) { return {Limit::Kind::kFinite, value}; }

constexpr char kTopK[] =
    "T*(64*32 + 32*T + 8*64*32 + 32*64)";  // one head with a hidden width of 32

}  // namespace

TEST_CASE("a limit that is not asked for is not looked for, and nothing else changes",
          "[crossover]") {
  const Expr T = Symbol("T"), a = 3 * T * T, b = 7 * T + 40;
  const Crossovers with = FindCrossovers(a, b, Symbol("T"));
  const Crossovers without = FindCrossovers(a, b, Symbol("T"), {.limit = false});
  CHECK(with.limit.kind == Limit::Kind::kInfinity);
  CHECK(without.limit.kind == Limit::Kind::kUnknown);
  CHECK(with.verdict == without.verdict);
  REQUIRE(with.changes.size() == 1);
  REQUIRE(without.changes.size() == 1);
  CHECK(without.changes[0].first_integer == with.changes[0].first_integer);
}

TEST_CASE("One sparse head beats four full ones from 214 tokens on", "[crossover]") {
  const Crossovers found = Find("2*T^2*64*4", "T*(81920 + 128*T)");
  CHECK(found.verdict == Verdict::kCrosses);
  REQUIRE(found.changes.size() == 1);
  const Change& change = found.changes[0];
  CHECK(change.first_integer == 214);
  CHECK(change.b_cheaper_after);
  CHECK_FALSE(change.tie.has_value());
  CHECK(change.lower == Rational(640, 3));
  CHECK(change.upper == Rational(640, 3));
  CHECK(change.decimal == "213.333333");
  CHECK(change.closed_form == "640/3");
  CHECK(change.condition.empty());
  CHECK_FALSE(found.complete_to.has_value());
  CHECK(found.limit == Finite(4));
  CHECK(found.ties.empty());
}

TEST_CASE("With eleven heads the costs tie at 64 and 65 is the first win", "[crossover]") {
  const Crossovers found = Find("2*T^2*64*11", "T*(81920 + 128*T)");
  REQUIRE(found.changes.size() == 1);
  CHECK(found.changes[0].first_integer == 65);
  CHECK(found.changes[0].tie == Integer(64));
  REQUIRE(found.ties.size() == 1);
  CHECK(found.ties[0].first == 64);
  CHECK(found.ties[0].last == Integer(64));
  CHECK(found.limit == Finite(11));
}

TEST_CASE("With one head the sparse one never wins, though the ratio nears 1", "[crossover]") {
  const Crossovers found = Find("2*T^2*64*1", "T*(81920 + 128*T)");
  CHECK(found.verdict == Verdict::kNever);
  CHECK_FALSE(found.identical);
  CHECK(found.changes.empty());
  CHECK(found.limit == Finite(1));
}

TEST_CASE("Along d = 2 T the order is reversed after exactly 160", "[crossover]") {
  const Crossovers found = Find("4*T^3", "T*(40960 + 64*T + 2*T^2)");  // T^2 - 32 T - 20480 = 0
  REQUIRE(found.changes.size() == 1);
  CHECK(found.changes[0].first_integer == 161);
  CHECK(found.changes[0].tie == Integer(160));
  CHECK(found.changes[0].closed_form == "160");
}

TEST_CASE("With every head sparse it depends on the hidden width", "[crossover]") {
  const Crossovers wide = Find("2*T^2*64*8", "8*T*(81920 + 128*T)");
  CHECK(wide.verdict == Verdict::kNever);
  CHECK(wide.limit == Finite(1));
  const Crossovers narrow = Find("2*T^2*64*8", std::string("8*") + kTopK);
  REQUIRE(narrow.changes.size() == 1);
  CHECK(narrow.changes[0].closed_form == "640/3");
  CHECK(narrow.limit == Finite(4));
}

TEST_CASE("A window costs the same up to its width and less ever after", "[crossover]") {
  const Crossovers found = Find("T*(T+1)/2", "min(T,7)*(min(T,7)+1)/2 + (T-min(T,7))*7");
  CHECK(found.verdict == Verdict::kAlways);
  REQUIRE(found.changes.size() == 1);
  CHECK(found.changes[0].first_integer == 8);
  CHECK(found.changes[0].b_cheaper_after);
  CHECK(found.changes[0].tie == Integer(7));
  CHECK(found.changes[0].condition == "T >= 8");
  REQUIRE(found.ties.size() == 1);
  CHECK(found.ties[0].first == 1);
  CHECK(found.ties[0].last == Integer(7));
  CHECK(found.limit.kind == Limit::Kind::kInfinity);
}

TEST_CASE("Always and never are told apart, and identical from both", "[crossover]") {
  const Crossovers always = Find("T + 1", "T");
  CHECK(always.verdict == Verdict::kAlways);
  REQUIRE(always.changes.size() == 1);
  CHECK(always.changes[0].first_integer == 1);
  CHECK_FALSE(always.changes[0].tie.has_value());
  CHECK_FALSE(always.changes[0].lower.has_value());
  CHECK(Find("T", "T + 1").verdict == Verdict::kNever);
  const Crossovers same = Find("T^2 + T", "T*(T+1)");
  CHECK(same.verdict == Verdict::kNever);
  CHECK(same.identical);
  REQUIRE(same.ties.size() == 1);
  CHECK(same.ties[0].first == 1);
  CHECK_FALSE(same.ties[0].last.has_value());
}

TEST_CASE("A tangent is a tie and no change", "[crossover]") {
  const Crossovers touching = Find("T^2 + 25", "10*T");  // (T - 5)^2
  CHECK(touching.verdict == Verdict::kAlways);
  CHECK(FirstIntegers(touching) == std::vector<Integer>{1});
  REQUIRE(touching.ties.size() == 1);
  CHECK(touching.ties[0].first == 5);
  CHECK(Find("10*T", "T^2 + 25").verdict == Verdict::kNever);
  const Crossovers both = Find("T^3 + 115*T", "19*T^2 + 225");  // (T - 5)^2 (T - 9)
  CHECK(both.verdict == Verdict::kCrosses);
  CHECK(FirstIntegers(both) == std::vector<Integer>{10});
  CHECK(both.ties.size() == 2);
  const Crossovers triple = Find("T^3 + 75*T", "15*T^2 + 125");  // (T - 5)^3
  CHECK(FirstIntegers(triple) == std::vector<Integer>{6});
  CHECK(triple.changes[0].closed_form == "5");
}

TEST_CASE("Two roots are two changes, and roots between two integers are none", "[crossover]") {
  const Crossovers two = Find("T^2 + 256", "33*T");  // (33 -+ sqrt(65)) / 2 = 12.47, 20.53
  CHECK(two.verdict == Verdict::kCrosses);
  REQUIRE(FirstIntegers(two) == std::vector<Integer>{13, 21});
  CHECK_FALSE(two.changes[0].b_cheaper_after);
  CHECK(two.changes[1].b_cheaper_after);
  CHECK(two.changes[0].closed_form == "(33 - sqrt(65))/2");
  CHECK(two.changes[1].closed_form == "(33 + sqrt(65))/2");
  CHECK(two.changes[1].decimal == "20.531129");
  CHECK(*two.changes[1].lower < Rational(20531129, 1000000));
  CHECK(*two.changes[1].upper > Rational(20531128, 1000000));
  const Crossovers between = Find("25*T^2 + 156", "125*T");  // 2.4 and 2.6
  CHECK(between.verdict == Verdict::kAlways);
  CHECK(between.ties.empty());
}

TEST_CASE("A root of higher degree has digits, and a form only where it is rational",
          "[crossover]") {
  const Crossovers irrational = Find("T^3", "2*T + 100");
  REQUIRE(irrational.changes.size() == 1);
  CHECK(irrational.changes[0].first_integer == 5);
  CHECK(irrational.changes[0].decimal == "4.785173");
  CHECK_FALSE(irrational.changes[0].closed_form.has_value());
  const Crossovers rational = Find("2*T^3", "7*T^2 + 2*T - 7");  // (2 T - 7)(T^2 - 1)
  REQUIRE(FirstIntegers(rational) == std::vector<Integer>{4});
  CHECK(rational.changes[0].closed_form == "7/2");
}

TEST_CASE("Changes at the ends of the range count when both orders are inside", "[crossover]") {
  CrossoverOptions options;
  options.from = 64;  // the tie itself
  CHECK(Find("704*T", "640*T + 4096", options).verdict == Verdict::kAlways);
  options.from = 63;
  CHECK(Find("704*T", "640*T + 4096", options).verdict == Verdict::kCrosses);
  options.to = 64;
  CHECK(Find("704*T", "640*T + 4096", options).verdict == Verdict::kNever);
  options.to = 65;
  CHECK(FirstIntegers(Find("704*T", "640*T + 4096", options)) == std::vector<Integer>{65});
  options.from = options.to.emplace(64);
  CHECK(Find("704*T", "640*T + 4096", options).identical);
  options.from = 0;
  options.to.reset();
  const Crossovers zero = Find("3*T", "T", options);  // a tie at 0 and then always
  CHECK(zero.verdict == Verdict::kAlways);
  CHECK(zero.changes[0].first_integer == 1);
  CHECK(zero.changes[0].tie == Integer(0));
}

TEST_CASE("Constants have an order and a ratio", "[crossover]") {
  CHECK(Find("3", "2").verdict == Verdict::kAlways);
  CHECK(Find("2", "3").verdict == Verdict::kNever);
  CHECK(Find("3", "2").limit == Finite(Rational(3, 2)));
  CHECK(Find("0", "0").identical);
}

TEST_CASE("Costs may divide by the free symbol", "[crossover]") {
  const Crossovers found = Find("T^2/64", "1000/T");  // T^3 = 64000
  REQUIRE(found.changes.size() == 1);
  CHECK(found.changes[0].first_integer == 41);
  CHECK(found.changes[0].tie == Integer(40));
  CHECK(found.changes[0].closed_form == "40");
  CrossoverOptions options;
  options.from = 0;
  CHECK_THROWS_AS(Find("T^2/64", "1000/T", options), CostError);
}

TEST_CASE("Coefficients past 64 bits and lengths of 10^12 are exact", "[crossover]") {
  const Integer far = pow(Integer(10), 12);
  const Crossovers found = Find("T", "1000000000000");
  REQUIRE(FirstIntegers(found) == std::vector<Integer>{Integer(far + 1)});
  CHECK(found.changes[0].tie == far);
  const Expr T = kT;
  // (T - 10^25)(T - 10^25 - 2): the order is the other at one integer only.
  const Integer large = pow(Integer(10), 25);
  const Expr a = T * T + large * (large + 2);
  const Expr b = (2 * large + 2) * T;
  const Crossovers two = FindCrossovers(a, b, kT);
  CHECK(FirstIntegers(two) == std::vector<Integer>{Integer(large + 1), Integer(large + 3)});
  CHECK(two.ties.size() == 2);
}

TEST_CASE("A condition tells where the polynomial of a root holds", "[crossover]") {
  const Crossovers low = Find("min(T,100)*T", "37*T");
  REQUIRE(low.changes.size() == 1);
  CHECK(low.changes[0].condition == "T <= 100");
  const Crossovers middle = Find("T*min(32, T/8)", "5*T + 1");  // T^2 - 40 T - 8 = 0
  REQUIRE(middle.changes.size() == 1);
  CHECK(middle.changes[0].closed_form == "20 + 2*sqrt(102)");
  CHECK(middle.changes[0].condition == "T <= 256");
  const Crossovers inner = Find("min(T,100) - min(T,10)", "min(T,50)/2");
  REQUIRE(inner.changes.size() == 1);
  CHECK(inner.changes[0].closed_form == "20");
  CHECK(inner.changes[0].condition == "11 <= T <= 50");
}

TEST_CASE("Wrong input is refused in a sentence", "[crossover]") {
  CHECK_THROWS_AS(Find("H*T", "T"), CostError);
  CrossoverOptions options;
  options.from = -1;
  CHECK_THROWS_AS(Find("T", "2", options), CostError);
  options.from = 5;
  options.to = 4;
  CHECK_THROWS_AS(Find("T", "2", options), CostError);
}

TEST_CASE("Verdicts have the names of the output contract", "[crossover]") {
  CHECK(VerdictName(Verdict::kNever) == "never");
  CHECK(VerdictName(Verdict::kAlways) == "always");
  CHECK(VerdictName(Verdict::kCrosses) == "crosses");
  CHECK(VerdictName(Verdict::kOscillates) == "oscillates");
}

}  // namespace costcheck
