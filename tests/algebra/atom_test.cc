// min, floor, ceil and log of expressions, against integer arithmetic.

#include <algorithm>
#include <functional>

#include "costmodel/algebra/expr.h"
#include "costmodel/algebra/print.h"
#include "tests/algebra/error_text.h"
#include "tests/algebra/random_tree.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

const Expr T = Symbol("T"), W = Symbol("W"), C = Symbol("C"), K = Symbol("K");
const Expr n = Symbol("n", Domain::kNonNegativeInteger);

Rational At(const Expr& expr, int t, int w = 1, int c = 1) {
  return Evaluate(expr, {{"T", t}, {"W", w}, {"C", c}});
}

/// floor(a / b) by counting.
int PlainFloorDiv(int a, int b) {
  int quotient = -200;
  while ((quotient + 1) * b <= a) ++quotient;
  return quotient;
}

int PlainCeilDiv(int a, int b) {
  int quotient = -200;
  while (quotient * b < a) ++quotient;
  return quotient;
}

std::size_t AtomsIn(const Expr& expr) {
  const auto& variables = expr.numerator().variables();
  return static_cast<std::size_t>(
      std::count_if(variables.begin(), variables.end(),
                    [](const Variable& v) { return v->kind != AtomKind::kSymbol; }));
}

}  // namespace

TEST_CASE("min and max have the right value everywhere", "[atom]") {
  const Expr mixed = Min(2 * T - 3, W + 5) * Max(T, 3 * W - 7);
  for (int t = 1; t <= 25; ++t) {
    for (int w = 1; w <= 25; ++w) {
      CHECK(At(Min(T, W), t, w) == std::min(t, w));
      CHECK(At(Max(T, W), t, w) == std::max(t, w));
      CHECK(At(mixed, t, w) == std::min(2 * t - 3, w + 5) * std::max(t, 3 * w - 7));
    }
  }
}

TEST_CASE("min is commutative and idempotent as an identity", "[atom]") {
  CHECK(Min(T, W) == Min(W, T));
  CHECK(Min(T, T) == T);
  CHECK(Max(T, W) == Max(W, T));
  CHECK(Min(T, Min(T, W)) == Min(T, W));
  CHECK(Max(T, Max(T, W)) == Max(T, W));
  CHECK(Min(T, Max(T, W)) == T);
  CHECK(Max(W, Min(T, W)) == W);
  CHECK(Min(T, W) + Max(T, W) == T + W);
  CHECK(Min(T, W) * Max(T, W) == T * W);
  CHECK(Min(-T, -W) == -Max(T, W));
}

TEST_CASE("positive factors and common summands leave a min", "[atom]") {
  CHECK(Min(6 * T, 4 * W) == 2 * Min(3 * T, 2 * W));
  CHECK(Min(T * K, W * K) == K * Min(T, W));
  CHECK(Min(T + C, W + C) == Min(T, W) + C);
  CHECK(Min(T / C, 8) == Min(T, 8 * C) / C);
  CHECK(Min(T / 3, W / 2) == Min(2 * T, 3 * W) / 6);
  CHECK(Max(T - W, 0) == T - Min(T, W));
  CHECK(Min(T * n, W * n) == n * Min(T, W));
  CHECK(Evaluate(Min(T * n, W * n), {{"T", 2}, {"W", 3}, {"n", 0}}) == 0);
  CHECK(AtomsIn(Min(T, W) + Max(T, W) * Min(5 * T, 5 * W) + Min(T - W, 0)) == 1);
}

TEST_CASE("an atom's arguments have the form that its header promises", "[atom]") {
  const Expr min = Min(5 * W + 10, 15 * T + 5 * C);
  const Variable& variable = min.numerator().variables().back();
  REQUIRE(variable->kind == AtomKind::kMin);
  CHECK(min == 5 * Min(W + 2, 3 * T + C));
  const Expr difference = variable->first - variable->second;
  CHECK(difference.numerator().Content() == 1);
  CHECK(difference.numerator().coefficient(0) > 0);
  for (const Expr& side : {variable->first, variable->second}) {
    for (std::size_t i = 0; i < side.numerator().size(); ++i) {
      CHECK(side.numerator().coefficient(i) > 0);
    }
  }
}

TEST_CASE("a min whose order is known is no atom", "[atom]") {
  CHECK(Min(T, T + 1) == T);
  CHECK(Min(T - 1, T * W) == T - 1);
  CHECK(Min(T, T * T) == T);
  CHECK(Min(Expr(32), 8) == 8);
  CHECK(Min(1, T) == 1);
  CHECK(Min(T, 1) == 1);
  CHECK(Max(T, 0) == T);
  CHECK(Min(n, 0) == 0);
  CHECK(Min(T, CeilDiv(T, 8) * 8) == T);
  CHECK(Min(FloorDiv(T, 8) * 8, T) == FloorDiv(T, 8) * 8);
  CHECK(AtomsIn(Min(T, 2)) == 1);
  CHECK(AtomsIn(Min(n, 1)) == 1);
}

