#include <set>

#include "tests/catch.h"
#include "tests/cli/run.h"
#include "tests/golden.h"

using nlohmann::json;

namespace {

const std::vector<std::string> kSeeds = {
    "crossover",    "full", "topk_mlp(sparse_heads=1,exact_heads=0)", "--metric", "flops",
    "--convention", "seeds"};

std::vector<std::string> With(std::vector<std::string> arguments,
                              const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

}  // namespace

TEST_CASE("One sparse head against all of full attention meets at 640/(H - 1)", "[crossover]") {
  const json open = RunJson(With(kSeeds, {"--set", "w=64,h=128,K=8"}));
  const json& row = open.at("rows").at(0);
  CHECK(row.at("verdict") == "crosses");
  CHECK(row.at("closed_form") == "640/(H - 1)");
  CHECK(row.at("condition") == "H > 1");
  CHECK(row.at("lower") == "640/63");  // d = 4096, so 64 heads
  CHECK(row.at("upper") == "640/63");
  CHECK(row.at("first_integer") == "11");
  CHECK(row.at("cheaper_after") == "B");
  CHECK(row.at("tie").is_null());
  CHECK(open.at("limit_ratio").at("flops") == "64");
  CHECK(open.at("complete_to") == "infinity");
}

TEST_CASE("At 11 heads they tie at 64 tokens, and 65 is the first that is cheaper", "[crossover]") {
  const json found = RunJson(With(kSeeds, {"--set", "w=64,h=128,K=8,H=11"}));
  const json& row = found.at("rows").at(0);
  CHECK(row.at("closed_form") == "64");
  CHECK(row.at("tie") == "64");
  CHECK(row.at("first_integer") == "65");
}

TEST_CASE("With every head counted there is no crossover", "[crossover]") {
  const json found = RunJson({"crossover", "full", "topk_mlp", "--metric", "flops", "--convention",
                              "seeds", "--set", "w=64,h=128,K=8,d=1024"});
  REQUIRE(found.at("rows").size() == 1);
  CHECK(found.at("rows").at(0).at("verdict") == "never");
  CHECK(found.at("rows").at(0).at("first_integer").is_null());
  CHECK(found.at("limit_ratio").at("flops") == "1");
}

TEST_CASE("Every row has the keys of the contract", "[crossover]") {
  const json found = RunJson({"crossover", "full", "sliding_window", "--set", "W=64"});
  std::set<std::string> metrics;
  for (const json& row : found.at("rows")) {
    for (const char* key : {"metric", "verdict", "closed_form", "condition", "lower", "upper",
                            "decimal", "tie", "first_integer", "cheaper_after"}) {
      CHECK(row.contains(key));
    }
    metrics.insert(row.at("metric").get<std::string>());
  }
  CHECK(metrics == std::set<std::string>{"flops", "bytes_moved", "kept_bytes", "parameters"});
  CHECK(found.at("limit_ratio").size() == 4);
}

TEST_CASE("Two expressions are compared by FLOPs, and oscillation has a period", "[crossover]") {
  // T against 3*ceil(T/3) - 1: as long as T is no multiple of 3 the second is not below it.
  const json found = RunJson({"crossover", "T", "3*ceil(T/3)-1"});
  CHECK(found.at("rows").at(0).at("verdict") == "oscillates");
  CHECK(found.at("period") == "3");
}

TEST_CASE("The range limits the answer", "[crossover]") {
  const json found = RunJson({"crossover", "T^2", "100*T", "--from", "5", "--to", "50"});
  CHECK(found.at("rows").at(0).at("verdict") == "never");
  CHECK(found.at("complete_to") == "50");
  const json whole = RunJson({"crossover", "T^2", "100*T"});
  CHECK(whole.at("rows").at(0).at("first_integer") == "101");
  CHECK(whole.at("rows").at(0).at("tie") == "100");
}

TEST_CASE("The largest window with a ratio is found", "[crossover]") {
  const json found = RunJson({"crossover", "full", "sliding_window", "--free", "W", "--ratio",
                              "500", "--set", "T=128K", "--metric", "pairs"});
  const json& row = found.at("rows").at(0);
  // T(T+1)/2 pairs against W(W+1)/2 + (T-W)W.
  const double T = 131072;
  const auto ratio = [T](double W) { return T * (T + 1) / 2 / (W * (W + 1) / 2 + (T - W) * W); };
  const double largest = std::stod(row.at("largest").get<std::string>());
  CHECK(ratio(largest) >= 500);
  CHECK(ratio(largest + 1) < 500);
  CHECK(row.contains("ratio_there"));
  CHECK(row.contains("ratio_after"));
}

TEST_CASE("Any symbol can be the free one", "[crossover]") {
  // 2 T^2 H w against T (640 w... ): at T = 64 the selector pays from 11 heads on, a tie at 11.
  const json found = RunJson(With(kSeeds, {"--free", "H", "--set", "w=64,h=128,K=8,T=64"}));
  CHECK(found.at("rows").at(0).at("tie") == "11");
  CHECK(found.at("rows").at(0).at("first_integer") == "12");
}

TEST_CASE("Crossovers look as accepted", "[crossover]") {
  const RunResult result = Run({"crossover", "full", "sliding_window", "--set", "W=4096"});
  CHECK(result.exit == 0);
  CHECK(GoldenDifference("tests/cli/golden/crossover.txt", result.out).empty());
}

TEST_CASE("Bad questions are refused", "[crossover]") {
  CHECK(IsBadInput(Run({"crossover", "full", "ful"}), "did you mean 'full'?"));
  CHECK(IsBadInput(Run({"crossover", "full", "flash", "--free", "X"}), "--free"));
  CHECK(IsBadInput(Run({"crossover", "full", "flash", "--free", "W", "--set", "W=8"}), "free"));
  CHECK(IsBadInput(Run({"crossover", "full", "sliding_window", "--free", "W"}), "T is not set"));
  CHECK(IsBadInput(Run({"crossover", "full", "flash", "--from", "9", "--to", "8"}), "--to"));
  CHECK(IsBadInput(Run({"crossover", "full", "flash", "--ratio", "x"}), "--ratio"));
  CHECK(IsBadInput(Run({"crossover", "full", "flash", "--ratio", "1/0"}), "--ratio"));
  CHECK(IsBadInput(Run({"crossover", "full", "T*d", "--metric", "parameters"}), "FLOPs"));
}
