#include "costmodel/algebra/error.h"
#include "costmodel/attention/block_topk.h"
#include "costmodel/attention/nsa.h"
#include "costmodel/attention/topk_exact.h"
#include "costmodel/attention/topk_indexer.h"
#include "tests/attention/costs.h"
#include "tests/catch.h"

// Attentions that choose keys by a score: topk_exact.h, topk_indexer.h,
// block_topk.h and nsa.h. Their patterns are held against masks in
// patterns_test.cc, but for nsa's sum of three.

namespace costcheck {
namespace {

const Named kSmall = {{"T", 7}, {"B", 2}, {"L", 3}, {"d", 10}, {"H", 2}, {"w", 5}, {"K", 3}};

Named With(Named values, const Named& more) {
  for (const auto& [name, value] : more) values.insert_or_assign(name, value);
  return values;
}

Cost SelectionCost(const Component& component, const Settings& settings) {
  const Graph graph = BuildGraph(component, settings);
  Cost sum;
  for (const Operator& op : graph.operators) {
    if (op.part == Part::kSelection) sum += ForwardCost(op, graph, PairRule::kUseful);
  }
  return sum;
}

TEST_CASE("Exact top-k by hand: 28 scores and 18 values a head", "[topk_exact]") {
  CHECK(FlopsOf(kTopkExact, SettingsOf(kSmall)) == Expr(6 * 2 * (28 + 18) * 10));
  CHECK(SelectionCost(kTopkExact, SettingsOf(kSmall)).comparisons.value() == Expr(6 * 28 * 2 * 2));
}

TEST_CASE("Exact top-k trains its scores as a dense product", "[topk_exact]") {
  const Settings training = SettingsOf(kSmall, true, Phase::kTraining);
  CHECK(FlopsOf(kTopkExact, training) == Expr(3 * 6 * 2 * (28 + 18) * 10));
  // x, q, k, v, output; weights and positions (4 bytes) of 3 keys a query and head.
  CHECK(KeptElements(kTopkExact, training) == Expr(6 * (5 * 70 + 2 * 18 + 4 * 2 * 21)));
}

TEST_CASE("An indexer by hand: 2 heads of width 4 over 28 pairs, 3 projections", "[indexer]") {
  const Settings settings = SettingsOf(With(kSmall, {{"m", 4}, {"indexer_heads", 2}}));
  const int projections = 7 * 10 * (8 + 4 + 2);
  CHECK(PartFlops(kTopkIndexer, settings, Part::kSelection) ==
        Expr(6 * 2 * (28 * 2 * 4 + projections)));
  CHECK(PartFlops(kTopkIndexer, settings, Part::kCore) == Expr(6 * 2 * 2 * 18 * 10));
  CHECK(PartFlops(kTopkIndexer, settings, Part::kProjection) == Expr(6 * 2 * 7 * 400));
  // relu, weight and sum of 2 heads: 2 + 2 + 1 a pair; K = 3 takes 2 comparisons.
  const Cost selection = SelectionCost(kTopkIndexer, settings);
  CHECK(selection.simple.value() == Expr(6 * 28 * 5));
  CHECK(selection.comparisons.value() == Expr(6 * 28 * 2));
}

TEST_CASE("An indexer caches one key of width m a token", "[indexer]") {
  const Named values = With(kSmall, {{"S", 13}, {"m", 4}});
  CHECK(CachedElements(kTopkIndexer, values) == Expr(6 * 13 * (2 * 10 + 4)));
  const Settings decode = SettingsOf(values, true, Phase::kDecode);
  CHECK(PartFlops(kTopkIndexer, decode, Part::kSelection) ==
        Expr(6 * 2 * (13 * 4 * 4 + 10 * (16 + 4 + 4))));
  CHECK(PartFlops(kTopkIndexer, decode, Part::kCore) == Expr(6 * 2 * 2 * 3 * 10));
}

TEST_CASE("Block top-k by hand: 7 tokens in blocks of 2, one other block", "[block_topk]") {
  const Named values = With(kSmall, {{"K", 4}, {"b", 2}});
  // Earlier blocks 0 0 1 1 2 2 3: 9 scores; pairs 1 2 | 3 4 | 3 4 | 3.
  CHECK(PartFlops(kBlockTopk, SettingsOf(values), Part::kSelection) == Expr(6 * 2 * 9 * 10));
  CHECK(PartFlops(kBlockTopk, SettingsOf(values), Part::kCore) == Expr(6 * 2 * 2 * 20 * 10));
  const Settings quest = SettingsOf(With(values, {{"representatives", 2}}));
  CHECK(PartFlops(kBlockTopk, quest, Part::kSelection) == Expr(6 * 2 * 2 * 9 * 10));
  CHECK(PartFlops(kBlockTopk, quest, Part::kCore) == Expr(6 * 2 * 2 * 20 * 10));
}

TEST_CASE("Block top-k caches what stands for its blocks", "[block_topk]") {
  const Named values = With(kSmall, {{"S", 13}, {"K", 4}, {"b", 4}});
  CHECK(CachedElements(kBlockTopk, values) == Expr(6 * (2 * 13 + 4) * 10));
  CHECK(CachedElements(kBlockTopk, With(values, {{"representatives", 2}})) ==
        Expr(6 * (2 * 13 + 2 * 4) * 10));
  CHECK_THROWS_AS(BuildGraph(kBlockTopk, SettingsOf({{"representatives", 3}})), CostError);
}

struct NsaShape {
  int l, s, b, K, W;

