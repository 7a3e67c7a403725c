#include "tests/catch.h"
#include "tests/cli/run.h"
#include "tests/golden.h"

using nlohmann::json;

TEST_CASE("Every list has rows of its own key", "[list]") {
  for (const char* what :
       {"components", "conventions", "symbols", "presets", "experiments", "metrics", "formats"}) {
    const json list = RunJson({"list", what});
    CHECK(list.at("command") == "list");
    REQUIRE_FALSE(list.at("rows").empty());
    CHECK(list.at("rows").at(0).size() == list.at("columns").size());
  }
}

TEST_CASE("A list without a name says what can be listed", "[list]") {
  CHECK(RunJson({"list"}).at("rows").size() == 8);
}

TEST_CASE("All components of the contract are listed, in its order", "[list]") {
  std::vector<std::string> names;
  const json list = RunJson({"list", "components"});
  for (const json& row : list.at("rows")) names.push_back(row.at("component"));
  CHECK(names ==
        std::vector<std::string>{
            "full",          "flash",    "topk_mlp", "topk_exact", "topk_indexer", "sliding_window",
            "window_global", "bigbird",  "strided",  "fixed",      "block_topk",   "nsa",
            "lsh",           "routing",  "linear",   "linformer",  "full_table",   "factorized",
            "banded",        "adaptive", "hash",     "qr"});
}

TEST_CASE("Lists look as accepted", "[list]") {
  CHECK(GoldenDifference("tests/cli/golden/symbols.txt", Run({"list", "symbols"}).out).empty());
  CHECK(GoldenDifference("tests/cli/golden/metrics.md",
                         Run({"list", "metrics", "--format", "markdown"}).out)
            .empty());
}
