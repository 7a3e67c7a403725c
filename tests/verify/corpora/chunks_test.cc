#include "verify/corpora/chunks.h"

#include <string>
#include <vector>

#include "tests/catch.h"
#include "verify/corpora/random.h"

namespace costcheck {
namespace {

std::vector<std::string> Chunks(std::string_view text) {
  std::vector<std::string> chunks;
  ForEachChunk(text, [&](std::string_view chunk) { chunks.emplace_back(chunk); });
  return chunks;
}

using Words = std::vector<std::string>;

TEST_CASE("Words, numbers and signs are chunks with the space before them") {
  CHECK(Chunks("Call me Ishmael.") == Words{"Call", " me", " Ishmael", "."});
  CHECK(Chunks("ago--never mind 1851, 3d") ==
        Words{"ago", "--", "never", " mind", " 1851", ",", " 3", "d"});
  CHECK(Chunks("don't (stop)") == Words{"don", "'", "t", " (", "stop", ")"});
}

TEST_CASE("Letters beyond ASCII are not cut") {
  CHECK(Chunks("na\xc3\xafve \xe2\x80\x94sea") == Words{"na\xc3\xafve", " \xe2\x80\x94sea"});
}

TEST_CASE("White space leaves its last space to the word") {
  CHECK(Chunks("a  b") == Words{"a", " ", " b"});
  CHECK(Chunks("a\n\n  b") == Words{"a", "\n\n ", " b"});
  CHECK(Chunks("a\n\nb") == Words{"a", "\n\n", "b"});
  CHECK(Chunks("a \n") == Words{"a", " \n"});
  CHECK(Chunks("a  ") == Words{"a", "  "});
  CHECK(Chunks(" ") == Words{" "});
  CHECK(Chunks(" a") == Words{" a"});
  CHECK(Chunks("\ta") == Words{"\t", "a"});
  CHECK(Chunks("").empty());
}

TEST_CASE("Chunks are never empty and give the text again") {
  Stream stream(137, "texts");
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    const std::uint64_t length = stream.Below(12);
    for (std::uint64_t i = 0; i < length; ++i) text += "ab1 \n.\xc3 "[stream.Below(8)];
    std::string joined;
    for (const std::string& chunk : Chunks(text)) {
      REQUIRE_FALSE(chunk.empty());
      joined += chunk;
    }
    REQUIRE(joined == text);
  }
}

}  // namespace
}  // namespace costcheck
