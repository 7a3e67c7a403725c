#include <cstdlib>

#include "costmodel/algebra/error.h"
#include "costmodel/attention/fixed.h"
#include "costmodel/attention/full.h"
#include "costmodel/attention/strided.h"
#include "tests/attention/pattern_oracle.h"
#include "tests/catch.h"

// The two patterns of Child 2019: strided.h and fixed.h.

namespace costcheck {
namespace {

TEST_CASE("Strided counts the cells of its mask", "[strided]") {
  for (int s : {1, 2, 3, 5, 7}) {
    for (bool causal : {true, false}) {
      const auto visible = [&](int a, int j) { return std::abs(a - j) < s || (a - j) % s == 0; };
      CHECK(FirstMaskMismatch(kStrided, {{"s", s}}, causal, 23, visible) == "");
    }
  }
}

TEST_CASE("Fixed counts the cells of its mask", "[fixed]") {
  for (const auto& [s, c] : {std::pair{1, 1}, {2, 1}, {3, 1}, {3, 2}, {5, 2}, {4, 4}}) {
    for (bool causal : {true, false}) {
      const auto visible = [s = s, c = c](int a, int j) {
        return a >= 0 && (a / s == j / s || j % s >= s - c);
      };
      CHECK(FirstMaskMismatch(kFixed, {{"s", s}, {"summary", c}}, causal, 23, visible) == "");
    }
  }
}

TEST_CASE("Strided and fixed by hand: 7 tokens, stride 3", "[strided][fixed]") {
  // Strided, causal: 1 2 3 | 3+1 3+1 3+1 | 3+2.
  CHECK(PairsOf(kStrided, SettingsOf({{"T", 7}, {"s", 3}})).useful == Expr(6 + 12 + 5));
  // Fixed, causal: 1 2 3 | 1+1 2+1 3+1 | 1+2.
  CHECK(PairsOf(kFixed, SettingsOf({{"T", 7}, {"s", 3}})).useful == Expr(6 + 9 + 3));
}

TEST_CASE("A stride of 1, and summaries of the whole block, are full attention",
          "[strided][fixed]") {
  const Expr T = Symbol("T"), s = Symbol("s");
  const Expr full = PairsOf(kFull, SettingsOf({})).useful;
  CHECK(PairsOf(kStrided, SettingsOf({{"s", 1}})).useful == full);
  CHECK(PairsOf(kFixed, SettingsOf({{"summary", s}})).useful == full);
  CHECK(PairsOf(kStrided, SettingsOf({{"s", T}})).useful == full);
  CHECK(PairsOf(kFixed, SettingsOf({{"s", T}})).useful == full);
}

TEST_CASE("A summary larger than its block is refused", "[fixed]") {
  CHECK_THROWS_AS(BuildGraph(kFixed, SettingsOf({{"s", 3}, {"summary", 4}})), CostError);
}

}  // namespace
}  // namespace costcheck
