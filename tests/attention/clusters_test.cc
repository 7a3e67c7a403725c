#include "costmodel/attention/clusters.h"

#include "costmodel/algebra/error.h"
#include "costmodel/attention/full.h"
#include "costmodel/attention/lsh.h"
#include "costmodel/attention/routing.h"
#include "tests/attention/costs.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

/// Tokens dealt out to clusters one by one, so that sizes differ by at most one.
int Dealt(int tokens, int clusters, bool causal) {
  int pairs = 0;
  for (int a = 0; a < tokens; ++a) {
    for (int j = 0; j < tokens; ++j) {
      pairs += a % clusters == j % clusters && (!causal || j <= a) ? 1 : 0;
    }
  }
  return pairs;
}

TEST_CASE("Balanced clusters count the cells of their mask", "[lsh][routing]") {
  const Expr T = Symbol("T");
  for (int C : {1, 2, 3, 4, 7}) {
    for (bool causal : {true, false}) {
      const Expr routing = PairsOf(kRouting, SettingsOf({{"C", C}}, causal)).useful;
      const Expr lsh = PairsOf(kLsh, SettingsOf({{"C", C}, {"R", 3}}, causal)).useful;
      for (int tokens = 1; tokens <= 22; ++tokens) {
        const int expected = Dealt(tokens, C, causal);
        CHECK(Evaluate(routing, {{"T", tokens}}) == expected);
        CHECK(Evaluate(lsh, {{"T", tokens}}) == 3 * expected);
      }
    }
    CHECK(PairsOf(kRouting, SettingsOf({{"C", C}, {"T", 0}})).useful == Expr(0));
  }
}

TEST_CASE("Chunks and padded clusters are executed whole", "[lsh][routing]") {
  for (int C : {1, 2, 3, 5}) {
    for (int tokens = 0; tokens <= 12; ++tokens) {
      int size = 0;  // of the largest chunk
      for (int i = 0; i < tokens; ++i) size += i % C == 0 ? 1 : 0;
      int own = 0, with_previous = 0;
      for (int chunk = 0; chunk < C; ++chunk) {
        own += size * size;
        with_previous += size * (size + size);
      }
      const Named values = {{"T", tokens}, {"C", C}, {"R", 2}};
      CHECK(PairsOf(kRouting, SettingsOf({{"T", tokens}, {"C", C}})).executed == Expr(own));
      CHECK(PairsOf(kLsh, SettingsOf(values)).executed == Expr(2 * with_previous));
    }
  }
}

TEST_CASE("Realised sizes are counted as they are", "[lsh][routing]") {
  Settings settings = SettingsOf({{"T", 11}, {"C", 4}, {"R", 2}});
  settings.bucket_sizes = {5, 0, 4, 2};
  CHECK(PairsOf(kLsh, settings).useful == Expr(2 * (15 + 0 + 10 + 3)));
  CHECK(PairsOf(kRouting, settings).useful == Expr(15 + 0 + 10 + 3));
  CHECK(PairsOf(kRouting, settings).executed == Expr(25 + 16 + 4));
  CHECK(BuildGraph(kLsh, settings).assumptions.empty());
  settings.causal = false;
  CHECK(PairsOf(kRouting, settings).useful == Expr(25 + 16 + 4));
}

TEST_CASE("Balanced sizes are a named assumption", "[lsh][routing]") {
  CHECK(BuildGraph(kLsh, SettingsOf({})).assumptions.size() == 1);
  CHECK(BuildGraph(kRouting, SettingsOf({})).assumptions.size() == 1);
}

TEST_CASE("Clusters that do not add up to the text, and two texts, are refused", "[lsh]") {
  Settings settings = SettingsOf({{"T", 11}, {"C", 2}, {"R", 1}});
  settings.bucket_sizes = {5, 5};
  CHECK_THROWS_AS(BuildGraph(kLsh, settings), CostError);
  CHECK_THROWS_AS(BuildGraph(kRouting, SettingsOf({{"T", 11}, {"S", 12}})), CostError);
}

TEST_CASE("One cluster is full attention", "[lsh][routing]") {
  const Pairs full = PairsOf(kFull, SettingsOf({}));
  CHECK(PairsOf(kRouting, SettingsOf({{"C", 1}})).useful == full.useful);
  CHECK(PairsOf(kLsh, SettingsOf({{"C", 1}, {"R", 1}})).useful == full.useful);
}

const Named kSmall = {{"T", 12}, {"B", 2}, {"L", 3}, {"d", 10}, {"H", 2}, {"w", 5}, {"C", 4}};

TEST_CASE("Clustered attention by hand: hashing or centroids, and the pairs", "[lsh][routing]") {
  Named lsh = kSmall;
  lsh["R"] = 3;
  // 12 tokens, 5 wide, 2 rotations, 3 rounds, 2 heads; 4 buckets of 3: 6 pairs each.
  CHECK(FlopsOf(kLsh, SettingsOf(lsh)) ==
        Expr(6 * (2 * 12 * 5 * 2 * 3 * 2 + 2 * 2 * (3 * 24) * 2 * 5)));
  CHECK(FlopsOf(kRouting, SettingsOf(kSmall)) ==
        Expr(6 * (2 * 12 * 5 * 4 * 2 + 2 * 2 * 24 * 2 * 5)));
}

TEST_CASE("Neither hashes nor centroids are trained through the choice", "[lsh][routing]") {
  Named values = kSmall;
  values["R"] = 3;
  for (const Component* component : {&kLsh, &kRouting}) {
    CHECK(PartFlops(*component, SettingsOf(values), Part::kSelection) ==
          PartFlops(*component, SettingsOf(values, true, Phase::kTraining), Part::kSelection));
  }
}

TEST_CASE("Shared queries and keys: three matrices of d x H*w", "[lsh][routing]") {
  Named values = kSmall;
  values["R"] = 3;
  CHECK(ParametersOf(kLsh, SettingsOf(values)) == Expr(3 * 3 * 100));
  // Centroids: 2 heads, 4 of them, 5 wide.
  CHECK(ParametersOf(kRouting, SettingsOf(kSmall)) == Expr(3 * (3 * 100 + 2 * 4 * 5)));
}

TEST_CASE("A decoder's token attends to one bucket a round", "[lsh][routing]") {
  const Named values = {{"S", 13}, {"C", 4}, {"R", 3}, {"d", 10}, {"H", 2}, {"p", 2}};
  const Settings settings = SettingsOf(values, true, Phase::kDecode);
  CHECK(PairsOf(kLsh, settings).useful == Expr(3 * 4));
  CHECK(PairsOf(kLsh, settings).executed == Expr(3 * 8));
  CHECK(PairsOf(kRouting, settings).useful == Expr(4));
  const auto cache = [&](const Component& component) {
    return Substitute(CacheBytes(BuildGraph(component, settings)).value(), {{"p", 2}});
  };
  CHECK(cache(kLsh) == Expr(2 * 2 * 13 * 10 + 4 * 3 * 13 * 2));
  CHECK(cache(kRouting) == Expr(2 * 2 * 13 * 10 + 4 * 13 * 2));
}

}  // namespace
}  // namespace costcheck
