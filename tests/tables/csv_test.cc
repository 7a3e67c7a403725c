#include "tables/csv.h"

#include <random>

#include "tests/catch.h"

namespace costcheck {
namespace {

using Rows = std::vector<std::vector<std::string>>;

/// A reader of RFC 4180, one character at a time.
Rows ReadCsv(const std::string& text) {
  Rows rows;
  std::vector<std::string> row(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      row.back() += '"';
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == ',') {
      row.emplace_back();
    } else if (!quoted && c == '\n') {
      rows.push_back(row);
      row.assign(1, "");
    } else {
      row.back() += c;
    }
  }
  return rows;
}

Table OfColumns(int count) {
  Table table;
  for (int i = 0; i < count; ++i) table.columns.push_back({"c" + std::to_string(i), ""});
  return table;
}

TEST_CASE("fields are quoted where they must be", "[csv]") {
  Table table = OfColumns(1);
  table.rows = {{"plain"},  {"a,b"},    {"say \"x\""}, {"two\nlines"}, {"cr\r"},
                {" space"}, {"space "}, {""},          {Cell()}};
  CHECK(WriteCsv(table) ==
        "c0\nplain\n\"a,b\"\n\"say \"\"x\"\"\"\n\"two\nlines\"\n\"cr\r\"\n\" space\"\n\"space \"\n"
        "\"\"\n\"\"\n");
}

TEST_CASE("numbers are exact, null is empty and empty text is quoted", "[csv]") {
  Table table = OfColumns(6);
  table.rows = {
      {Integer("123456789012345678901"), Rational(Integer(2), Integer(6)), 0.1, true, Cell(), ""}};
  CHECK(WriteCsv(table) == "c0,c1,c2,c3,c4,c5\n123456789012345678901,1/3,0.1,true,,\"\"\n");
}

TEST_CASE("a reader gets back what was written", "[csv]") {
  constexpr unsigned kSeed = 4180;
  std::mt19937 random(kSeed);
  INFO("seed " << kSeed);
  for (int i = 0; i < 300; ++i) {
    Table table = OfColumns(1 + i % 3);
    Rows expected(1);
    for (const Column& column : table.columns) expected[0].push_back(column.name);
    for (int row = 0; row < 3; ++row) {
      std::vector<Cell> cells;
      std::vector<std::string> texts;
      for (std::size_t j = 0; j < table.columns.size(); ++j) {
        std::string text;
        for (auto k = random() % 6; k > 0; --k) text += "a \",\n\r;"[random() % 7];
        cells.emplace_back(text);
        texts.push_back(text);
      }
      table.rows.push_back(cells);
      expected.push_back(texts);
    }
    CHECK(ReadCsv(WriteCsv(table)) == expected);
  }
}

}  // namespace
}  // namespace costcheck
