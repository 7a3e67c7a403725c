#include "costmodel/attention/patterns.h"

#include <algorithm>

#include "costmodel/attention/block_topk.h"
#include "costmodel/attention/flash.h"
#include "costmodel/attention/full.h"
#include "costmodel/attention/sliding_window.h"
#include "costmodel/attention/topk_exact.h"
#include "tests/attention/costs.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

TEST_CASE("Full attention counts the cells of its mask", "[full]") {
  for (bool causal : {true, false}) {
    CHECK(FirstMaskMismatch(kFull, {}, causal, 12, Everything) == "");
    CHECK(FirstMismatch(kFull, {}, causal, PairRule::kExecuted, 12,
                        [](const Text& text) { return text.queries * text.keys; }) == "");
  }
}

TEST_CASE("A window counts the cells of its mask, longer than the text or not", "[window]") {
  for (int W : {1, 2, 3, 4, 5, 8}) {
    const auto causal = [&](int a, int j) { return j > a - W; };
    CHECK(FirstMaskMismatch(kSlidingWindow, {{"W", W}}, true, 13, causal) == "");
    const auto both_ways = [&](int a, int j) { return j >= a - W / 2 && j < a + W - W / 2; };
    CHECK(FirstMaskMismatch(kSlidingWindow, {{"W", W}}, false, 13, both_ways) == "");
  }
}

/// The min(K, visible) first keys stand for those that a selection keeps.
int Kept(const Text& text, int most) {
  int pairs = 0;
  for (int row = 0; row < text.queries; ++row) {
    int visible = 0;
    for (int key = 0; key < text.keys; ++key) visible += Sees(text, row, key, Everything) ? 1 : 0;
    pairs += std::min(visible, most);
  }
  return pairs;
}

TEST_CASE("Top-k keeps K keys of every query, or all that it sees", "[topk]") {
  for (int K : {1, 2, 3, 5, 7}) {
    for (bool causal : {true, false}) {
      CHECK(FirstMismatch(kTopkExact, {{"K", K}}, causal, PairRule::kUseful, 13,
                          [&](const Text& text) { return Kept(text, K); }) == "");
    }
  }
}

TEST_CASE("Block top-k keeps its own block and whole others", "[block_topk]") {
  // K of less than a block still keeps the own one.
  for (const auto& [b, K] : {std::pair{1, 1}, {1, 3}, {2, 1}, {2, 5}, {3, 3}, {3, 10}, {4, 9}}) {
    const int others = std::max(K / b, 1) - 1;
    const Named parameters = {{"b", b}, {"K", K}};
    for (bool causal : {true, false}) {
      for (bool whole : {false, true}) {
        const PairRule rule = whole ? PairRule::kExecuted : PairRule::kUseful;
        const int limit = b * (others + 2 + 3);  // three periods past the last break
        CHECK(FirstMismatch(kBlockTopk, parameters, causal, rule, limit, [&](const Text& text) {
                return BlockKeys(text, b, others, whole);
              }) == "");
      }
    }
  }
}

TEST_CASE("A query scores every earlier block", "[block_topk]") {
  const Expr T = Symbol("T"), S = Symbol("S");
  for (int b : {1, 2, 3, 5}) {
    const Pairs pairs = BlockScorePairs({.queries = T, .keys = S}, b);
    for (int queries = 1; queries <= 17; ++queries) {
      for (int keys = 1; keys <= 17; ++keys) {
        int expected = 0;
        for (int a = std::max(keys - queries, 0); a < keys; ++a) expected += a / b;
        const Values at = {{"T", queries}, {"S", keys}};
        CHECK(Evaluate(pairs.useful, at) == expected);
        CHECK(Evaluate(pairs.dense, at) == Evaluate(pairs.executed, at));
        CHECK(Evaluate(pairs.executed, at) == queries * ((keys + b - 1) / b));
      }
    }
  }
}

int TouchedTiles(const Text& text, int tile) {
  int touched = 0;
  for (int rows = 0; rows < text.queries; rows += tile) {
    for (int columns = 0; columns < text.keys; columns += tile) {
      bool any = false;
      for (int row = rows; row < std::min(rows + tile, text.queries); ++row) {
        for (int key = columns; key < std::min(columns + tile, text.keys); ++key) {
          any = any || Sees(text, row, key, Everything);
        }
      }
      touched += any ? 1 : 0;
    }
  }
  return touched;
}

TEST_CASE("Flash attention executes the tiles that its mask touches", "[flash]") {
  for (int tile : {1, 2, 3, 5, 16}) {
    for (bool causal : {true, false}) {
      CHECK(FirstMaskMismatch(kFlash, {{"tile", tile}}, causal, 17, Everything) == "");
      CHECK(FirstMismatch(
                kFlash, {{"tile", tile}}, causal, PairRule::kExecuted, 17,
                [&](const Text& text) { return tile * tile * TouchedTiles(text, tile); }) == "");
    }
  }
}

TEST_CASE("A decoded token runs its own block whole, and the others", "[block_topk]") {
  const Named values = {{"S", 7}, {"b", 2}, {"K", 6}};  // the fourth block has one token
  const Pairs pairs = PairsOf(kBlockTopk, SettingsOf(values, true, Phase::kDecode));
  CHECK(pairs.useful == Expr(1 + 2 * 2));
  CHECK(pairs.executed == Expr(3 * 2));
}

TEST_CASE("A window's decoder keeps W rows, or fewer while the text is shorter", "[window]") {
  const Named values = {{"W", 5}, {"d", 6}, {"H", 2}};
  for (const auto& [keys, rows] : {std::pair{3, 3}, {5, 5}, {19, 5}}) {
    Named at = values;
    at["S"] = keys;
    CHECK(CachedElements(kSlidingWindow, at) == Expr(2 * rows * 6));
    CHECK(PairsOf(kSlidingWindow, SettingsOf(at, true, Phase::kDecode)).useful == Expr(rows));
  }
}

TEST_CASE("Unmasked counts are the closed forms of the literature", "[patterns]") {
  const Expr T = Symbol("T"), W = Symbol("W"), K = Symbol("K");
  CHECK(PairsOf(kFull, SettingsOf({})).unmasked == T * T);
  CHECK(PairsOf(kFull, SettingsOf({})).useful == T * (T + 1) / 2);
  CHECK(PairsOf(kSlidingWindow, SettingsOf({})).unmasked == T * Min(T, W));
  CHECK(PairsOf(kTopkExact, SettingsOf({})).unmasked == T * Min(T, K));
}

TEST_CASE("A window as long as the text, and K as many as its keys, are full attention",
          "[patterns]") {
  const Expr T = Symbol("T"), full = T * (T + 1) / 2;
  CHECK(PairsOf(kSlidingWindow, SettingsOf({{"W", T}})).useful == full);
  CHECK(PairsOf(kSlidingWindow, SettingsOf({{"W", T + 3}})).useful == full);
  CHECK(PairsOf(kTopkExact, SettingsOf({{"K", T}})).useful == full);
  CHECK(PairsOf(kBlockTopk, SettingsOf({{"K", T}, {"b", 1}})).useful == full);
}

}  // namespace
}  // namespace costcheck
