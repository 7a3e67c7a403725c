#include "costmodel/attention/bigbird.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "costmodel/algebra/error.h"
#include "costmodel/attention/block_topk.h"
#include "tests/attention/pattern_oracle.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

struct Shape {
  int b, window_blocks, global_blocks, r;

  Named Parameters() const {
    return {{"b", b}, {"window_blocks", window_blocks}, {"global_blocks", global_blocks}, {"r", r}};
  }
  /// Past the text in which every block finds all its blocks the counts are
  /// quadratic in T and in S for each residue mod b: three periods settle them.
  int ProvingLength() const { return b * (window_blocks + global_blocks + r + 1 + 3); }
};

/// Which blocks of keys a block of queries sees, random ones drawn: the first
/// whole ones that are left stand for any.
std::vector<bool> SeenBlocks(const Shape& shape, const Text& text, int own) {
  const int blocks = (text.keys + shape.b - 1) / shape.b;
  const int side = (shape.window_blocks - 1) / 2;
  std::vector<bool> seen(static_cast<std::size_t>(blocks));
  int drawn = 0;
  for (int block = 0; block < blocks; ++block) {
    const bool window = std::abs(block - own) <= side;
    const bool global = block < shape.global_blocks || (!text.causal && own < shape.global_blocks);
    const bool possible = !text.causal || block <= own;
    seen[static_cast<std::size_t>(block)] = possible && (window || global);
  }
  for (int block = 0; block < blocks; ++block) {
    const bool whole = (block + 1) * shape.b <= text.keys;
    const bool possible = whole && (!text.causal || block < own);
    if (!possible || seen[static_cast<std::size_t>(block)] || drawn == shape.r) continue;
    seen[static_cast<std::size_t>(block)] = true;
    ++drawn;
  }
  return seen;
}

int Useful(const Shape& shape, const Text& text) {
  if (text.queries == 0) return 0;
  int pairs = 0;
  for (int a = std::max(text.keys - text.queries, 0); a < text.keys; ++a) {
    const std::vector<bool> seen = SeenBlocks(shape, text, a / shape.b);
    for (int j = 0; j < text.keys; ++j) {
      const bool masked = text.causal && j > a;
      pairs += seen[static_cast<std::size_t>(j / shape.b)] && !masked ? 1 : 0;
    }
  }
  return pairs;
}

int Executed(const Shape& shape, const Text& text) {
  if (text.queries == 0) return 0;
  int blocks = 0;
  const int first = std::max(text.keys - text.queries, 0) / shape.b;
  for (int own = first; own * shape.b < text.keys; ++own) {
    const std::vector<bool> seen = SeenBlocks(shape, text, own);
    blocks += static_cast<int>(std::count(seen.begin(), seen.end(), true));
  }
  return blocks * shape.b * shape.b;
}

const std::vector<Shape> kShapes = {{1, 3, 1, 1}, {2, 3, 1, 3}, {2, 1, 0, 0}, {2, 5, 2, 1},
                                    {3, 3, 0, 2}, {3, 1, 2, 0}, {4, 1, 1, 0}, {3, 5, 1, 2}};

TEST_CASE("BigBird counts the cells of its mask", "[bigbird]") {
  for (const Shape& shape : kShapes) {
    for (bool causal : {true, false}) {
      INFO("b " << shape.b << ", window " << shape.window_blocks << ", global "
                << shape.global_blocks << ", random " << shape.r << ", causal " << causal);
      CHECK(FirstMismatch(kBigBird, shape.Parameters(), causal, PairRule::kUseful,
                          shape.ProvingLength(),
                          [&](const Text& text) { return Useful(shape, text); }) == "");
    }
  }
}

TEST_CASE("BigBird executes whole blocks", "[bigbird]") {
  for (const Shape& shape : kShapes) {
    for (bool causal : {true, false}) {
      INFO("b " << shape.b << ", window " << shape.window_blocks << ", global "
                << shape.global_blocks << ", random " << shape.r << ", causal " << causal);
      CHECK(FirstMismatch(kBigBird, shape.Parameters(), causal, PairRule::kExecuted,
                          shape.ProvingLength(),
                          [&](const Text& text) { return Executed(shape, text); }) == "");
    }
  }
}

TEST_CASE("BigBird by hand: 7 tokens in blocks of 2", "[bigbird]") {
  // Blocks 0 1 2 | 3 of one token; window 3, one global, one random, both ways.
  // Rows 0, 1: global, 7 keys each. Block 1 sees 0 1 2 and no whole block more: 6.
  // Block 2: window 1 2 3, global 0: 7. Block 3: window 2 3, global 0, random 1: 7.
  const Named values = {{"T", 7}, {"b", 2}, {"r", 1}};
  CHECK(PairsOf(kBigBird, SettingsOf(values, false)).useful == Expr(14 + 12 + 14 + 7));
  // Causal, one block back, block 0, one random: all that is visible.
  CHECK(PairsOf(kBigBird, SettingsOf(values)).useful == Expr(28));
  CHECK(PairsOf(kBigBird, SettingsOf(values)).executed == Expr((1 + 2 + 3 + 4) * 4));
}

TEST_CASE("Causal BigBird keeps as many keys as block top-k with as many blocks", "[bigbird]") {
  const Expr T = Symbol("T"), b = Symbol("b");
  const Pairs bigbird = PairsOf(kBigBird, SettingsOf({}));  // own, 1 back, 1 global, 3 random
  const Pairs blocks = PairsOf(kBlockTopk, SettingsOf({{"K", 6 * b}}));
  CHECK(bigbird.useful == blocks.useful);
  CHECK(bigbird.unmasked == T * Min(7 * b, T));
}

TEST_CASE("A decoded token runs one row of its blocks", "[bigbird]") {
  const Named values = {{"S", 43}, {"b", 4}, {"r", 2}};
  const Pairs pairs = PairsOf(kBigBird, SettingsOf(values, true, Phase::kDecode));
  CHECK(pairs.useful == Expr(3 + 4 * 4));  // position 42: 3 of its block, 1 back, 1 global, 2
  CHECK(pairs.executed == Expr(4 * 5));
}

TEST_CASE("An even window has no middle", "[bigbird]") {
  CHECK_THROWS_AS(BuildGraph(kBigBird, SettingsOf({{"window_blocks", 4}})), CostError);
}

}  // namespace
}  // namespace costcheck