TEST_CASE("squares of a min are rewritten, whatever their order", "[atom]") {
  const Expr m = Min(T, W), k = Min(T, C);
  CHECK(m * m == (T + W) * m - T * W);
  CHECK((T - m) * (W - m) == 0);
  CHECK(Pow(m, 5) == m * m * m * m * m);
  CHECK((m * k) * (m * k) == (m * m) * (k * k));
  CHECK((m + k) * (m - k) == m * m - k * k);
  const Expr nested = Min(m * C, K);
  CHECK(nested * nested == (m * C + K) * nested - m * C * K);
  CHECK(Pow(nested, 2) * Pow(m, 2) == Pow(nested * m, 2));
  for (int t = 1; t < 9; ++t) {
    for (int w = 1; w < 9; ++w) {
      const int least = std::min(t, w);
      CHECK(At(Pow(m, 4), t, w) == least * least * least * least);
    }
  }
}

TEST_CASE("the pairs of a sliding window come out for every length and width", "[atom]") {
  const Expr m = Min(T, W);
  const Expr pairs = m * (m + 1) / 2 + (T - m) * W;
  for (int t = 1; t <= 14; ++t) {
    for (int w = 1; w <= 14; ++w) {
      int count = 0;
      for (int query = 1; query <= t; ++query) count += std::min(query, w);
      CHECK(At(pairs, t, w) == count);
    }
  }
}

TEST_CASE("floor and ceil of integers agree with counting", "[atom]") {
  for (int a = -40; a <= 40; ++a) {
    for (int b = 1; b <= 9; ++b) {
      CHECK(FloorDiv(Expr(a), Expr(b)) == PlainFloorDiv(a, b));
      CHECK(CeilDiv(Expr(a), Expr(b)) == PlainCeilDiv(a, b));
    }
  }
}

TEST_CASE("floor and ceil of linear forms agree with counting", "[atom]") {
  for (int slope = -3; slope <= 5; ++slope) {
    for (int offset = -7; offset <= 7; offset += 2) {
      for (const int divisor : {1, 2, 4, 5, 6}) {
        const Expr line = slope * T + offset;
        const Expr floor = FloorDiv(line, divisor), ceil = CeilDiv(line, divisor);
        INFO(Print(line) << " over " << divisor << ": " << Print(floor) << ", " << Print(ceil));
        for (int t = 1; t <= 13; ++t) {
          CHECK(At(floor, t) == PlainFloorDiv(slope * t + offset, divisor));
          CHECK(At(ceil, t) == PlainCeilDiv(slope * t + offset, divisor));
        }
      }
    }
  }
}

TEST_CASE("floor and ceil by symbols agree with counting", "[atom]") {
  struct Case {
    Expr a, b;
    std::function<int(int, int, int)> plain_a, plain_b;
  };
  const Case cases[] = {
      {T, W, [](int t, int, int) { return t; }, [](int, int w, int) { return w; }},
      {T * W + 3, 2 * W, [](int t, int w, int) { return t * w + 3; },
       [](int, int w, int) { return 2 * w; }},
      {T * C - W, C, [](int t, int w, int c) { return t * c - w; },
       [](int, int, int c) { return c; }},
      {4 * T + 3, 8 * C, [](int t, int, int) { return 4 * t + 3; },
       [](int, int, int c) { return 8 * c; }},
      {T * T - W * W, T + W, [](int t, int w, int) { return t * t - w * w; },
       [](int t, int w, int) { return t + w; }},
      {6 * T, 4 * W + 2, [](int t, int, int) { return 6 * t; },
       [](int, int w, int) { return 4 * w + 2; }},
      {W - T, C, [](int t, int w, int) { return w - t; }, [](int, int, int c) { return c; }},
      {T * W, T * C, [](int t, int w, int) { return t * w; },
       [](int t, int, int c) { return t * c; }},
  };
  for (const Case& c : cases) {
    const Expr floor = FloorDiv(c.a, c.b), ceil = CeilDiv(c.a, c.b);
    INFO(Print(floor) << " and " << Print(ceil));
    for (int t = 1; t <= 8; ++t) {
      for (int w = 1; w <= 8; ++w) {
        for (int k = 1; k <= 5; ++k) {
          CHECK(At(floor, t, w, k) == PlainFloorDiv(c.plain_a(t, w, k), c.plain_b(t, w, k)));
          CHECK(At(ceil, t, w, k) == PlainCeilDiv(c.plain_a(t, w, k), c.plain_b(t, w, k)));
        }
      }
    }
  }
}

