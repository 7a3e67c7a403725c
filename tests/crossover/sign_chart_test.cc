#include "costmodel/crossover/sign_chart.h"

#include <string>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/parse.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

SignChart ChartOf(const std::string& expr, const Range& range = {1, std::nullopt},
                  const Limits& limits = {}) {
  return MakeSignChart(ParseExpr(expr), Symbol("T"), range, limits);
}

}  // namespace

TEST_CASE("The next and the previous integer of a sign are the nearest", "[sign_chart]") {
  SignPattern pattern;
  pattern.period = 7;
  pattern.residues = {{{2, 5}, {0, 1, 3, 6}, {4}}};
  for (int x = 20; x < 40; ++x) {
    for (const int sign : {-1, 0, 1}) {
      int next = x, previous = x;
      while (pattern.WithSign(sign).count(static_cast<std::uint64_t>(next % 7)) == 0) ++next;
      while (pattern.WithSign(sign).count(static_cast<std::uint64_t>(previous % 7)) == 0) {
        --previous;
      }
      CHECK(pattern.Next(x, sign) == Integer(next));
      CHECK(pattern.Previous(x, sign) == Integer(previous));
    }
  }
  pattern.residues[2].clear();
  CHECK_FALSE(pattern.Next(3, 1).has_value());
  CHECK_FALSE(pattern.Previous(3, 1).has_value());
}

TEST_CASE("The patterns of a chart cover its range without gaps", "[sign_chart]") {
  const SignChart chart = ChartOf("floor(T/3)*5 - 2*T + min(T,40)");
  Integer expected = 1;
  bool ended = false;
  chart.ForEachPattern([&](const Range& part, const SignPattern& pattern) {
    CHECK(part.first == expected);
    CHECK(pattern.residues[0].size() + pattern.residues[1].size() + pattern.residues[2].size() ==
          pattern.period);
    if (part.last) expected = *part.last + 1;
    ended = !part.last;
    return true;
  });
  CHECK(ended);
}

TEST_CASE("The first integer with a sign is found from any start", "[sign_chart]") {
  const SignChart chart = ChartOf("(T-10)*(T-20)");
  CHECK(chart.First(1) == Integer(1));
  CHECK(chart.First(0) == Integer(10));
  CHECK(chart.First(-1) == Integer(11));
  CHECK(chart.First(0, 11) == Integer(20));
  CHECK(chart.First(1, 12) == Integer(21));
  CHECK_FALSE(chart.First(-1, 20).has_value());
}

TEST_CASE("A stitched chart is the exact one", "[sign_chart]") {
  // The limits make the form impossible, so that bounds and runs take over.
  Limits tight;
  tight.period = 4;
  for (const char* expr : {"5*ceil(T/5)*7*ceil(T/7) - 2*T^2 + 13", "T^2 - 40*floor(T/6) - 100",
                           "floor(T^2/11) - floor(T/9)*20 - 3"}) {
    CAPTURE(expr);
    const SignChart exact = ChartOf(expr);
    const SignChart stitched = ChartOf(expr, {1, std::nullopt}, tight);
    CHECK(exact.function.has_value());
    CHECK_FALSE(stitched.function.has_value());
    CHECK(stitched.stretches.size() > 1);
    CHECK_FALSE(stitched.complete_to.has_value());
    for (int x = 1; x < 300; ++x) {
      for (const int sign : {-1, 0, 1}) CHECK(stitched.First(sign, x) == exact.First(sign, x));
    }
  }
}

TEST_CASE("A chart that cannot reach the end says where it stops", "[sign_chart]") {
  Limits tight;
  tight.period = 4;
  tight.runs = 1 << 10;
  const SignChart chart = ChartOf("5*floor(T/5) - T + 2", {1, std::nullopt}, tight);
  REQUIRE(chart.complete_to.has_value());
  CHECK(*chart.complete_to >= 256);
  CHECK(chart.First(-1) == Integer(3));
  const SignChart log = ChartOf("T*ceillog2(T) - 5*T");
  CHECK(log.complete_to == (Integer(1) << 128));
  CHECK_FALSE(ChartOf("T*ceillog2(T) - 5*T", {1, Integer(999)}).complete_to.has_value());
}

TEST_CASE("A sign does not change with the blocks that a cost is divided by", "[sign_chart]") {
  const SignChart chart = ChartOf("100/ceil(T/7) - 9");
  CHECK_FALSE(chart.complete_to.has_value());
  CHECK(chart.First(-1) == Integer(78));  // ceil(T/7) = 12
}

TEST_CASE("Division by zero and unbound symbols are refused", "[sign_chart]") {
  CHECK_THROWS_AS(ChartOf("1/floor(T/7)", {1, Integer(20)}), CostError);
  CHECK_THROWS_AS(ChartOf("H*T"), CostError);
  CHECK_THROWS_AS(ChartOf("1/T", {0, std::nullopt}), CostError);
}

}  // namespace costcheck
