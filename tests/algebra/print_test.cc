#include "costmodel/algebra/print.h"

#include "costmodel/algebra/parse.h"
#include "tests/algebra/random_tree.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

const Expr T = Symbol("T"), W = Symbol("W"), C = Symbol("C"), H = Symbol("H"), d = Symbol("d");

std::string Latex(const Expr& expr) { return Print(expr, Notation::kLatex); }
std::string InC(const Expr& expr) { return Print(expr, Notation::kC); }

}  // namespace

TEST_CASE("text is expanded, with one denominator", "[print]") {
  CHECK(Print(T * (T + 1) / 2) == "(T^2 + T)/2");
  CHECK(Print(2 * T * T * d) == "2*T^2*d");
  CHECK(Print(T / 2 - W) == "(T - 2*W)/2");
  CHECK(Print(-T / 2) == "-T/2");
  CHECK(Print(3 * T * T / (4 * C * H)) == "3*T^2/(4*C*H)");
  CHECK(Print(1 / C) == "1/C");
  CHECK(Print(-1 / (C * C)) == "-1/C^2");
  CHECK(Print(T / C + 1) == "1 + T/C");
  CHECK(Print(Expr(0)) == "0");
  CHECK(Print(Expr(-7)) == "-7");
  CHECK(Print(Expr(Rational(-7, 3))) == "-7/3");
  CHECK(Print(-T - 1) == "-T - 1");
}

TEST_CASE("atoms print as the calls that read back", "[print]") {
  CHECK(Print(T * Min(T, W) + 1) == "T*min(T, W) + 1");
  CHECK(Print(FloorDiv(T, 8)) == "floor(T/8)");
  CHECK(Print(CeilDiv(T, 8)) == "floor((T + 7)/8)");
  CHECK(Print(FloorDiv(T, 8 * C)) == "floor(T/(8*C))");
  CHECK(Print(FloorDiv(T, C + 1)) == "floor(T/(C + 1))");
  CHECK(Print(Pow(FloorDiv(T, 2), 2)) == "floor(T/2)^2");
  CHECK(Print(CeilLog2(T + W) / 3) == "ceillog2(T + W)/3");
}

TEST_CASE("a ratio prints as a quotient", "[print]") {
  CHECK(Print(MakeRatio(640, H - 1)) == "640/(H - 1)");
  CHECK(Print(MakeRatio(T + 1, 2 * C)) == "(T + 1)/(2*C)");
  CHECK(Print(MakeRatio(T, C * C)) == "T/C^2");
  CHECK(Print(MakeRatio(6 * T, Expr(3))) == "2*T");
  CHECK(Print(MakeRatio(640, H - 1), Notation::kLatex) == "\\frac{640}{H - 1}");
  CHECK(Print(MakeRatio(T, C * C), Notation::kC) == "T/(C*C)");
  CHECK(Print(Ratio{T / 2, W / 3}) == "T/2/(W/3)");
}

TEST_CASE("LaTeX sets fractions, powers and names", "[print]") {
  const Expr heads = Symbol("sparse_heads"), kv = Symbol("H_kv");
  CHECK(Latex(2 * T * T * d + T * Min(T, W)) == "2 T^{2} d + T \\min(T, W)");
  CHECK(Latex(T * (T + 1) / 2) == "\\frac{T^{2} + T}{2}");
  CHECK(Latex(-T * T / (2 * C)) == "-\\frac{T^{2}}{2 C}");
  CHECK(Latex(kv * heads) == "H_{kv} \\mathit{sparse\\_heads}");
  CHECK(Latex(FloorDiv(T, 8)) == "\\left\\lfloor \\frac{T}{8} \\right\\rfloor");
  CHECK(Latex(CeilLog2(T)) == "\\left\\lceil \\log_{2}(T) \\right\\rceil");
}

TEST_CASE("C works in doubles throughout", "[print]") {
  CHECK(InC(2 * T * T * d + T * Min(T, W)) == "2.0*T*T*d + T*fmin(T, W)");
  CHECK(InC(T * (T + 1) / 2) == "(T*T + T)/2.0");
  CHECK(InC(T / (C * C)) == "T/(C*C)");
  CHECK(InC(CeilDiv(T, 8)) == "floor((T + 7.0)/8.0)");
  CHECK(InC(CeilLog2(T)) == "fmax(0.0, ceil(log2(T)))");
  CHECK(InC(Expr(Rational(-1, 3))) == "-1.0/3.0");
}

TEST_CASE("text reads back to the identical expression", "[print]") {
  constexpr unsigned kSeed = 71;
  const Vocabulary known = KnownSymbols(
      {SymbolNamed("C"), SymbolNamed("T"), SymbolNamed("W"), SymbolNamed("n"), SymbolNamed("p")});
  TreeMaker maker(kSeed);
  for (int round = 0; round < 1500; ++round) {
    const Expr expr = ToExpr(round % 2 == 0 ? maker.Integral(3) : maker.Fractional(3));
    INFO("seed " << kSeed << ", round " << round << ": " << Print(expr));
    CHECK(ParseExpr(Print(expr), known) == expr);
  }
}

TEST_CASE("a ratio's text reads back to the same ratio", "[print]") {
  constexpr unsigned kSeed = 72;
  INFO("seed " << kSeed);
  const Vocabulary known =
      KnownSymbols({SymbolNamed("C"), SymbolNamed("T"), SymbolNamed("W"), SymbolNamed("n")});
  TreeMaker maker(kSeed);
  for (int round = 0; round < 300; ++round) {
    const Expr over = ToExpr(maker.Polynomial(3)), under = ToExpr(maker.Polynomial(2));
    if (under.IsZero()) continue;
    const Ratio ratio = MakeRatio(over, under);
    const Ratio read = ParseRatio(Print(ratio), known);
    INFO(Print(ratio));
    CHECK(read.numerator == ratio.numerator);
    CHECK(read.denominator == ratio.denominator);
  }
}

}  // namespace costcheck
