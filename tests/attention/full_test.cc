#include "costmodel/attention/full.h"

#include "costmodel/attention/flash.h"
#include "tests/attention/costs.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

const Named kSmall = {{"T", 5}, {"B", 2}, {"L", 3}, {"d", 12}, {"H", 3}, {"w", 4}};

TEST_CASE("Full attention by hand: two products over 15 pairs, four projections", "[full]") {
  CHECK(FlopsOf(kFull, SettingsOf(kSmall)) == Expr(6 * 2 * 2 * 15 * 12));
  CHECK(FlopsOf(kFull, SettingsOf(kSmall, false)) == Expr(6 * 2 * 2 * 25 * 12));
  CHECK(PartFlops(kFull, SettingsOf(kSmall), Part::kProjection) == Expr(6 * 2 * 5 * 4 * 144));
  CHECK(ParametersOf(kFull, SettingsOf(kSmall)) == Expr(3 * 4 * 144));
}

TEST_CASE("Grouped keys shrink their projections and caches, not the core", "[full]") {
  Named grouped = kSmall;
  grouped["H_kv"] = 1;
  CHECK(FlopsOf(kFull, SettingsOf(grouped)) == FlopsOf(kFull, SettingsOf(kSmall)));
  CHECK(ParametersOf(kFull, SettingsOf(grouped)) == Expr(3 * (144 + 2 * 12 * 4 + 144)));
  CHECK(CachedElements(kFull, grouped) * 3 == CachedElements(kFull, kSmall));
  CHECK(CachedElements(kFull, kSmall) == Expr(6 * 2 * 5 * 12));
}

TEST_CASE("A second text is projected to keys and values on its own", "[full]") {
  Named cross = kSmall;
  cross["S"] = 7;
  CHECK(PartFlops(kFull, SettingsOf(cross, false), Part::kProjection) ==
        Expr(6 * 2 * 144 * (5 + 7 + 7 + 5)));
  CHECK(FlopsOf(kFull, SettingsOf(cross, false)) == Expr(6 * 2 * 2 * 35 * 12));
}

TEST_CASE("A decoded token projects itself and reads all keys", "[full]") {
  const Settings settings = SettingsOf(kSmall, true, Phase::kDecode);
  CHECK(FlopsOf(kFull, settings) == Expr(6 * 2 * 2 * 5 * 12));
  CHECK(PartFlops(kFull, settings, Part::kProjection) == Expr(6 * 2 * 4 * 144));
}

TEST_CASE("Full attention keeps its weights, flash the statistics of a row", "[full][flash]") {
  const Settings settings = SettingsOf(kSmall, true, Phase::kTraining);
  // x, q, k, v, the heads' output: 5 x 12 each; weights of 3 heads x 15 pairs.
  CHECK(KeptElements(kFull, settings) == Expr(6 * (5 * 60 + 45)));
  CHECK(KeptElements(kFlash, settings) == Expr(6 * (5 * 60 + 15)));
}

TEST_CASE("Flash runs seven products in training where full runs six", "[flash]") {
  const Settings forward = SettingsOf(kSmall);
  const Settings training = SettingsOf(kSmall, true, Phase::kTraining);
  CHECK(FlopsOf(kFlash, forward) == FlopsOf(kFull, forward));
  CHECK(FlopsOf(kFull, training) == FlopsOf(kFull, forward) * 3);
  CHECK(FlopsOf(kFlash, training) == FlopsOf(kFull, forward) * 7 / 2);
  const Convention& published = FindConvention("flash-attention");
  CHECK(FlopsOf(kFlash, training, published) == FlopsOf(kFlash, forward, published) * 7 / 2);
}

TEST_CASE("Flash attention's benchmark counts 4*T^2*d*H, half of it if causal", "[flash]") {
  const Expr T = Symbol("T"), H = Symbol("H"), w = Symbol("w"), B = Symbol("B");
  const Convention& published = FindConvention("flash-attention");
  const Named free = {{"B", B}};
  CHECK(FlopsOf(kFlash, SettingsOf(free), published) == 2 * T * T * w * H * B);
  CHECK(FlopsOf(kFlash, SettingsOf(free, false), published) == 4 * T * T * w * H * B);
}

TEST_CASE("Flash reads keys and values once for each tile of queries", "[flash]") {
  Named values = kSmall;
  values["tile"] = 2;  // 3 tiles of 5 queries
  const Graph graph = BuildGraph(kFlash, SettingsOf(values));
  const Cost core = CountCost(graph, FirstPrinciples(), Phase::kForward, true);
  CHECK(Substitute(core.read.value(), {{"p", 1}}) == Expr(6 * (60 + 3 * 60 + 3 * 60)));
  CHECK(Substitute(core.written.value(), {{"p", 1}}) == Expr(6 * (60 + 15)));
}

TEST_CASE("A lone query's tile is not padded", "[flash]") {
  const Named values = {{"S", 11}, {"tile", 4}};
  CHECK(PairsOf(kFlash, SettingsOf(values, true, Phase::kDecode)).executed == Expr(12));
}

}  // namespace
}  // namespace costcheck
