#include "cli/preset.h"

#include <set>

#include "cli/preset_table.h"
#include "costmodel/algebra/error.h"
#include "tests/catch.h"
#include "tests/cli/run.h"
#include "tests/golden.h"

using costcheck::CostError;
using costcheck::LoadPreset;
using costcheck::ParsePreset;
using costcheck::Preset;
using costcheck::PresetNames;
using nlohmann::json;

namespace {

constexpr char kSmall[] = R"(title = "t"
source = "s"
[[columns]]
name = "area"
heading = "Area"
[[groups]]
set = "W=3"
expressions = { area = "T*W" }
rows = [{ label = "a", set = "T=5", printed = { area = "15" } }]
)";

std::string MessageOf(const std::string& toml) {
  try {
    ParsePreset("small", toml);
  } catch (const CostError& error) {
    return error.what();
  }
  return "no error";
}

std::string Replaced(const std::string& from, const std::string& to) {
  std::string text = kSmall;
  return text.replace(text.find(from), from.size(), to);
}

/// What the preset's table says does not agree, as "row, column".
std::set<std::string> Disagreements(const std::string& name) {
  std::set<std::string> found;
  const json table = RunJson({"table", "--preset", name});
  for (const json& row : table.at("rows")) {
    for (const auto& [key, value] : row.items()) {
      if (key.ends_with("_agrees") && value == false) {
        found.insert(row.at("row").get<std::string>() + ": " + key.substr(0, key.size() - 7));
      }
    }
  }
  return found;
}

json RowOf(const std::string& preset, const std::string& label) {
  const json table = RunJson({"table", "--preset", preset});
  for (const json& row : table.at("rows")) {
    if (row.at("row") == label) return row;
  }
  return {};
}

bool HasNote(const json& table, const std::string& part) {
  for (const json& note : table.at("notes")) {
    if (note.get<std::string>().find(part) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("A preset is read with its groups' settings and expressions", "[preset]") {
  const Preset preset = ParsePreset("small", kSmall);
  REQUIRE(preset.rows.size() == 1);
  CHECK(preset.rows[0].set == "W=3,T=5");
  CHECK(preset.rows[0].expressions.at("area") == "T*W");
  CHECK(preset.rows[0].printed.at("area") == "15");
}

TEST_CASE("A preset's mistakes are told with file and line", "[preset]") {
  CHECK(MessageOf(kSmall) == "no error");
  CHECK(MessageOf(Replaced("title = \"t\"", "titel = \"t\"")).starts_with("small:1: 'titel'"));
  CHECK(MessageOf(Replaced("title = \"t\"", "title = 5")).starts_with("small:1: a text"));
  CHECK(MessageOf(Replaced("{ area = \"T*W\" }", "{ aera = \"T\" }")).find("'aera' is not a") !=
        std::string::npos);
  CHECK(MessageOf(Replaced("[[groups]]", "[[groups")).starts_with("small:6: "));
}

TEST_CASE("Every preset that is built in can be computed", "[preset]") {
  const std::vector<std::string> names = PresetNames();
  CHECK(names == std::vector<std::string>{"seeds-embedding", "seeds-flops", "seeds-gpt4",
                                          "seeds-memory", "seeds-projections"});
  for (const std::string& name : names) CHECK_FALSE(PresetTable(LoadPreset(name)).rows.empty());
}

TEST_CASE("The published FLOPs agree but for the row of 2048d and the GPT-4 rows", "[preset]") {
  CHECK(Disagreements("seeds-flops") ==
        std::set<std::string>{"2048d, 2048: full", "2048d, 2048: speedup", "GPT-4, 8192: full",
                              "GPT-4, 8192: sparse", "GPT-4, 8192: speedup",
                              "GPT-4 Turbo, 128000: full", "GPT-4 Turbo, 128000: sparse"});
  const json table = RunJson({"table", "--preset", "seeds-flops"});
  CHECK(HasNote(table, "2048d, 2048, Full: printed 10,737.4M, recomputed 17,179.869M."));
  CHECK(HasNote(table,
                "GPT-4, 8192, Full: printed 2,100,000M, recomputed 2,111,062,325M; "
                "printed is 1000 times too small."));
  CHECK(HasNote(table, "printed 4,200M, recomputed 4,252,017.62M; printed is 1000 times"));
  CHECK(HasNote(table, "printed 515,000,000M, recomputed 515,396,075,520M"));
  CHECK(RowOf("seeds-flops", "1024d, 1024").at("full") == "2147483648");
  CHECK(RowOf("seeds-flops", "1024d, 1024").at("sparse") == "218103808");
  CHECK(RowOf("seeds-flops", "1024d, 1024").at("full_printed") == "2,147.5M");
}

TEST_CASE("The published bytes of the scores all agree", "[preset]") {
  CHECK(Disagreements("seeds-memory").empty());
  CHECK(RowOf("seeds-memory", "2048d/2048L").at("full") == "4294967296");
}

TEST_CASE("The published parameters agree but for widths that do not belong to them", "[preset]") {
  CHECK(Disagreements("seeds-embedding") ==
        std::set<std::string>{"50 epochs, d = 128: ratio", "700 epochs: ratio"});
  CHECK(RowOf("seeds-embedding", "Ultra-Efficient").at("banded") == "30464");
  CHECK(RowOf("seeds-embedding", "700 epochs").at("banded") == "1081780");
  CHECK(RowOf("seeds-embedding", "700 epochs").at("standard") == "1054440");
}

TEST_CASE("The GPT-4 shapes have other speedups once every head is counted", "[preset]") {
  CHECK(RowOf("seeds-gpt4", "8192, one head").at("speedup") == "8192/37");
  // 2*T*w*H/(h*(T + w*(K + 2))) with one head, and 1/H of it with all: w = h = 128, K = 8.
  CHECK(RowOf("seeds-gpt4", "8192, all heads").at("speedup") == "64/37");
}

TEST_CASE("The ratios with projections are those of the script", "[preset]") {
  const json table = RunJson({"table", "--preset", "seeds-projections"});
  const double expected[] = {0.525, 0.904, 1.124, 1.256, 1.433, 1.722, 1.948};
  REQUIRE(table.at("rows").size() == 7);
  for (std::size_t i = 0; i < 7; ++i) {
    const costcheck::Rational speedup(table["rows"][i].at("speedup").get<std::string>());
    CHECK(std::abs(costcheck::ToDouble(speedup) - expected[i]) < 0.0005);
  }
}

TEST_CASE("Preset tables look as accepted", "[preset]") {
  for (const std::string& name : PresetNames()) {
    const RunResult result = Run({"table", "--preset", name});
    CHECK(result.exit == 0);
    CHECK(GoldenDifference("tests/cli/golden/" + name + ".txt", result.out).empty());
  }
}

TEST_CASE("A preset brings its own settings", "[preset]") {
  CHECK(IsBadInput(Run({"table", "--preset", "seeds-flops", "--set", "d=64"}), "--set"));
  CHECK(IsBadInput(Run({"table", "--preset", "seeds-flops", "--lengths", "64"}), "--lengths"));
}
