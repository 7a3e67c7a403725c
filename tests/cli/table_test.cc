#include <set>

#include "costmodel/algebra/number.h"
#include "tests/catch.h"
#include "tests/cli/run.h"
#include "tests/golden.h"

using costcheck::Integer;
using costcheck::Rational;
using nlohmann::json;

namespace {

json RowAt(const json& table, const std::string& component, const std::string& length) {
  for (const json& row : table.at("rows")) {
    if (row.at("component") == component && row.at("T") == length) return row;
  }
  return {};
}

std::set<std::string> NamesOf(const json& columns) {
  std::set<std::string> names;
  for (const json& column : columns) names.insert(column.at("name").get<std::string>());
  return names;
}

bool HasNote(const json& table, const std::string& part) {
  for (const json& note : table.at("notes")) {
    if (note.get<std::string>().find(part) != std::string::npos) return true;
  }
  return false;
}

std::size_t LongestLine(const std::string& text) {
  std::size_t longest = 0;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = text.find('\n', start);
    longest = std::max(longest, end - start);
    start = end + 1;
  }
  return longest;
}

}  // namespace

TEST_CASE("The table without options looks as accepted, in every format", "[table]") {
  for (const std::string format : {"text", "markdown", "csv", "json", "latex", "html"}) {
    const RunResult result = Run({"table", "--format", format});
    CHECK(result.exit == 0);
    CHECK(result.err.empty());
    CHECK(GoldenDifference("tests/cli/golden/table." + format, result.out).empty());
  }
}

TEST_CASE("The table without options fits 80 columns", "[table]") {
  CHECK(LongestLine(Run({"table"}).out) <= 80);
}

TEST_CASE("Every row has the keys of the contract, exact", "[table]") {
  const json table = RunJson({"table", "--metrics", "flops,kv_cache_bytes"});
  const std::set<std::string> names = {
      "component", "T", "flops", "flops_ratio", "kv_cache_bytes", "kv_cache_bytes_ratio"};
  CHECK(NamesOf(table.at("columns")) == names);
  CHECK(table.at("rows").size() == 5 * 12);
  CHECK(table.at("convention").at("name") == "first-principles");
  for (const json& row : table.at("rows")) {
    for (const auto& [key, value] : row.items()) CHECK(value.is_string());
    CHECK(row.size() == names.size());
  }
  // 4 d FLOPs for each of T(T+1)/2 pairs; keys and values of d numbers of 2 bytes.
  const Integer pairs = Integer(131072) * 131073 / 2;
  const json full = RowAt(table, "full", "131072");
  CHECK(full.at("flops") == costcheck::ToString(Integer(4 * 4096 * pairs)));
  CHECK(full.at("kv_cache_bytes") == costcheck::ToString(Integer(2) * 2 * 4096 * 131072));
}

TEST_CASE("A ratio is the first component's cost by this one's", "[table]") {
  const json table = RunJson({"table", "--lengths", "8K", "--components", "full,flash"});
  CHECK(RowAt(table, "flash", "8192").at("flops_ratio") == "1");
}

TEST_CASE("Expressions stand beside components", "[table]") {
  const json table = RunJson({"table", "--lengths", "6", "--components", "T^2,T*(T+1)/2,T-6"});
  CHECK(RowAt(table, "T*(T+1)/2", "6").at("flops") == "21");
  CHECK(RowAt(table, "T*(T+1)/2", "6").at("flops_ratio") == "12/7");
  CHECK(RowAt(table, "T-6", "6").at("flops_ratio").is_null());
}

TEST_CASE("The extras are lists of objects", "[table]") {
  const json table = RunJson({"table", "--lengths", "8K"});
  REQUIRE(table.at("crossovers").size() == 4);
  CHECK(table.at("kv_cache").size() == 5);
  CHECK(table.at("model_ceiling").size() == 10);
  const json& window = table.at("crossovers").at(0);
  CHECK(window.at("component") == "sliding_window");
  CHECK(window.at("first_integer") == "4097");
  CHECK(window.at("limit_ratio") == "infinity");
}

TEST_CASE("A component may stand twice", "[table]") {
  CHECK(Run({"table", "--components", "full,full", "--lengths", "64,128"}).exit == 0);
}

TEST_CASE("Of endless crossovers the first are listed, and it is said so", "[table]") {
  const std::vector<std::string> arguments = {"table", "--components", "T,3*ceil(T/3)-1",
                                              "--lengths", "64..1K"};
  CHECK(RunJson(arguments).at("crossovers").size() == 20);
  CHECK(Run(arguments).out.find("are listed up to T = ") != std::string::npos);
}

