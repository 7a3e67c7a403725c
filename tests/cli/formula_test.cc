#include "costmodel/algebra/parse.h"
#include "tests/catch.h"
#include "tests/cli/run.h"
#include "tests/golden.h"

using costcheck::ParseExpr;
using nlohmann::json;

TEST_CASE("A formula is printed as text, LaTeX and C", "[formula]") {
  const json formula = RunJson({"formula", "full", "--metric", "flops,parameters"});
  REQUIRE(formula.at("rows").size() == 2);
  for (const json& row : formula.at("rows")) {
    for (const char* key : {"metric", "text", "latex", "c"}) CHECK(row.at(key).is_string());
  }
  CHECK(formula.at("rows").at(0).at("metric") == "flops");
  // 2 products of 2 FLOPs a multiply-add over T(T+1)/2 pairs of H heads w wide.
  CHECK(ParseExpr(formula.at("rows").at(0).at("text").get<std::string>()) ==
        ParseExpr("4*H*w*T*(T+1)/2"));
}

TEST_CASE("What is set is put into the formula, the rest stays open", "[formula]") {
  const json formula = RunJson({"formula", "sliding_window", "--set", "W=2,d=6,H=3,w=2"});
  CHECK(ParseExpr(formula.at("rows").at(0).at("text").get<std::string>()) ==
        ParseExpr("4*6*(min(T,2)*(min(T,2)+1)/2 + (T-min(T,2))*2)"));
  const json batch = RunJson({"formula", "full", "--set", "B=B,L=L"});
  CHECK(ParseExpr(batch.at("rows").at(0).at("text").get<std::string>()) ==
        ParseExpr("B*L*4*H*w*T*(T+1)/2"));
}

TEST_CASE("An expression stands for its FLOPs alone", "[formula]") {
  const json formula = RunJson({"formula", "T*(T+1)/2", "--set", "T=2*W"});
  CHECK(formula.at("rows").at(0).at("text") == "2*W^2 + W");
  CHECK(IsBadInput(Run({"formula", "T*d", "--metric", "parameters"}), "stands for its FLOPs"));
}

TEST_CASE("Formulas look as accepted in every format", "[formula]") {
  for (const std::string format : {"text", "markdown", "latex"}) {
    const RunResult result =
        Run({"formula", "topk_mlp(K=8,h=128)", "--convention", "seeds", "--format", format});
    CHECK(result.exit == 0);
    CHECK(GoldenDifference("tests/cli/golden/formula." + format, result.out).empty());
  }
}

TEST_CASE("Formulas of what is not there are refused", "[formula]") {
  CHECK(IsBadInput(Run({"formula", "ful"}), "did you mean 'full'?"));
  CHECK(IsBadInput(Run({"formula", "2*ful()"}), "did you mean 'full'?"));
  CHECK(IsBadInput(Run({"formula", "full(W"}), "full(W"));
  CHECK(IsBadInput(Run({"formula", "full(K=)"}), "full(K=)"));
  CHECK(IsBadInput(Run({"formula", "full", "--metric", "flop"}), "did you mean 'flops'?"));
}
