#include "tests/verify/kernels/pattern_cases.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

namespace costcheck {

std::int64_t Draw(Random& random, std::int64_t least, std::int64_t most) {
  return std::uniform_int_distribution<std::int64_t>(least, most)(random);
}

std::string PatternCase::Describe() const {
  std::string text_of =
      component + ": T = " + std::to_string(text.queries) + ", S = " + std::to_string(text.keys) +
      (text.causal ? ", causal" : ", both ways") + ", B = " + std::to_string(sequences) +
      ", H = " + std::to_string(heads) + ", H_sel = " + std::to_string(selecting_heads);
  for (const auto& [name, value] : parameters)
    text_of += ", " + name + " = " + std::to_string(value);
  return text_of;
}

CaseSizes DrawSizes(Random& random, std::int64_t longest) {
  const std::int64_t queries = Draw(random, 1, longest);
  const std::int64_t keys = Draw(random, 0, 1) == 0 ? queries : Draw(random, 1, longest);
  const std::int64_t selecting_heads = Draw(random, 1, 3);
  return {{queries, keys, Draw(random, 0, 1) == 0},
          Draw(random, 1, 2),
          selecting_heads * Draw(random, 1, 3),
          selecting_heads};
}

namespace {

PatternCase CaseOf(const CaseSizes& sizes) {
  PatternCase result;
  result.text = sizes.text;
  result.sequences = sizes.sequences;
  result.heads = sizes.heads;
  result.selecting_heads = sizes.selecting_heads;
  return result;
}

/// A mask that is the same for all heads, by the query's position (negative before the first key).
template <class Visible>
void SetMask(PatternCase& result, const Visible& visible) {
  const TextLengths text = result.text;
  result.sees = [=](std::int64_t, std::int64_t, std::int64_t row, std::int64_t key) {
    const std::int64_t a = text.keys - text.queries + row;
    return (!text.causal || key <= a) && visible(a, key);
  };
}

PatternCase Full(const CaseSizes& sizes, Random&) {
  PatternCase result = CaseOf(sizes);
  result.component = "full";
  result.make = [=](const std::int32_t*) { return std::make_unique<FullPattern>(sizes.text); };
  SetMask(result, [](std::int64_t, std::int64_t) { return true; });
  return result;
}

bool InWindow(std::int64_t a, std::int64_t j, std::int64_t W, bool causal) {
  return causal ? j > a - W : j >= a - W / 2 && j < a + W - W / 2;
}

PatternCase Window(const CaseSizes& sizes, Random& random) {
  PatternCase result = CaseOf(sizes);
  const std::int64_t W = Draw(random, 1, sizes.text.keys + 3);
  result.component = "sliding_window";
  result.parameters = {{"W", W}};
  result.make = [=](const std::int32_t*) { return std::make_unique<WindowPattern>(sizes.text, W); };
  const bool causal = sizes.text.causal;
  SetMask(result, [=](std::int64_t a, std::int64_t j) { return InWindow(a, j, W, causal); });
  return result;
}

PatternCase WindowGlobal(const CaseSizes& sizes, Random& random) {
  PatternCase result = CaseOf(sizes);
  const std::int64_t W = Draw(random, 1, sizes.text.keys + 3), G = Draw(random, 0, sizes.text.keys);
  const bool causal = sizes.text.causal;
  result.component = "window_global";
  result.parameters = {{"W", W}, {"G", G}, {"global_projections", 0}};
  result.make = [=](const std::int32_t*) {
    return std::make_unique<WindowGlobalPattern>(sizes.text, W, G);
  };
  SetMask(result, [=](std::int64_t a, std::int64_t j) {
    return InWindow(a, j, W, causal) || j < G || (!causal && 0 <= a && a < G);
  });
  return result;
}

PatternCase Strided(const CaseSizes& sizes, Random& random) {
  PatternCase result = CaseOf(sizes);
  const std::int64_t s = Draw(random, 1, sizes.text.keys + 3);
  result.component = "strided";
  result.parameters = {{"s", s}};
  result.make = [=](const std::int32_t*) {
    return std::make_unique<StridedPattern>(sizes.text, s);
  };
  SetMask(result,
          [=](std::int64_t a, std::int64_t j) { return std::abs(a - j) < s || (a - j) % s == 0; });
  return result;
}

PatternCase Fixed(const CaseSizes& sizes, Random& random) {
  PatternCase result = CaseOf(sizes);
  const std::int64_t s = Draw(random, 1, sizes.text.keys + 3), summary = Draw(random, 1, s);
  result.component = "fixed";
  result.parameters = {{"s", s}, {"summary", summary}};
  result.make = [=](const std::int32_t*) {
    return std::make_unique<FixedPattern>(sizes.text, s, summary);
  };
  SetMask(result, [=](std::int64_t a, std::int64_t j) {
    return a >= 0 && (a / s == j / s || j % s >= s - summary);
  });
  return result;
}

PatternCase BigBird(const CaseSizes& sizes, Random& random) {
  PatternCase result = CaseOf(sizes);
  const BigBirdBlocks blocks = {Draw(random, 1, 7), 2 * Draw(random, 0, 2) + 1, Draw(random, 0, 2),
                                Draw(random, 0, 3)};
  result.component = "bigbird";
  result.parameters = {{"b", blocks.block},
                       {"window_blocks", blocks.window_blocks},
                       {"global_blocks", blocks.global_blocks},
                       {"r", blocks.random_blocks}};
  result.whole_blocks = true;
  const auto drawn = std::make_shared<const std::vector<std::int32_t>>(
      DrawRandomBlocks(sizes.text, blocks, random()));
  result.make = [=](const std::int32_t*) {
    return std::make_unique<BigBirdPattern>(sizes.text, blocks, drawn->data());
  };
  const bool causal = sizes.text.causal;
  SetMask(result, [=](std::int64_t a, std::int64_t j) {
    const std::int64_t own = a / blocks.block, other = j / blocks.block;
    if (a < 0) return false;
    const auto row = drawn->begin() + own * blocks.random_blocks;
    return std::abs(own - other) <= blocks.window_blocks / 2 || other < blocks.global_blocks ||
           (!causal && own < blocks.global_blocks) ||
           std::count(row, row + blocks.random_blocks, static_cast<std::int32_t>(other)) > 0;
  });
  return result;
}

/// What a query may choose from.
using Choices = std::function<std::vector<std::int32_t>(std::int64_t row)>;

/// An index of `chosen` numbers a query, drawn without replacement; behind them what no pattern may
/// read.
void DrawIndex(PatternCase& result, std::int64_t chosen, const Choices& choices, Random& random) {
  for (std::int64_t i = 0; i < result.sequences * result.selecting_heads; ++i) {
    for (std::int64_t row = 0; row < result.text.queries; ++row) {
      std::vector<std::int32_t> numbers = choices(row);
      std::shuffle(numbers.begin(), numbers.end(), random);
      numbers.resize(static_cast<std::size_t>(chosen), 1'000'000);
      result.index.insert(result.index.end(), numbers.begin(), numbers.end());
    }
  }
}

/// Whether a query's row of the index holds a number.
std::function<bool(std::int64_t, std::int64_t, std::int64_t, std::int64_t)> IsChosen(
    const PatternCase& pattern, std::int64_t chosen) {
  const auto index = std::make_shared<const std::vector<std::int32_t>>(pattern.index);
  const std::int64_t group = pattern.heads / pattern.selecting_heads;
  return [=, selecting = pattern.selecting_heads, queries = pattern.text.queries](
             std::int64_t sequence, std::int64_t head, std::int64_t row, std::int64_t number) {
    const auto from =
        index->begin() + ((sequence * selecting + head / group) * queries + row) * chosen;
    return std::count(from, from + chosen, static_cast<std::int32_t>(number)) > 0;
  };
}

PatternCase ChosenKeys(const CaseSizes& sizes, Random& random) {
  PatternCase result = CaseOf(sizes);
  const TextLengths text = sizes.text;
  const std::int64_t K = Draw(random, 1, text.keys + 3);
  result.component = "topk_indexer";
  result.parameters = {{"K", K}, {"indexer_heads", 2}, {"m", 3}};
  DrawIndex(
      result, K,
      [=](std::int64_t row) {
        const std::int64_t a = text.keys - text.queries + row;
        const std::int64_t visible = text.causal ? std::max<std::int64_t>(a + 1, 0) : text.keys;
        std::vector<std::int32_t> keys(static_cast<std::size_t>(visible));
        std::iota(keys.begin(), keys.end(), 0);
        return keys;
      },
      random);
  result.make = [=](const std::int32_t* index) {
    return std::make_unique<ChosenKeysPattern>(
        text, ChosenIndex{index, text.queries, K, sizes.heads, sizes.selecting_heads});
  };
  result.sees = IsChosen(result, K);
  return result;
}

/// Whole blocks that a query may choose beside its own.
std::vector<std::int32_t> ChoosableBlocks(const TextLengths& text, std::int64_t b,
                                          std::int64_t row) {
  const std::int64_t a = text.keys - text.queries + row;
  std::vector<std::int32_t> blocks;
  for (std::int64_t block = 0; a >= 0 && (block + 1) * b <= text.keys; ++block) {
    if (text.causal ? block < a / b : block != a / b) {
      blocks.push_back(static_cast<std::int32_t>(block));
    }
  }
  return blocks;
}

PatternCase ChosenBlocks(const CaseSizes& sizes, Random& random) {
  PatternCase result = CaseOf(sizes);
  const TextLengths text = sizes.text;
  const std::int64_t b = Draw(random, 1, 7), others = Draw(random, 0, 4);
  result.component = "block_topk";
  result.parameters = {{"b", b}, {"K", (others + 1) * b}};
  result.whole_blocks = true;
  DrawIndex(
      result, others, [=](std::int64_t row) { return ChoosableBlocks(text, b, row); }, random);
  result.make = [=](const std::int32_t* index) {
    return std::make_unique<ChosenBlocksPattern>(
        text, b, ChosenIndex{index, text.queries, others, sizes.heads, sizes.selecting_heads});
  };
  const auto is_chosen = IsChosen(result, others);
  result.sees = [=](std::int64_t sequence, std::int64_t head, std::int64_t row, std::int64_t key) {
    const std::int64_t a = text.keys - text.queries + row;
    if (a < 0 || (text.causal && key > a)) return false;
    return key / b == a / b || is_chosen(sequence, head, row, key / b);
  };
  return result;
}

}  // namespace

const std::vector<CaseMaker>& CaseMakers() {
  static const std::vector<CaseMaker> kMakers = {Full,  Window,  WindowGlobal, Strided,
                                                 Fixed, BigBird, ChosenKeys,   ChosenBlocks};
  return kMakers;
}

}  // namespace costcheck
