#include "tables/svg_elements.h"

#include "tests/catch.h"

namespace costcheck {
namespace {

TEST_CASE("coordinates have two decimals and no negative zero", "[svg_elements]") {
  CHECK(PixelText(12.5) == "12.50");
  CHECK(PixelText(-0.001) == "0.00");
  CHECK(PixelText(-3) == "-3.00");
}

TEST_CASE("elements carry their attributes, and text is escaped", "[svg_elements]") {
  CHECK(LineElement({1, 2, 3, 4}, "stroke=\"#000000\"") ==
        "<line x1=\"1.00\" y1=\"2.00\" x2=\"3.00\" y2=\"4.00\" stroke=\"#000000\"/>\n");
  CHECK(TextElement(1, 2, "a<b", "") == "<text x=\"1.00\" y=\"2.00\">a&lt;b</text>\n");
  CHECK(TextElement(1, 2, "a", "fill=\"#000000\"") ==
        "<text x=\"1.00\" y=\"2.00\" fill=\"#000000\">a</text>\n");
}

TEST_CASE("text is the wider the more and the wider its letters", "[svg_elements]") {
  CHECK(TextWidth("", 12) == 0);
  CHECK(TextWidth("mm", 12) > TextWidth("aa", 12));
  CHECK(TextWidth("aa", 12) > TextWidth("ii", 12));
  CHECK(TextWidth("a", 24) == 2 * TextWidth("a", 12));
}

TEST_CASE("a line of text takes about the width that it may", "[svg_elements]") {
  CHECK(WrapToPixels("aaaa bbbb", 10, 28) == std::vector<std::string>{"aaaa", "bbbb"});
  CHECK(WrapToPixels("aaaa bbbb", 10, 100) == std::vector<std::string>{"aaaa bbbb"});
}

}  // namespace
}  // namespace costcheck
