#include "costmodel/algebra/expr.h"

#include <vector>

#include "costmodel/algebra/print.h"
#include "tests/algebra/error_text.h"
#include "tests/algebra/random_tree.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

const Expr T = Symbol("T"), W = Symbol("W"), C = Symbol("C"), H = Symbol("H"), d = Symbol("d");

}  // namespace

TEST_CASE("an expression is one integer polynomial over one denominator", "[expr]") {
  const Expr pairs = T * (T + 1) / 2;
  CHECK(pairs.denominator() == 2);
  CHECK(pairs.numerator().size() == 2);
  CHECK(pairs + pairs == T * T + T);
  CHECK((pairs + pairs).denominator() == 1);
  CHECK((T / 6 + T / 10).denominator() == 15);
  CHECK(T / 6 + T / 10 == 4 * T / 15);
  CHECK((6 * T + 4) / 4 == (3 * T + 2) / 2);
  CHECK((T - T) / 7 == 0);
}

TEST_CASE("constants are expressions with a value", "[expr]") {
  CHECK(Expr().IsZero());
  CHECK(Expr().AsRational() == Rational(0));
  CHECK(Expr(Rational(-6, 4)).AsRational() == Rational(-3, 2));
  CHECK((Expr(7) / 21).AsRational() == Rational(1, 3));
  CHECK(Expr(std::int64_t{1} << 40) == Expr(Integer("1099511627776")));
  CHECK_FALSE(T.AsRational().has_value());
  CHECK((T - T + 3).IsConstant());
}

TEST_CASE("values of long texts are exact to the last digit", "[expr]") {
  const Expr pairs = T * (T + 1) / 2;
  CHECK(Evaluate(pairs, {{"T", 131072}}) == 8590000128);
  CHECK(ToString(Evaluate(pairs, {{"T", Integer("1000000000000")}})) == "500000000000500000000000");
  CHECK(ToString(Evaluate(pairs, {{"T", Integer("1000000000000000")}})) ==
        "500000000000000500000000000000");
  CHECK(ToString(Evaluate(T * T * T - T * T * (T - 1), {{"T", Integer("1000000000000000")}})) ==
        "1000000000000000000000000000000");
}

TEST_CASE("the ring laws hold as identities", "[expr]") {
  constexpr unsigned kSeed = 31;
  INFO("seed " << kSeed);
  TreeMaker maker(kSeed);
  for (int round = 0; round < 150; ++round) {
    const Expr a = ToExpr(maker.Polynomial(3)) / maker.Pick(1, 6);
    const Expr b = ToExpr(maker.Polynomial(3)) / (C * maker.Pick(1, 6));
    const Expr c = ToExpr(maker.Polynomial(2));
    INFO(Print(a) << " | " << Print(b) << " | " << Print(c));
    CHECK(a + b == b + a);
    CHECK(a * b == b * a);
    CHECK((a + b) + c == a + (b + c));
    CHECK((a * b) * c == a * (b * c));
    CHECK(a * (b + c) == a * b + a * c);
    CHECK(a - a == 0);
    CHECK(a + (-a) == 0);
    CHECK(a * 1 == a);
    CHECK(a * 0 == 0);
    if (!c.IsZero()) CHECK(a * c / c == a);
  }
}

TEST_CASE("the ring laws hold with atoms inside", "[expr]") {
  constexpr unsigned kSeed = 32;
  INFO("seed " << kSeed);
  TreeMaker maker(kSeed);
  for (int round = 0; round < 150; ++round) {
    const Expr a = ToExpr(maker.Integral(2)), b = ToExpr(maker.Integral(2));
    const Expr c = ToExpr(maker.Integral(2));
    INFO(Print(a) << " | " << Print(b) << " | " << Print(c));
    CHECK((a * b) * c == a * (b * c));
    CHECK(a * (b + c) == a * b + a * c);
    CHECK((a + b) * (a + b) == a * a + 2 * a * b + b * b);
  }
}

TEST_CASE("an expression has the value of the formula it was built from", "[expr]") {
  constexpr unsigned kSeed = 33;
  TreeMaker maker(kSeed);
  for (int round = 0; round < 1500; ++round) {
    const Tree tree = round % 2 == 0 ? maker.Integral(3) : maker.Fractional(3);
    const Expr expr = ToExpr(tree);
    for (int i = 0; i < 4; ++i) {
      const Values point = maker.Point();
      INFO("seed " << kSeed << ", round " << round << ": " << ToText(tree));
      CHECK(Evaluate(expr, point) == ValueAt(tree, point));
    }
  }
}

