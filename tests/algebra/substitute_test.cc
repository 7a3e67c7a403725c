#include "costmodel/algebra/expr.h"
#include "costmodel/algebra/print.h"
#include "tests/algebra/error_text.h"
#include "tests/algebra/random_tree.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

const Expr T = Symbol("T"), W = Symbol("W"), C = Symbol("C"), H = Symbol("H"), d = Symbol("d");

}  // namespace

TEST_CASE("substitution replaces every occurrence at once", "[substitute]") {
  CHECK(Substitute(T * T + W, {{"T", W + 1}}) == W * W + 3 * W + 1);
  CHECK(Substitute(T - 2 * W, {{"T", W}, {"W", T}}) == W - 2 * T);
  CHECK(Substitute(T * d / H, {{"d", 64 * H}}) == 64 * T);
  CHECK(Substitute(T, {{"W", 3}}) == T);
  CHECK(Substitute(T, {}) == T);
  CHECK(Substitute(T * (T + 1) / 2, {{"T", 131072}}) == Expr(Integer("8590000128")));
  CHECK(Substitute(T - W, {{"T", W}}) == 0);
}

TEST_CASE("atoms resolve once their arguments are known", "[substitute]") {
  CHECK(Substitute(Min(T, W), {{"W", T + 3}}) == T);
  CHECK(Substitute(Min(T, 32), {{"T", 1000}}) == 32);
  CHECK(Substitute(FloorDiv(T, 8), {{"T", 8 * W + 3}}) == W);
  CHECK(Substitute(CeilLog2(T), {{"T", 1000}}) == 10);
  CHECK(Substitute(Min(T, Min(W, C)), {{"C", 1}}) == 1);
  CHECK(Substitute(T * Min(T, W), {{"W", C}}) == T * Min(T, C));
}

TEST_CASE("a sum may take the place of a divisor where the whole divides", "[substitute]") {
  CHECK(Substitute((T * T - 1) / C, {{"C", T + 1}}) == T - 1);
  CHECK(Substitute(W / C, {{"C", T / 2}}) == 2 * W / T);
  CHECK(ErrorTextOf([] {
          Substitute(W / C, {{"C", T + 1}});
        }) == "division by a sum of several terms leaves a remainder");
  CHECK(ErrorTextOf([] { Substitute(W / C, {{"C", 0}}); }) == "division by zero");
}

TEST_CASE("substitution commutes with evaluation", "[substitute]") {
  constexpr unsigned kSeed = 51;
  TreeMaker maker(kSeed);
  for (int round = 0; round < 600; ++round) {
    const Tree tree = round % 2 == 0 ? maker.Integral(3) : maker.Fractional(3);
    const Values point = maker.Point();
    Bindings bound;
    Values rest;
    for (const auto& [name, value] : point) {
      if (maker.Pick(0, 1) == 0) {
        bound[name] = value;
      } else {
        rest[name] = value;
      }
    }
    INFO("seed " << kSeed << ", round " << round << ": " << ToText(tree));
    CHECK(Evaluate(Substitute(ToExpr(tree), bound), rest) == ValueAt(tree, point));
  }
}

TEST_CASE("substitution by expressions commutes with evaluation", "[substitute]") {
  constexpr unsigned kSeed = 52;
  TreeMaker maker(kSeed);
  for (int round = 0; round < 400; ++round) {
    const Tree tree = maker.Integral(3);
    const Expr positive = ToExpr(maker.Polynomial(2)), value = positive * positive + 1;
    const Values point = maker.Point();
    Values moved = point;
    moved["T"] = Evaluate(value, point);
    INFO("seed " << kSeed << ", round " << round << ": " << ToText(tree)
                 << " with T = " << Print(value));
    CHECK(Evaluate(Substitute(ToExpr(tree), {{"T", value}}), point) == ValueAt(tree, moved));
  }
}

}  // namespace costcheck
