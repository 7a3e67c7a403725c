#include "verify/corpora/byte_pairs.h"

#include <map>

#include "tests/algebra/error_text.h"
#include "tests/catch.h"
#include "verify/corpora/chunks.h"
#include "verify/corpora/random.h"
#include "verify/corpora/text.h"

namespace costcheck {
namespace {

using Pair = BytePairs::Merge;
using Tokens = std::vector<std::int32_t>;

std::string Loomings() { return ReadText("tests/verify/corpora/loomings.txt"); }

std::string RandomText(std::size_t length, Stream& stream) {
  std::string text;
  while (text.size() < length) text += "aab ab.\n1"[stream.Below(9)];
  return text;
}

// The definition, over the whole text at every step: no counts are kept.
struct NaiveTrainer {
  explicit NaiveTrainer(std::string_view text) {
    ForEachChunk(text, [&](std::string_view chunk) {
      Tokens tokens;
      for (const char c : chunk) tokens.push_back(static_cast<unsigned char>(c));
      chunks.push_back(tokens);
    });
  }

  bool Merge() {
    std::map<Pair, int> counts;
    for (const Tokens& chunk : chunks) {
      for (std::size_t i = 1; i < chunk.size(); ++i) ++counts[{chunk[i - 1], chunk[i]}];
    }
    if (counts.empty()) return false;
    auto best = counts.begin();
    for (auto it = counts.begin(); it != counts.end(); ++it) {
      if (it->second > best->second) best = it;
    }
    const auto joined = static_cast<std::int32_t>(256 + merges.size());
    merges.push_back(best->first);
    for (Tokens& chunk : chunks) {
      Tokens shorter;
      for (std::size_t i = 0; i < chunk.size(); ++i) {
        const bool here = i + 1 < chunk.size() && Pair{chunk[i], chunk[i + 1]} == best->first;
        shorter.push_back(here ? joined : chunk[i]);
        i += here ? 1 : 0;
      }
      chunk = shorter;
    }
    return true;
  }

  Tokens All() const {
    Tokens all;
    for (const Tokens& chunk : chunks) all.insert(all.end(), chunk.begin(), chunk.end());
    return all;
  }

  std::vector<Tokens> chunks;
  std::vector<Pair> merges;
};

TEST_CASE("Merges by hand") {
  // " ab" three times, "ab" once: a-b occurs 4 times, then space-ab 3 times.
  const BytePairs pairs = BytePairs::Train("ab ab ab ab", 258, "hand");
  CHECK(pairs.Merges()[0] == Pair{'a', 'b'});
  CHECK(pairs.Merges()[1] == Pair{' ', 256});
  CHECK(pairs.BytesOf(257) == " ab");
  CHECK(pairs.Encode("a b ab") == Tokens{'a', ' ', 'b', 257});
  CHECK(pairs.Encode("ab ab a") == Tokens{256, 257, ' ', 'a'});
  CHECK(pairs.Types() == 258);
}

TEST_CASE("Of equally frequent pairs the smaller one is joined") {
  CHECK(BytePairs::Train("cd ab", 257, "ties").Merges()[0] == Pair{' ', 'a'});
  CHECK(BytePairs::Train("cdxab", 257, "ties").Merges()[0] == Pair{'a', 'b'});
  CHECK(BytePairs::Train("acab", 257, "ties").Merges()[0] == Pair{'a', 'b'});
}

TEST_CASE("Training agrees with the definition, merge by merge") {
  Stream stream(139, "texts");
  std::vector<std::string> texts = {Loomings(), "aaaaaaa", "abababab", ""};
  for (int i = 0; i < 30; ++i) texts.push_back(RandomText(20 + stream.Below(200), stream));
  for (const std::string& text : texts) {
    NaiveTrainer naive(text);
    while (naive.merges.size() < 400 && naive.Merge()) continue;
    const auto types = static_cast<std::int64_t>(256 + naive.merges.size());
    const BytePairs pairs = BytePairs::Train(text, types, "text");
    REQUIRE(std::vector<Pair>(pairs.Merges().begin(), pairs.Merges().end()) == naive.merges);
    REQUIRE(pairs.Encode(text) == naive.All());
  }
}

TEST_CASE("Any bytes come back from their tokens") {
  const BytePairs pairs = BytePairs::Train(Loomings(), 500, "loomings");
  CHECK(pairs.Decode(pairs.Encode(Loomings())) == Loomings());
  Stream stream(149, "bytes");
  for (int round = 0; round < 200; ++round) {
    std::string bytes;
    const std::uint64_t length = stream.Below(60);
    for (std::uint64_t i = 0; i < length; ++i) bytes += static_cast<char>(stream.Below(256));
    REQUIRE(pairs.Decode(pairs.Encode(bytes)) == bytes);
  }
  CHECK(pairs.Encode("").empty());
  CHECK(pairs.Encode(Loomings()).size() < Loomings().size() / 2);
}

TEST_CASE("A vocabulary too small, or too large for its text, is refused") {
  CHECK(ErrorTextOf([] { BytePairs::Train("abc", 255, "the text"); }).find("255 types") !=
        std::string::npos);
  CHECK(BytePairs::Train("abc", 258, "the text").Types() == 258);
  CHECK(ErrorTextOf([] { BytePairs::Train("abc", 259, "the text"); }) ==
        "The 3 bytes of the text are too few for a vocabulary of 259 types: no pair is left to "
        "join at 258.");
}

TEST_CASE("A token that the vocabulary lacks is reported with its position") {
  const BytePairs pairs = BytePairs::Train("abc", 257, "text");
  CHECK(ErrorTextOf([&] {
          pairs.Decode(Tokens{97, 256, 257});
        }) == "The token 257 at position 2 (the first is 0) is none of the vocabulary's 0 to 256.");
  CHECK(ErrorTextOf([&] { pairs.Decode(Tokens{-1}); }).find("-1 at position 0") !=
        std::string::npos);
}

}  // namespace
}  // namespace costcheck