  Named Parameters() const {
    return {{"compression_block", l}, {"s", s}, {"b", b}, {"K", K}, {"W", W}};
  }
};

/// Stretches of l keys, a new one every s, that end at or before the query.
int CompressedMask(const NsaShape& shape, const Text& text) {
  int pairs = 0;
  for (int row = 0; row < text.queries; ++row) {
    const int a = text.keys - text.queries + row;
    for (int first = 0; first + shape.l <= text.keys; first += shape.s) {
      pairs += !text.causal || first + shape.l - 1 <= a ? 1 : 0;
    }
  }
  return pairs;
}

TEST_CASE("NSA counts the masks of its three branches", "[nsa]") {
  for (const NsaShape& shape :
       {NsaShape{1, 1, 1, 1, 1}, {4, 2, 4, 8, 3}, {3, 3, 3, 6, 2}, {6, 2, 4, 12, 5}}) {
    for (bool causal : {true, false}) {
      const auto window = [&](int a, int j) {
        return j >= a - (causal ? shape.W - 1 : shape.W / 2) && j < a + shape.W - shape.W / 2;
      };
      INFO("l " << shape.l << ", s " << shape.s << ", causal " << causal);
      CHECK(FirstMismatch(
                kNsa, shape.Parameters(), causal, PairRule::kUseful, 26, [&](const Text& text) {
                  const int others = std::max(shape.K / shape.b, 1) - 1;
                  return CompressedMask(shape, text) + BlockKeys(text, shape.b, others, false) +
                         CountMask(text, window);
                }) == "");
    }
  }
}

const Named kNsaSmall = {{"T", 21}, {"B", 2},    {"L", 3}, {"d", 10},
                         {"H", 2},  {"H_kv", 1}, {"w", 5}, {"K", 8},
                         {"b", 4},  {"s", 2},    {"W", 3}, {"compression_block", 4}};

TEST_CASE("NSA by hand: compression to 9 keys, three cores, threefold keys", "[nsa]") {
  const Settings settings = SettingsOf(kNsaSmall);
  // Compressed: n = 4 .. 21 see floor((n-4)/2) + 1: 1 1 2 2 .. 9 9 = 90.
  // Blocks: 1+2+3+4, then 4 more each: 10*5 + 1 + 17*4 = 119. Window: 1+2+3*19.
  const int pairs = 90 + 119 + 60;
  const int compression = 2 * 9 * (4 * 5) * 5;
  CHECK(PartFlops(kNsa, settings, Part::kCore) == Expr(6 * 2 * (2 * pairs * 10 + compression)));
  CHECK(PartFlops(kNsa, settings, Part::kSelection) == Expr(0));
  const int matrices = 10 * (10 + 3 * 2 * 5 + 6 + 10);
  CHECK(PartFlops(kNsa, settings, Part::kProjection) == Expr(6 * 2 * 21 * matrices));
  CHECK(ParametersOf(kNsa, settings) == Expr(3 * (matrices + 2 * (4 * 5) * 5)));
  // Group sums of 2 heads: 90; 4*4/(2*2) = 4 terms for each of the earlier blocks.
  const int blocks = 4 * (0 + 1 + 2 + 3 + 4) + 5;
  const Cost selection = SelectionCost(kNsa, settings);
  CHECK(selection.simple.value() == Expr(6 * (90 + 3 * blocks)));
}

TEST_CASE("NSA makes a compressed key only when one is due", "[nsa]") {
  const auto core = [](int keys) {
    return PartFlops(kNsa, SettingsOf(With(kNsaSmall, {{"S", keys}}), true, Phase::kDecode),
                     Part::kCore);
  };
  // S = 20: 9 compressed keys, one just made; blocks 4 + 4, window 3.
  CHECK(core(20) == Expr(6 * 2 * (2 * (9 + 8 + 3) * 10 + 2 * 20 * 5)));
  // S = 21: the same 9, own block of one.
  CHECK(core(21) == Expr(6 * 2 * 2 * (9 + 5 + 3) * 10));
  CHECK(CachedElements(kNsa, With(kNsaSmall, {{"S", 21}})) == Expr(6 * 2 * 5 * (21 + 3 + 9 + 4)));
}

TEST_CASE("Selection is not trained: its cost stays what it is in a forward", "[topk]") {
  const Named values = With(kSmall, {{"m", 4}, {"b", 2}, {"K", 4}});
  for (const Component* component : {&kTopkIndexer, &kBlockTopk}) {
    const Settings training = SettingsOf(values, true, Phase::kTraining);
    CHECK(PartFlops(*component, training, Part::kSelection) ==
          PartFlops(*component, SettingsOf(values), Part::kSelection));
    CHECK(PartFlops(*component, training, Part::kCore) ==
          PartFlops(*component, SettingsOf(values), Part::kCore) * 3);
  }
}

}  // namespace
}  // namespace costcheck
