#include "costmodel/crossover/decide.h"

#include <string>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/parse.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

Decision DecideIn(const std::string& f, const std::string& g, const std::string& symbol = "T") {
  return Decide(ParseExpr(f), ParseExpr(g), Symbol(symbol));
}

Decision DecideAll(const std::string& f, const std::string& g) {
  return Decide(ParseExpr(f), ParseExpr(g));
}

constexpr char kWindow[] = "min(T,7)*(min(T,7)+1)/2 + (T-min(T,7))*7";

}  // namespace

TEST_CASE("Two ways to count a window are one function", "[decide]") {
  const char other[] = "((T-7+1)*min(T,7) + T*7)/2";
  CHECK(DecideIn(kWindow, other).kind == Decision::Kind::kEqual);
}

TEST_CASE("A difference at one far place is found, and it is the first", "[decide]") {
  const Decision window = DecideIn("T*(T+1)/2", kWindow);
  CHECK(window.kind == Decision::Kind::kDifferent);
  CHECK(window.witness == Values{{"T", 8}});
  const Decision far = DecideIn("min(T,10^15)", "T");
  CHECK(far.kind == Decision::Kind::kDifferent);
  CHECK(far.witness == Values{{"T", Rational(pow(Integer(10), 15) + 1)}});
}

TEST_CASE("Floors written in different ways are equal where they are", "[decide]") {
  CHECK(DecideIn("ceil(T/64)", "floor((T+63)/64)").kind == Decision::Kind::kEqual);
  CHECK(DecideIn("floor(floor(T/4)/6)", "floor(T/24)").kind == Decision::Kind::kEqual);
  CHECK(DecideIn("floor(T/2) + floor((T+1)/2)", "T").kind == Decision::Kind::kEqual);
  CHECK(DecideIn("floor(T*(T+1)/2)", "T*(T+1)/2").kind == Decision::Kind::kEqual);
  CHECK(DecideIn("floor(T^2/4)", "floor(T/2)*ceil(T/2)").kind == Decision::Kind::kEqual);
  const Decision decision = DecideIn("floor(T/6)", "floor(T/7)");
  CHECK(decision.witness == Values{{"T", 6}});
}

TEST_CASE("Functions that agree on a short piece by other polynomials are equal", "[decide]") {
  // On T <= 2, T^2 and 3 T - 2 agree.
  CHECK(DecideIn("min(T,2)^2", "3*min(T,2) - 2").kind == Decision::Kind::kEqual);
  CHECK(DecideIn("min(T,3)^2", "3*min(T,3) - 2").witness == Values{{"T", 3}});
}

TEST_CASE("Where the form does not fit and nothing differs the answer is unknown", "[decide]") {
  CHECK(DecideIn("ceillog2(T^2)", "ceillog2(T^2) + 0*T").kind == Decision::Kind::kEqual);
  CHECK(DecideIn("floor(T/100003) + floor((T+50000)/100003)",
                 "floor(2*T/100003) + floor(T/100003) - floor(T/100003)")
            .kind == Decision::Kind::kDifferent);
  CHECK(DecideIn("ceillog2(2*T)", "ceillog2(T) + 1").kind == Decision::Kind::kUnknown);
}

TEST_CASE("Several symbols are decided where normal forms or a point do", "[decide]") {
  CHECK(DecideAll("(T+W)^2", "T^2 + 2*T*W + W^2").kind == Decision::Kind::kEqual);
  const Decision different = DecideAll("T*W", "T*W + H - 1");
  REQUIRE(different.kind == Decision::Kind::kDifferent);
  CHECK(different.witness.at("H") != 1);
  CHECK(different.witness.count("T") == 1);
  CHECK(different.witness.count("W") == 1);
  const Decision window = DecideAll("min(T,W)", "T");
  REQUIRE(window.kind == Decision::Kind::kDifferent);
  CHECK(window.witness.at("W") < window.witness.at("T"));
}

TEST_CASE("Several symbols with atoms that agree at every point stay unknown", "[decide]") {
  const Decision decision =
      DecideAll("min(T,W)*(min(T,W)+1)/2 + (T-min(T,W))*W", "((T-W+1)*min(T,W) + T*W)/2");
  CHECK(decision.kind != Decision::Kind::kDifferent);
}

TEST_CASE("Symbols that cancel get a value in the witness", "[decide]") {
  const Decision decision = DecideAll("H + min(T,7)", "H + T");
  REQUIRE(decision.kind == Decision::Kind::kDifferent);
  CHECK(decision.witness.at("T") == 8);
  CHECK(decision.witness.count("H") == 1);
}

TEST_CASE("A symbol that may be 0 is tried there", "[decide]") {
  const Symbol n("n", Domain::kNonNegativeInteger);
  const Decision decision = Decide(Min(Expr(n), Expr(1)), Expr(1), n);
  CHECK(decision.kind == Decision::Kind::kDifferent);
  CHECK(decision.witness == Values{{"n", 0}});
  const Symbol positive("m");
  CHECK(Decide(Min(Expr(positive), Expr(1)), Expr(1), positive).kind == Decision::Kind::kEqual);
}

TEST_CASE("Deciding in one symbol refuses others", "[decide]") {
  CHECK_THROWS_AS(DecideIn("H*T", "T"), CostError);
}

}  // namespace costcheck