TEST_CASE("A table's model has the layers and the vocabulary that are set", "[table]") {
  const std::string text = Run({"table", "--lengths", "64", "--set", "L=3,V=500,f=7"}).out;
  CHECK(text.find("In a whole model of 3 layers, f = 7, V = 500") != std::string::npos);
}

TEST_CASE("A model's speedup is what Amdahl leaves of the core's", "[table]") {
  // One token of a layer takes 8 d^2 + 16 d^2 FLOPs of products besides the core's, and the logits
  // 2 d V; the core of full attention 2 d (T + 1) on average.
  const Rational d = 4096, layers = 32;
  const json table = RunJson({"table"});
  for (const auto& [text, length] : {std::pair("8192", 8192), std::pair("131072", 131072)}) {
    const Rational rest = layers * 24 * d * d + 2 * d * 32000;
    const Rational core = layers * 2 * d * (length + 1);
    for (const json& row : table.at("model_ceiling")) {
      if (row.at("component") != "full" || row.at("T") != text) continue;
      CHECK(row.at("model_flops") == costcheck::ToString(Rational((rest + core) * length)));
      CHECK(row.at("ceiling") == costcheck::ToString(Rational((rest + core) / rest)));
      CHECK(row.at("model_speedup") == "1");
    }
  }
}

TEST_CASE("What is not set is taken from the default table and named", "[table]") {
  const json table = RunJson({"table", "--lengths", "64"});
  CHECK(HasNote(table, "taken from the default table: "));
  CHECK(HasNote(table, "W = 4096"));
  CHECK(HasNote(table, "K = 8 (topk_mlp)"));
  const json set = RunJson({"table", "--components", "full", "--set", "d=512", "--lengths", "64"});
  CHECK(HasNote(set, "d = 512, H = 4"));  // the head width stays 128
  CHECK(RowAt(set, "full", "64").at("flops") == std::to_string(4 * 512 * 64 * 65 / 2));
  const json heads = RunJson({"table", "--components", "full", "--set", "H=3", "--lengths", "64"});
  CHECK(HasNote(heads, "d = 384, H = 3"));
  const json both =
      RunJson({"table", "--components", "full", "--set", "d=512,H=2", "--lengths", "64"});
  CHECK(HasNote(both, "w = 256"));
  CHECK_FALSE(HasNote(both, "taken from the default table"));
}

TEST_CASE("Settings may depend on the length", "[table]") {
  const json table = RunJson({"table", "--components", "full", "--set", "d=2*T,w=64", "--lengths",
                              "64,128", "--convention", "seeds"});
  CHECK(RowAt(table, "full", "64").at("flops") == std::to_string(2 * 64 * 64 * 128));
  CHECK(RowAt(table, "full", "128").at("flops") == std::to_string(2 * 128 * 128 * 256));
}

TEST_CASE("A set T is the only length", "[table]") {
  const json table = RunJson({"table", "--components", "full", "--set", "T=8K"});
  REQUIRE(table.at("rows").size() == 1);
  CHECK(table.at("rows").at(0).at("T") == "8192");
  CHECK(IsBadInput(Run({"table", "--set", "T=8K", "--lengths", "8K"}), "--lengths"));
}

TEST_CASE("Overrides of the convention are printed with the result", "[table]") {
  const json table = RunJson({"table", "--components", "full", "--lengths", "8", "--scope", "layer",
                              "--count", "executed", "--causal", "no"});
  CHECK(table.at("convention").at("name") == "first-principles, count executed, scope layer");
  CHECK(table.at("convention").at("scope") == "layer");
  CHECK(table.at("convention").at("causal") == "no");
}

TEST_CASE("A chart is drawn of the same rows, crossovers marked", "[table]") {
  const std::string path = ScratchFolder() + "/chart.svg";
  REQUIRE(Run({"table", "--plot", path, "--quiet"}).exit == 0);
  const std::string svg = FileText(path);
  CHECK(svg.starts_with("<svg"));
  CHECK(svg.find("topk_mlp") != std::string::npos);
  CHECK(svg.find("T = 4096") != std::string::npos);
  CHECK(IsBadInput(Run({"table", "--plot", ScratchFolder() + "/no/chart.svg"}), "cannot write"));
}
