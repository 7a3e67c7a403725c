#include "tables/text.h"

#include <sstream>

#include "tables/wrap.h"
#include "tests/catch.h"
#include "tests/tables/samples.h"

namespace costcheck {
namespace {

WriteOptions OfWidth(int width) {
  WriteOptions options;
  options.width = width;
  return options;
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::size_t Occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST_CASE("no line is wider than the page or ends in a space", "[text]") {
  for (const NamedTable& sample : AllSamples()) {
    for (int width = 20; width <= 200; ++width) {
      for (const bool exact : {false, true}) {
        WriteOptions options = OfWidth(width);
        options.exact = exact;
        CAPTURE(sample.name, width, exact);
        for (const std::string& line : LinesOf(WriteText(sample.table, options))) {
          CAPTURE(line);
          REQUIRE(DisplayWidth(line) <= static_cast<std::size_t>(width));
          REQUIRE((line.empty() || line.back() != ' '));
        }
      }
    }
  }
}

TEST_CASE("numbers are aligned to the right and text to the left", "[text]") {
  Table table;
  table.columns = {{"name", ""}, {"n", ""}};
  table.rows = {{"a", Integer(5)}, {"bcdef", Integer(1234)}};
  CHECK(WriteText(table, {}) ==
        "name      n\n"
        "-----  ----\n"
        "a         5\n"
        "bcdef  1234\n");
}

TEST_CASE("a wide table becomes blocks that repeat the key", "[text]") {
  const std::string text = WriteText(WideSample(), OfWidth(80));
  CHECK(Occurrences(text, "2K  ") == 2);
  for (int i = 1; i <= 13; ++i) CHECK(Occurrences(text, "flops_" + std::to_string(i)) >= 1);
  CHECK(Occurrences(WriteText(WideSample(), OfWidth(300)), "2K  ") == 1);
}

TEST_CASE("a wide table of one row is a list of names and values", "[text]") {
  const std::vector<std::string> lines = LinesOf(WriteText(CrossoverSample(), OfWidth(80)));
  REQUIRE(lines.size() > 6);
  CHECK(lines[3] == "quantity                value");
  CHECK(lines[5] == "metric                  flops");
  CHECK(lines[9] == "lower (tokens)          58.1818");
}

TEST_CASE("a narrow table of one row stays a table", "[text]") {
  Table table;
  table.columns = {{"T", "tokens"}};
  table.rows = {{Integer(1024)}};
  CHECK(WriteText(table, {}) ==
        "     T\n"
        "tokens\n"
        "------\n"
        "    1K\n");
}

TEST_CASE("only the title and the header are bold, and only with colour", "[text]") {
  WriteOptions options;
  CHECK(Occurrences(WriteText(ScalingSample(), options), "\x1b[") == 0);
  options.color = true;
  const std::string text = WriteText(ScalingSample(), options);
  CHECK(Occurrences(text, "\x1b[1m") == 2);
  CHECK(Occurrences(text, "\x1b[0m") == 2);
}

TEST_CASE("a table of notes alone has no header", "[text]") {
  Table table;
  table.notes = {"One note."};
  CHECK(WriteText(table, {}) == "One note.\n");
}

}  // namespace
}  // namespace costcheck
