#include "costmodel/attention/topk_mlp.h"

#include <array>

#include "costmodel/algebra/error.h"
#include "costmodel/attention/full.h"
#include "tests/attention/costs.h"
#include "tests/catch.h"

// The formulas of sparse-attention-mlp's tables, each from the graph.

namespace costcheck {
namespace {

const Convention& Seeds() { return FindConvention("seeds"); }
const Convention& SeedsProjections() { return FindConvention("seeds-projections"); }

const Expr T = Symbol("T"), d = Symbol("d"), H = Symbol("H"), w = Symbol("w"), h = Symbol("h"),
           K = Symbol("K"), B = Symbol("B"), L = Symbol("L");

/// d and w are given: H is d/w.
Named Heads(Named values) {
  values.insert({{"d", d}, {"w", w}});
  return values;
}

const Named kOneHead = {{"sparse_heads", 1}, {"exact_heads", 0}};

Named With(Named values, const Named& more) {
  values.insert(more.begin(), more.end());
  return values;
}

const Expr kSparseHead = T * (w * h + h * T + K * w * h + h * w);

TEST_CASE("F1: full attention is 2 T^2 d", "[seeds]") {
  CHECK(FlopsOf(kFull, SettingsOf(Heads({})), Seeds()) == 2 * T * T * d);
}

TEST_CASE("F2: a sparse head is T (w h + h T + K w h + h w)", "[seeds]") {
  CHECK(FlopsOf(kTopkMlp, SettingsOf(Heads(kOneHead)), Seeds()) == kSparseHead);
  const Named constants = With(kOneHead, {{"w", 64}, {"h", 128}, {"K", 8}, {"d", 512}});
  CHECK(FlopsOf(kTopkMlp, SettingsOf(constants), Seeds()) == T * (81920 + 128 * T));
}

TEST_CASE("F3: score bytes are 4 B H T^2, and 4 B H T K for the sparse heads", "[seeds]") {
  const auto score_bytes = [](const Component& component, const Named& values) {
    const Graph graph = BuildGraph(component, SettingsOf(values));
    return Substitute(ScoreBytes(graph, PairRule::kUnmasked).value(), {{"p", 4}});
  };
  CHECK(score_bytes(kFull, {{"B", B}}) == 4 * B * H * T * T);
  CHECK(score_bytes(kTopkMlp, {{"B", B}}) == 4 * B * H * T * K);
  const Named printed = {{"B", 8}, {"d", 512}, {"w", 64}, {"T", 512}, {"h", 128}, {"K", 32}};
  CHECK(score_bytes(kFull, printed) == Expr(67108864));
  CHECK(score_bytes(kTopkMlp, printed) == Expr(4194304));
}

TEST_CASE("F4: with free indices 2 L B T^2 d against L B T d (1 + K)", "[seeds]") {
  const Named model = {{"B", B}, {"L", L}};
  CHECK(FlopsOf(kFull, SettingsOf(Heads(model)), Seeds()) == 2 * L * B * T * T * d);
  const Named free = With(model, {{"h", 1}, {"selection", 0}});
  CHECK(FlopsOf(kTopkMlp, SettingsOf(Heads(free)), Seeds()) == L * B * T * d * (1 + K));
}

TEST_CASE("F5: every head sparse is H times one of them", "[seeds]") {
  CHECK(FlopsOf(kTopkMlp, SettingsOf({}), Seeds()) == H * kSparseHead);
}

TEST_CASE("F6: one head sparse and the others exact", "[seeds]") {
  CHECK(FlopsOf(kTopkMlp, SettingsOf({{"sparse_heads", 1}}), Seeds()) ==
        (H - 1) * 2 * T * T * w + kSparseHead);
}

const Named kWithProjections = With(kOneHead, {{"topk_heads", H - 1}, {"K", 8}, {"h", 128}});

TEST_CASE("F7: with projections, softmax and the top-k's comparisons", "[seeds]") {
  CHECK(FlopsOf(kFull, SettingsOf({{"d", d}, {"H", H}}), SeedsProjections()) ==
        2 * T * T * d + 3 * H * T * T + 4 * T * d * d);
  Named values = kWithProjections;
  values.insert({{"d", d}, {"H", H}, {"T", 64}});
  const Expr width = d / H, sparse = Substitute(kSparseHead, {{"w", width}, {"K", 8}, {"h", 128}});
  CHECK(FlopsOf(kTopkMlp, SettingsOf(values), SeedsProjections()) ==
        Substitute(4 * T * d * d + sparse + T * T * 3 + (H - 1) * (2 * T * 8 * width + 3 * T * 8),
                   {{"T", 64}}));
}

TEST_CASE("F7: the seven published ratios", "[seeds]") {
  struct Row {
    int width, length, thousandths;
  };
  constexpr std::array<Row, 7> kRows = {{{128, 64, 525},
                                         {256, 128, 904},
                                         {512, 256, 1124},
                                         {768, 512, 1256},
                                         {1024, 1024, 1433},
                                         {1280, 2048, 1722},
                                         {2048, 4096, 1948}}};
  for (const Row& row : kRows) {
    const Named shape = {{"d", row.width}, {"w", 64}, {"H", row.width / 64}, {"T", row.length}};
    Named sparse = kWithProjections;
    sparse.insert(shape.begin(), shape.end());
    const Rational full = *FlopsOf(kFull, SettingsOf(shape), SeedsProjections()).AsRational();
    const Rational mlp = *FlopsOf(kTopkMlp, SettingsOf(sparse), SeedsProjections()).AsRational();
    CHECK(Floor(full / mlp * 1000 + Rational(1, 2)) == row.thousandths);
  }
}

TEST_CASE("F8: the scores' share of a block of 12 d^2 a token is T / (T + 6d)", "[seeds]") {
  const Expr core = FlopsOf(kFull, SettingsOf(Heads({})), Seeds());
  const Expr block = T * 12 * d * d + core;
  CHECK(core * (T + 6 * d) == T * block);
}

TEST_CASE("Useful pairs feed the approximator, but the selector always writes S logits",
          "[topk_mlp]") {
  const Named values = {{"T", 7}, {"w", 2}, {"h", 3}, {"K", 4}, {"H", 5}, {"d", 10}};
  // min(n, 4) over 7 queries: 22. Executed: 28 padded rows.
  const int others = 7 * (2 * 3 + 3 * 7) + 7 * 3 * 2;
  CHECK(FlopsOf(kTopkMlp, SettingsOf(values)) == Expr(2 * 5 * (others + 22 * 2 * 3)));
  Convention executed = FirstPrinciples();
  executed.count = PairCount::kExecuted;
  CHECK(FlopsOf(kTopkMlp, SettingsOf(values), executed) == Expr(2 * 5 * (others + 28 * 2 * 3)));
}

TEST_CASE("Parameters of a sparse head are its two MLPs', and 4 d^2 of projections", "[topk_mlp]") {
  const Expr head = w * h + h * T + K * w * h + h * w;
  CHECK(ParametersOf(kTopkMlp, SettingsOf({{"d", d}, {"H", H}})) ==
        4 * d * d + Substitute(H * head, {{"w", d / H}}));
  const Expr without = ParametersOf(kTopkMlp, SettingsOf({{"d", d}, {"H", H}, {"selection", 0}}));
  CHECK(without == 4 * d * d + Substitute(H * (K * w * h + h * w), {{"w", d / H}}));
}

TEST_CASE("A sparse decoder caches values alone", "[topk_mlp]") {
  const Named values = {{"S", 13}, {"w", 2}, {"h", 3}, {"K", 4}, {"H", 5}, {"d", 10}};
  CHECK(CachedElements(kTopkMlp, values) == Expr(13 * 10));
  CHECK(CachedElements(kTopkMlp, With(values, {{"sparse_heads", 2}})) == Expr(2 * 13 * 10));
}

TEST_CASE("Keys that no head reads, and queries that only select, are not trained", "[topk_mlp]") {
  const Named values = {{"T", 7}, {"w", 2}, {"h", 3}, {"K", 4}, {"H", 5}, {"d", 10}};
  const Settings training = SettingsOf(values, true, Phase::kTraining);
  CHECK(PartFlops(kTopkMlp, SettingsOf(values), Part::kProjection) == Expr(2 * 4 * 7 * 100));
  // Values and output three times, queries and keys once.
  CHECK(PartFlops(kTopkMlp, training, Part::kProjection) == Expr(2 * (2 * 3 + 2) * 7 * 100));
  const Settings mixed = SettingsOf(With(values, {{"sparse_heads", 2}}), true, Phase::kTraining);
  CHECK(PartFlops(kTopkMlp, mixed, Part::kProjection) == Expr(2 * 4 * 3 * 7 * 100));
}

TEST_CASE("What is left out is said", "[topk_mlp]") {
  const auto assumed = [](const Named& values) {
    return BuildGraph(kTopkMlp, SettingsOf(values)).assumptions.size();
  };
  CHECK(assumed({}) == 0);
  CHECK(assumed({{"sparse_heads", 1}}) == 0);
  CHECK(assumed(kOneHead) == 1);
  CHECK(assumed({{"selection", 0}}) == 1);
  CHECK(assumed(With(kOneHead, {{"topk_heads", H - 1}})) == 1);
}

TEST_CASE("A switch is 0 or 1, and heads are not negative", "[topk_mlp]") {
  CHECK_THROWS_AS(BuildGraph(kTopkMlp, SettingsOf({{"selection", 2}})), CostError);
  CHECK_THROWS_AS(BuildGraph(kTopkMlp, SettingsOf({{"H", 4}, {"sparse_heads", 5}})), CostError);
}

}  // namespace
}  // namespace costcheck
