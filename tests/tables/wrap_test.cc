#include "tables/wrap.h"

#include <random>
#include <string>
#include <vector>

#include "tests/catch.h"

namespace costcheck {
namespace {

using Lines = std::vector<std::string>;

std::string WithoutSpaces(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '\n') out += c;
  }
  return out;
}

TEST_CASE("width counts code points, not bytes", "[wrap]") {
  CHECK(DisplayWidth("") == 0);
  CHECK(DisplayWidth("abc") == 3);
  CHECK(DisplayWidth("\xC3\xA9\xE2\x89\xA4") == 2);
}

TEST_CASE("padding fills up to the width and never cuts", "[wrap]") {
  CHECK(PadLeft("ab", 4) == "  ab");
  CHECK(PadRight("ab", 4) == "ab  ");
  CHECK(PadLeft("\xC3\xA9", 3) == "  \xC3\xA9");
  CHECK(PadRight("abcd", 2) == "abcd");
}

TEST_CASE("text is broken at spaces and newlines", "[wrap]") {
  CHECK(WrapText("", 5) == Lines{""});
  CHECK(WrapText("one two three", 7) == Lines{"one two", "three"});
  CHECK(WrapText("one two three", 6) == Lines{"one", "two", "three"});
  CHECK(WrapText("one\n\ntwo", 9) == Lines{"one", "", "two"});
  CHECK(WrapText("  one   two  ", 9) == Lines{"one two"});
}

TEST_CASE("a word wider than the line is cut between code points", "[wrap]") {
  CHECK(WrapText("abcdefg", 3) == Lines{"abc", "def", "g"});
  CHECK(WrapText("a bcdef", 3) == Lines{"a", "bcd", "ef"});
  CHECK(WrapText("\xC3\xA9\xC3\xA9\xC3\xA9", 2) == Lines{"\xC3\xA9\xC3\xA9", "\xC3\xA9"});
}

TEST_CASE("wrapped text fits and keeps every letter", "[wrap]") {
  constexpr unsigned kSeed = 7;
  std::mt19937 random(kSeed);
  INFO("seed " << kSeed);
  for (int i = 0; i < 500; ++i) {
    std::string text;
    for (auto j = random() % 60; j > 0; --j) text += "ab  c\ndefghi "[random() % 13];
    const std::size_t width = random() % 9 + 1;
    std::string joined;
    CAPTURE(text, width);
    for (const std::string& line : WrapText(text, width)) {
      CHECK(DisplayWidth(line) <= width);
      CHECK((line.empty() || line.back() != ' '));
      joined += line;
    }
    CHECK(WithoutSpaces(joined) == WithoutSpaces(text));
  }
}

}  // namespace
}  // namespace costcheck
