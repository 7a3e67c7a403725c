#include "verify/kernels/patterns.h"

#include <algorithm>
#include <vector>

#include "costmodel/component.h"
#include "tests/catch.h"
#include "tests/verify/kernels/pattern_cases.h"

namespace costcheck {
namespace {

constexpr std::uint64_t kSeed = 20240611;

/// Calls `check` with `number` cases of every pattern.
template <class Check>
void ForCases(int number, const Check& check) {
  Random random(kSeed);
  for (const CaseMaker make : CaseMakers()) {
    for (int i = 0; i < number; ++i) {
      const PatternCase drawn = make(DrawSizes(random, 37), random);
      INFO("seed " << kSeed << ", case " << i << ", " << drawn.Describe());
      check(drawn);
    }
  }
}

std::vector<std::int32_t> RowOf(const KeyPattern& pattern, std::int64_t sequence, std::int64_t head,
                                std::int64_t row) {
  std::vector<std::int32_t> keys(static_cast<std::size_t>(pattern.Slots(row)), -7);
  pattern.Fill(sequence, head, row, keys);
  return keys;
}

/// The unmasked keys of a row, in order.
std::vector<std::int32_t> KeysOf(std::vector<std::int32_t> slots) {
  slots.erase(std::remove(slots.begin(), slots.end(), kMaskedKey), slots.end());
  std::sort(slots.begin(), slots.end());
  return slots;
}

std::vector<std::int32_t> SeenKeys(const PatternCase& drawn, std::int64_t sequence,
                                   std::int64_t head, std::int64_t row) {
  std::vector<std::int32_t> keys;
  for (std::int32_t key = 0; key < drawn.text.keys; ++key) {
    if (drawn.sees(sequence, head, row, key)) keys.push_back(key);
  }
  return keys;
}

TEST_CASE("Every pattern sees the keys of its mask, each once", "[patterns]") {
  ForCases(60, [](const PatternCase& drawn) {
    const auto pattern = drawn.Make();
    REQUIRE(pattern->Rows() >= drawn.text.queries);
    for (std::int64_t sequence = 0; sequence < drawn.sequences; ++sequence) {
      for (std::int64_t head = 0; head < drawn.heads; ++head) {
        for (std::int64_t row = 0; row < drawn.text.queries; ++row) {
          const std::vector<std::int32_t> slots = RowOf(*pattern, sequence, head, row);
          const std::vector<std::int32_t> seen = SeenKeys(drawn, sequence, head, row);
          REQUIRE(KeysOf(slots) == seen);
          REQUIRE((drawn.whole_blocks || slots.size() == seen.size()));
        }
      }
    }
  });
}

TEST_CASE("Padding rows hold keys of the text or masked slots", "[patterns]") {
  ForCases(60, [](const PatternCase& drawn) {
    const auto pattern = drawn.Make();
    for (std::int64_t row = drawn.text.queries; row < pattern->Rows(); ++row) {
      for (const std::int32_t key : RowOf(*pattern, 0, 0, row)) {
        REQUIRE((key == kMaskedKey || (0 <= key && key < drawn.text.keys)));
      }
    }
  });
}

Pairs PredictedPairs(const PatternCase& drawn) {
  Settings settings;
  settings.causal = drawn.text.causal;
  for (const auto& [name, value] : drawn.parameters) settings.Set(name, value);
  settings.Set("T", drawn.text.queries);
  settings.Set("S", drawn.text.keys);
  const Component* component = FindComponent(drawn.component);
  REQUIRE(component != nullptr);
  return BuildGraph(*component, settings).heads.at(0).pairs;
}

std::int64_t UnmaskedSlots(const PatternCase& drawn, const KeyPattern& pattern) {
  std::size_t unmasked = 0;
  for (std::int64_t row = 0; row < drawn.text.queries; ++row) {
    unmasked += KeysOf(RowOf(pattern, 0, 0, row)).size();
  }
  return static_cast<std::int64_t>(unmasked);
}

TEST_CASE("Slots are the pairs that costmodel predicts as executed, unmasked ones the useful",
          "[patterns]") {
  ForCases(60, [](const PatternCase& drawn) {
    const auto pattern = drawn.Make();
    const Pairs pairs = PredictedPairs(drawn);
    // Full attention by gathering skips what costmodel's product under a mask executes.
    const PairRule executed = drawn.component == "full" ? PairRule::kUseful : PairRule::kExecuted;
    REQUIRE(Count(pairs, executed) == Expr(pattern->Offset(pattern->Rows())));
    REQUIRE(Count(pairs, PairRule::kUseful) == Expr(UnmaskedSlots(drawn, *pattern)));
  });
}

TEST_CASE("BigBird by hand: 7 tokens in blocks of 2, causal", "[patterns]") {
  const TextLengths text = {7, 7, true};
  const BigBirdBlocks blocks = {2, 3, 1, 1};
  // Block 3 sees itself, block 2, global 0 and random 1; block 2 has no block left to draw.
  const std::vector<std::int32_t> random = {-1, -1, -1, 1};
  const BigBirdPattern pattern(text, blocks, random.data());
  CHECK(pattern.Rows() == 8);
  CHECK(pattern.Offset(8) == (1 + 2 + 3 + 4) * 4);
  CHECK(RowOf(pattern, 0, 0, 6) == std::vector<std::int32_t>{0, 1, 4, 5, 6, -1, 2, 3});
  CHECK(RowOf(pattern, 0, 0, 7) == std::vector<std::int32_t>{0, 1, 4, 5, 6, -1, 2, 3});
}

TEST_CASE("BigBird pads the first block of queries where keys come before them", "[patterns]") {
  // Positions 3 and 4 ask; block 1 (2, 3) and block 2 (4, 5) run, 2 and 5 are padding.
  const BigBirdPattern pattern({2, 5, true}, {2, 1, 0, 0}, nullptr);
  CHECK(pattern.Rows() == 4);
  CHECK(pattern.Offset(4) == 8);
  CHECK(RowOf(pattern, 0, 0, 0) == std::vector<std::int32_t>{2, 3});
  CHECK(RowOf(pattern, 0, 0, 1) == std::vector<std::int32_t>{4, -1});
  CHECK(RowOf(pattern, 0, 0, 2) == std::vector<std::int32_t>{2, -1});
  CHECK(RowOf(pattern, 0, 0, 3) == std::vector<std::int32_t>{4, -1});
}

TEST_CASE("The same seed draws the same random blocks", "[patterns]") {
  const TextLengths text = {97, 97, false};
  const BigBirdBlocks blocks = {5, 3, 1, 3};
  CHECK(DrawRandomBlocks(text, blocks, 11) == DrawRandomBlocks(text, blocks, 11));
  CHECK(DrawRandomBlocks(text, blocks, 11) != DrawRandomBlocks(text, blocks, 12));
}

TEST_CASE("Rows before the first key see nothing under a causal mask", "[patterns]") {
  const WindowPattern pattern({5, 3, true}, 2);
  CHECK(pattern.Offset(2) == 0);
  CHECK(pattern.Offset(5) == 1 + 2 + 2);
}

TEST_CASE("A text without tokens has no slots", "[patterns]") {
  CHECK(FullPattern({0, 5, true}).Offset(0) == 0);
  CHECK(WindowGlobalPattern({3, 0, false}, 2, 1).Offset(3) == 0);
  CHECK(BigBirdPattern({0, 5, true}, {2, 3, 1, 0}, nullptr).Rows() == 0);
  CHECK(BigBirdPattern({3, 0, true}, {2, 3, 1, 0}, nullptr).Offset(3) == 0);
}

}  // namespace
}  // namespace costcheck
