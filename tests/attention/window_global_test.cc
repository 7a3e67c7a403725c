#include "costmodel/attention/window_global.h"

#include "costmodel/attention/sliding_window.h"
#include "tests/attention/costs.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

TEST_CASE("A window with global tokens counts the cells of its mask", "[window_global]") {
  for (int W : {1, 2, 3, 5}) {
    for (int G : {0, 1, 2, 4}) {
      const Named parameters = {{"W", W}, {"G", G}};
      const auto causal = [&](int a, int j) { return j > a - W || j < G; };
      CHECK(FirstMaskMismatch(kWindowGlobal, parameters, true, 14, causal) == "");
      const auto both_ways = [&](int a, int j) {
        const bool window = j >= a - W / 2 && j < a + W - W / 2;
        return window || j < G || (0 <= a && a < G);
      };
      CHECK(FirstMaskMismatch(kWindowGlobal, parameters, false, 14, both_ways) == "");
    }
  }
}

TEST_CASE("The last query of a decoder sees window and globals", "[window_global]") {
  const Pairs pairs =
      PairsOf(kWindowGlobal, SettingsOf({{"S", 20}, {"W", 5}, {"G", 3}}, true, Phase::kDecode));
  CHECK(pairs.useful == Expr(8));
  CHECK(pairs.unmasked == Expr(8));
}

TEST_CASE("Without global tokens it is a sliding window", "[window_global]") {
  const Pairs window = PairsOf(kSlidingWindow, SettingsOf({}));
  const Pairs none = PairsOf(kWindowGlobal, SettingsOf({{"G", 0}}));
  CHECK(none.useful == window.useful);
  CHECK(none.unmasked == window.unmasked);
}

/// Multiply-adds of a part, forward, useful pairs.
Expr MultiplyAdds(const Graph& graph, Part part) {
  Expr sum;
  for (const Operator& op : graph.operators) {
    if (op.part == part) sum += ForwardCost(op, graph, PairRule::kUseful).multiply_adds.value();
  }
  return sum;
}

TEST_CASE("Global projections: q of the global tokens, k and v of all", "[window_global]") {
  const Named values = {{"T", 11}, {"d", 6}, {"H", 2}, {"w", 3}, {"W", 4}, {"G", 2}};
  Named shared = values;
  shared["global_projections"] = 0;
  const Graph apart = BuildGraph(kWindowGlobal, SettingsOf(values, false));
  const Graph together = BuildGraph(kWindowGlobal, SettingsOf(shared, false));
  // q 2 rows, k and v 11 rows each, 6 x 6 matrices.
  CHECK(MultiplyAdds(apart, Part::kProjection) - MultiplyAdds(together, Part::kProjection) ==
        Expr((2 + 11 + 11) * 36));
  CHECK(CountParameters(apart).value() - CountParameters(together).value() == Expr(3 * 36));
  // Band of the 9 local rows within their 9 columns, 2 to the left and 1 to the
  // right: 9*4 - (2+1) - 1 = 32; their 2 global columns 18; 2 global rows 22.
  CHECK(MultiplyAdds(apart, Part::kCore) == Expr(2 * (32 + 18 + 22) * 6));
  CHECK(MultiplyAdds(together, Part::kCore) == Expr(2 * (32 + 18 + 22) * 6));
}

TEST_CASE("A decoder projects a second time only while its token is global", "[window_global]") {
  const Named late = {{"S", 11}, {"d", 6}, {"H", 2}, {"w", 3}, {"W", 4}, {"G", 2}};
  Named early = late;
  early["S"] = 2;
  const Graph after = BuildGraph(kWindowGlobal, SettingsOf(late, true, Phase::kDecode));
  const Graph during = BuildGraph(kWindowGlobal, SettingsOf(early, true, Phase::kDecode));
  CHECK(MultiplyAdds(after, Part::kProjection) == Expr(4 * 36));
  CHECK(MultiplyAdds(during, Part::kProjection) == Expr(7 * 36));
  CHECK(CountParameters(after) == CountParameters(during));
  CHECK(MultiplyAdds(during, Part::kCore) == Expr(2 * 2 * 6));
  CHECK(CachedElements(kWindowGlobal, late) == Expr(2 * 11 * 6));
  CHECK(CachedElements(kWindowGlobal, early) == Expr(4 * 2 * 6));
}

}  // namespace
}  // namespace costcheck