TEST_CASE("division by a monomial always works", "[expr]") {
  CHECK(T * T / C * C == T * T);
  CHECK(Evaluate(T * T / C, {{"T", 7}, {"C", 3}}) == Rational(49, 3));
  CHECK((T * W + W) / (-2 * W) == -(T + 1) / 2);
  CHECK(T / (T * T) == Pow(T, -1));
  CHECK(1 / (Expr(2) / 3) == Expr(Rational(3, 2)));
}

TEST_CASE("division by a sum works where nothing remains", "[expr]") {
  CHECK((T * T - 1) / (T + 1) == T - 1);
  CHECK((T * T - 1) / (2 * T + 2) == (T - 1) / 2);
  CHECK((T * W + T * H) / (W / C + H / C) == T * C);
  CHECK((1 - T) / (T - 1) == -1);
  CHECK((Pow(T + W + 1, 6)) / Pow(T + W + 1, 4) == Pow(T + W + 1, 2));
  const char* const remains = "division by a sum of several terms leaves a remainder";
  CHECK(ErrorTextOf([] { T / (T + 1); }) == remains);
  CHECK(ErrorTextOf([] { (T * T + 1) / (T + 1); }) == remains);
  CHECK(ErrorTextOf([] { Expr(1) / (1 + T); }) == remains);
  CHECK(ErrorTextOf([] { (T + 1) / (T + W); }) == remains);
  CHECK(ErrorTextOf([] { T / (T - T); }) == "division by zero");
}

TEST_CASE("exact division undoes multiplication for random factors", "[expr]") {
  constexpr unsigned kSeed = 34;
  TreeMaker maker(kSeed);
  for (int round = 0; round < 200; ++round) {
    const Expr a = ToExpr(maker.Polynomial(3)) / 6, b = ToExpr(maker.Polynomial(3)) / (T * C);
    if (b.IsZero()) continue;
    INFO("seed " << kSeed << ": " << Print(a) << " | " << Print(b));
    CHECK(a * b / b == a);
  }
}

TEST_CASE("powers count negative exponents of monomials only", "[expr]") {
  CHECK(Pow(T + 1, 3) == (T + 1) * (T + 1) * (T + 1));
  CHECK(Pow(T / 2, -2) == 4 / (T * T));
  CHECK(Pow(T + 1, 0) == 1);
  CHECK(Pow(Min(T, W), 3) == Min(T, W) * Min(T, W) * Min(T, W));
  CHECK(ErrorTextOf([] { Pow(T + 1, -1); }) ==
        "a negative power of a sum of several terms is no polynomial");
  CHECK(ErrorTextOf([] { Pow(Expr(0), -1); }) == "division by zero");
}

TEST_CASE("a value that is missing is named", "[expr]") {
  CHECK(ErrorTextOf([] { Evaluate(T * W, {{"T", 3}}); }) == "no value for 'W'");
  CHECK(ErrorTextOf([] { Evaluate(Min(T, W), {{"T", 3}}); }) == "no value for 'W'");
  CHECK(Evaluate(Expr(3), {}) == 3);
  CHECK(Evaluate(T, {{"T", 3}, {"unused", 4}}) == 3);
}

TEST_CASE("a division by a value of 0 is an error", "[expr]") {
  CHECK(ErrorTextOf([] { Evaluate(T / C, {{"T", 3}, {"C", 0}}); }) == "division by zero: 'C' is 0");
  CHECK(ErrorTextOf([] {
          Evaluate(FloorDiv(T, C), {{"T", 3}, {"C", 0}});
        }) == "division by zero inside a floor");
  CHECK(Evaluate(T * C, {{"T", 3}, {"C", 0}}) == 0);
}

TEST_CASE("fractions bind as exactly as integers", "[expr]") {
  const Expr p = Symbol("p", Domain::kPositiveRational);
  const Expr bytes = 3 * p * p * T + p / T + T / (p * p);
  // 3/4 T + 1/(2T) + 4 T at T = 5
  CHECK(Evaluate(bytes, {{"p", Rational(1, 2)}, {"T", 5}}) ==
        Rational(15, 4) + Rational(1, 10) + 20);
  CHECK(Evaluate(bytes, {{"p", Rational(-2, 3)}, {"T", 5}}) ==
        Rational(20, 3) - Rational(2, 15) + Rational(45, 4));
  CHECK(ToString(Evaluate(T / p, {{"p", Rational(-2, 3)}, {"T", 5}})) == "-15/2");
  CHECK(ToString(Evaluate(p / (T * T * T), {{"p", Rational(2, 3)}, {"T", -5}})) == "-2/375");
}

