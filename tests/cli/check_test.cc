#include "tests/catch.h"
#include "tests/cli/run.h"

using nlohmann::json;

namespace {

int ExitOf(const std::string& claim) { return Run({"check", claim}).exit; }

}  // namespace

TEST_CASE("A claim that holds ends with 0, one that does not with 1", "[check]") {
  CHECK(ExitOf("2+2 = 4") == 0);
  CHECK(ExitOf("2+2 = 5") == 1);
  CHECK(ExitOf("1/3 = 0.3333 +- 0.0001") == 0);
  CHECK(ExitOf("1/3 = 0.3333 +- 0.00001") == 1);
  CHECK(ExitOf("496.48 = 500 +- 1%") == 0);
  CHECK(ExitOf("494.9 = 500 +- 1%") == 1);
  CHECK(ExitOf("495 = 500 ± 1%") == 0);  // the border belongs to it
  CHECK(ExitOf("min(3,5) < 4") == 0);
  CHECK(ExitOf("4 < 4") == 1);
  CHECK(ExitOf("4 <= 4") == 0);
  CHECK(ExitOf("4 >= 5") == 1);
  CHECK(ExitOf("5 > 4") == 0);
}

TEST_CASE("A call is the FLOPs of a component, or the metric that it names", "[check]") {
  // 2*T^2*d = 2*1024^2*1024 multiply-adds, every pair counted.
  CHECK(Run({"check", "full(T=1K) = 2147483648", "--convention", "seeds", "--set", "d=1024,w=64"})
            .exit == 0);
  // 4*d*T(T+1)/2 FLOPs, exactly causal.
  CHECK(Run({"check", "full(T=8,d=6,H=2) = 4*6*36"}).exit == 0);
  CHECK(Run({"check", "full(T=8,d=6,H=2,causal=no) = 4*6*64"}).exit == 0);
  CHECK(Run({"check", "full(T=8,d=6,H=2,metric=parameters) = 4*6*6"}).exit == 0);
  CHECK(Run({"check", "full(T=8,d=6,H=2,scope=module) - full(T=8,d=6,H=2) = 8*8*6*6"}).exit == 0);
}

TEST_CASE("The result has the recomputed value and the difference, exactly", "[check]") {
  const RunResult result = Run({"check", "full(T=8,d=6,H=2)/5 = 173 +- 1", "--format", "json"});
  CHECK(result.exit == 0);
  const json row = json::parse(result.out).at("rows").at(0);
  CHECK(row.at("expression") == "full(T=8,d=6,H=2)/5");
  CHECK(row.at("claimed") == "173");
  CHECK(row.at("recomputed") == "864/5");
  CHECK(row.at("difference") == "-1/5");
  CHECK(row.at("verdict") == "holds");
}

TEST_CASE("The published 500x is decided with the settings that it is about", "[check]") {
  const std::string claim = "full(T=8K)/topk_mlp(T=8K,K=32) = 500 +- 1%";
  // What the claim leaves open is the default table's, and said so.
  const RunResult bare = Run({"check", claim});
  CHECK(bare.exit == 1);
  CHECK(bare.out.find("taken from the default table: w = 128, d = 4096, h = 128") !=
        std::string::npos);
  CHECK(IsBadInput(Run({"check", "full(K=3) = 5"}), "T is not set"));
  CHECK(Run({"check", claim, "--convention", "seeds", "--set", "d=16384,H=128,h=512"}).exit == 1);
}

TEST_CASE("What is no claim is refused", "[check]") {
  CHECK(IsBadInput(Run({"check", "2+2"}), "is no claim"));
  CHECK(IsBadInput(Run({"check", "T*d = 5"}), "T, d are not set"));
  CHECK(IsBadInput(Run({"check", "1/0 = 5"}), "division by zero"));
  CHECK(IsBadInput(Run({"check", "5 < 6 +- 1"}), "tolerance"));
  CHECK(IsBadInput(Run({"check", "5 = 6 +- -1"}), "negative"));
  CHECK(IsBadInput(Run({"check", "5 = "}), "ends too early"));
  CHECK(IsBadInput(Run({"check", "nothing*2 = 4"}), "nothing"));
  CHECK(IsBadInput(Run({"check", "fulll(T=8) = 4"}), "did you mean 'full'?"));
  CHECK(IsBadInput(Run({"check", "full(T=8,metric=flop) = 4"}), "did you mean 'flops'?"));
  CHECK(IsBadInput(Run({"check", "full(T=-8) = 4"}), "T = -8"));
}