TEST_CASE("whole multiples move out of a floor", "[atom]") {
  CHECK(FloorDiv(8 * T + 3, 8) == T);
  CHECK(FloorDiv(9 * T, 8) == T + FloorDiv(T, 8));
  CHECK(FloorDiv(T * W + T, T) == W + 1);
  CHECK(FloorDiv(T * C + W, C) == T + FloorDiv(W, C));
  CHECK(FloorDiv(T - 1, 8) == CeilDiv(T, 8) - 1);
  CHECK(FloorDiv(T, 1) == T);
  CHECK(FloorDiv(4 * T + 7, 8) == FloorDiv(T + 1, 2));
  CHECK(FloorDiv(6 * T, 4 * W) == FloorDiv(3 * T, 2 * W));
  CHECK(FloorDiv(T, T + 1) == 0);
  CHECK(FloorDiv(T * T - 1, T + 1) == T - 1);
  CHECK(FloorDiv(T / 3, 5) == FloorDiv(T, 15));
  CHECK(FloorDiv(T / C, W) == FloorDiv(T, C * W));
  CHECK(FloorDiv(W, C - T) == FloorDiv(-W, T - C));
  CHECK(AtomsIn(FloorDiv(T, 2)) == 1);
}

TEST_CASE("a floor or ceil of a floor or ceil is one of them", "[atom]") {
  CHECK(FloorDiv(FloorDiv(T, 3), 5) == FloorDiv(T, 15));
  CHECK(FloorDiv(FloorDiv(T, W), C) == FloorDiv(T, W * C));
  CHECK(CeilDiv(CeilDiv(T, 3), 5) == CeilDiv(T, 15));
  CHECK(FloorDiv(FloorDiv(T, 3) + 2, 5) == FloorDiv(T + 6, 15));
  for (int t = 1; t <= 40; ++t) {
    const int thirds = PlainFloorDiv(t, 3);
    CHECK(At(FloorDiv(2 * FloorDiv(T, 3) + T, 7), t) == PlainFloorDiv(2 * thirds + t, 7));
    CHECK(At(FloorDiv(FloorDiv(T, 3) * FloorDiv(T, 3), 4), t) == PlainFloorDiv(thirds * thirds, 4));
    CHECK(At(FloorDiv(FloorDiv(T, 3) + FloorDiv(T, 2), 4), t) ==
          PlainFloorDiv(thirds + PlainFloorDiv(t, 2), 4));
  }
}

TEST_CASE("a fraction of bytes does not move out of a floor", "[atom]") {
  const Expr p = Symbol("p", Domain::kPositiveRational);
  const Values half = {{"T", 7}, {"p", Rational(1, 2)}};
  CHECK(Evaluate(FloorDiv(FloorDiv(T + 1, 3), p), half) == 4);      // 2 / 0.5, not 8 / 1.5
  CHECK(Evaluate(FloorDiv(FloorDiv(T - 2, 3) + p, 2), half) == 0);  // 1.5 / 2, not 6.5 / 6
  CHECK(Evaluate(FloorDiv(p * T, 1), half) == 3);
  CHECK(Evaluate(CeilDiv(p * T, 1), half) == 4);
  CHECK(Evaluate(CeilDiv(3 * p * T, 4), half) == 3);  // 21/8
  CHECK(Evaluate(FloorDiv(T + p, p), half) == 15);    // 7.5 / 0.5
  CHECK(Evaluate(FloorDiv(2 * T + 1, 2 * p), half) == 15);
}

TEST_CASE("the ceiling of a logarithm is exact and 0 below 1", "[atom]") {
  for (int t = 1; t <= 300; ++t) CHECK(At(CeilLog2(T), t) == PlainCeilLog2(t));
  CHECK(CeilLog2(Expr(0)) == 0);
  CHECK(CeilLog2(Expr(-5)) == 0);
  CHECK(CeilLog2(Expr(Rational(5, 2))) == 2);
  CHECK(CeilLog2(Expr(1024)) == 10);
  CHECK(CeilLog2(1 - T) == 0);
  CHECK(CeilLog2(T) == CeilLog2(T + W - W));
}

TEST_CASE("a floor by zero is an error", "[atom]") {
  CHECK(ErrorTextOf([] { FloorDiv(T, W - W); }) == "division by zero inside a floor");
  CHECK(ErrorTextOf([] { CeilDiv(T, Expr(0)); }) == "division by zero");
}

TEST_CASE("long chains of min stay cheap", "[atom]") {
  Expr chain = Symbol("x0");
  for (int i = 1; i < 40; ++i) chain = Min(chain, Expr(Symbol("x" + std::to_string(i))) + i);
  Values point;
  for (int i = 0; i < 40; ++i) point["x" + std::to_string(i)] = 100 - i;
  CHECK(Evaluate(chain, point) == 100);
  point["x17"] = 3;
  CHECK(Evaluate(chain, point) == 20);
}

}  // namespace costcheck