TEST_CASE("symbols inside are found, in atoms too", "[expr]") {
  const Expr expr = T * Min(W, FloorDiv(d, C)) + CeilLog2(H);
  const std::set<Symbol> expected = {Symbol("C"), Symbol("H"), Symbol("T"), Symbol("W"),
                                     Symbol("d")};
  CHECK(SymbolsOf(expr) == expected);
  CHECK(SymbolsOf(T - T + 1).empty());
  CHECK(DependsOn(expr, Symbol("C")));
  CHECK(DependsOn(expr, Symbol("T")));
  CHECK_FALSE(DependsOn(expr, Symbol("K")));
}

TEST_CASE("derivatives follow the rules", "[expr]") {
  const Symbol t("T");
  CHECK(Differentiate(T * T * d / 2 + 3 * T + W, t) == T * d + 3);
  CHECK(Differentiate(W / T, t) == -W / (T * T));
  CHECK(Differentiate(W * d, t) == 0);
  CHECK(Differentiate(T * Min(W, C), t) == Min(W, C));
  CHECK(ErrorTextOf([&] { Differentiate(T * Min(T, W), t); }) ==
        "a min, floor or logarithm of 'T' has corners and no derivative");
  constexpr unsigned kSeed = 35;
  INFO("seed " << kSeed);
  TreeMaker maker(kSeed);
  for (int round = 0; round < 100; ++round) {
    const Expr a = ToExpr(maker.Polynomial(3)) / T, b = ToExpr(maker.Polynomial(3)) / 3;
    const Expr da = Differentiate(a, t), db = Differentiate(b, t);
    CHECK(Differentiate(a + b, t) == da + db);
    CHECK(Differentiate(a * b, t) == da * b + a * db);
  }
}

TEST_CASE("coefficients in a symbol add up to the expression", "[expr]") {
  const Expr expr = T * T * d / 2 + T * Min(W, C) - 3 + W / T;
  const auto coefficients = CoefficientsIn(expr, Symbol("T"));
  REQUIRE(coefficients.has_value());
  const std::map<int, Expr> expected = {{2, d / 2}, {1, Min(W, C)}, {0, -3}, {-1, W}};
  CHECK(*coefficients == expected);
  CHECK_FALSE(CoefficientsIn(expr, Symbol("W")).has_value());
  CHECK(CoefficientsIn(Expr(0), Symbol("T"))->empty());
  CHECK(CoefficientsIn(W, Symbol("T"))->at(0) == W);
}

TEST_CASE("a ratio cancels content and monomials", "[expr]") {
  const Ratio ratio = MakeRatio(2 * T * T * d, 6 * T * d * W + 4 * T * d);
  CHECK(ratio.numerator == T);
  CHECK(ratio.denominator == 3 * W + 2);
  const Ratio halves = MakeRatio(T / 2, -W / (3 * T));
  CHECK(halves.numerator == -3 * T * T);
  CHECK(halves.denominator == 2 * W);
  CHECK(MakeRatio(Expr(0), T).denominator == 1);
  CHECK(ErrorTextOf([] { MakeRatio(T, Expr(0)); }) == "division by zero");
}

TEST_CASE("a ratio has no value where its denominator is 0", "[expr]") {
  const Ratio ratio = MakeRatio(640, H - 1);
  CHECK(Evaluate(ratio, {{"H", 11}}) == Rational(64));
  CHECK(Evaluate(ratio, {{"H", 4}}) == Rational(640, 3));
  CHECK_FALSE(Evaluate(ratio, {{"H", 1}}).has_value());
}

TEST_CASE("the order of expressions is total and follows structure", "[expr]") {
  constexpr unsigned kSeed = 36;
  INFO("seed " << kSeed);
  TreeMaker maker(kSeed);
  std::vector<Expr> list;
  for (int i = 0; i < 25; ++i) {
    const Tree tree = maker.Fractional(2);
    list.push_back(ToExpr(tree));
    CHECK(Compare(list.back(), ToExpr(tree)) == 0);  // built anew, from other atoms
    CHECK(list.back() == ToExpr(tree));
  }
  for (const Expr& a : list) {
    for (const Expr& b : list) {
      CHECK(Compare(a, b) == -Compare(b, a));
      CHECK((Compare(a, b) == 0) == (a == b));
      for (const Expr& c : list) {
        if (Compare(a, b) < 0 && Compare(b, c) < 0) CHECK(Compare(a, c) < 0);
      }
    }
  }
}

}  // namespace costcheck
