#include "tables/sheet.h"

#include "tests/catch.h"
#include "tests/tables/samples.h"

namespace costcheck {
namespace {

using Texts = std::vector<std::string>;

TEST_CASE("people see headings, and no column that is data only", "[sheet]") {
  const Sheet sheet = MakeSheet(ScalingSample(), false);
  Texts headings;
  for (const SheetColumn& column : sheet.columns) headings.push_back(column.heading);
  CHECK(headings == Texts{"component", "T", "flops", "ratio", "time"});
  CHECK(sheet.rows == 7);
}

TEST_CASE("numbers stand beside their digits", "[sheet]") {
  const Sheet sheet = MakeSheet(ScalingSample(), false);
  CHECK(sheet.columns[1].cells[2] == "128K");
  CHECK(sheet.columns[1].digits[2] == "131072");
  CHECK(MakeSheet(ScalingSample(), true).columns[1].cells[2] == "131,072");
}

TEST_CASE("a column is a number if any cell is", "[sheet]") {
  const Sheet sheet = MakeSheet(AwkwardSample(), false);
  std::vector<bool> numbers;
  for (const SheetColumn& column : sheet.columns) numbers.push_back(column.is_number);
  CHECK(numbers == std::vector<bool>{false, false, true, false, true});
}

TEST_CASE("the first column is a key, and a length right after it", "[sheet]") {
  const auto keys = [](const Table& table) {
    std::string out;
    for (const SheetColumn& column : MakeSheet(table, false).columns) {
      out += column.is_key ? 'k' : '.';
    }
    return out;
  };
  CHECK(keys(ScalingSample()) == "kk...");
  CHECK(keys(AwkwardSample()) == "k....");
  CHECK(keys(WideSample()) == "k.............");
}

TEST_CASE("a ratio's unit is in its cells, not in the header", "[sheet]") {
  const Sheet sheet = MakeSheet(ScalingSample(), false);
  CHECK(sheet.columns[3].unit.empty());
  CHECK(sheet.columns[3].cells[0] == "1.000x");
  CHECK(HasUnits(sheet));
  CHECK_FALSE(HasUnits(MakeSheet(EmptySample(), false)));
}

TEST_CASE("the convention is one line with its settings", "[sheet]") {
  CHECK(MakeSheet(ScalingSample(), false).convention ==
        "Convention seeds: multiply_add=2, causal=exact, scope=core");
  CHECK(MakeSheet(AwkwardSample(), false).convention == "Convention a_b|c");
  CHECK(MakeSheet(EmptySample(), false).convention.empty());
}

TEST_CASE("extras follow the notes", "[sheet]") {
  CHECK(MakeSheet(CrossoverSample(), false).notes ==
        Texts{"limit_ratio: flops = 1.71429, kept_bytes = infinity", "complete_to: infinity",
              "interval: [0.25, 1e-07]"});
  CHECK(MakeSheet(CrossoverSample(), true).notes[0] ==
        "limit_ratio: flops = 12/7, kept_bytes = infinity");
}

}  // namespace
}  // namespace costcheck
