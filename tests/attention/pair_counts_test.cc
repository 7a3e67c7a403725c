#include "costmodel/attention/pair_counts.h"

#include <algorithm>

#include "tests/catch.h"

namespace costcheck {
namespace {

const Expr n = Symbol("n", Domain::kNonNegativeInteger);
const Expr b = Symbol("b");
const Expr cap = Symbol("c", Domain::kNonNegativeInteger);

Rational At(const Expr& sum, int terms, int block = 1, int most = 0) {
  return Evaluate(sum, {{"n", terms}, {"b", block}, {"c", most}});
}

TEST_CASE("Triangle is 1 + 2 + ... + n, and 0 for n = -1", "[pair_counts]") {
  CHECK(Triangle(4) == Expr(10));
  CHECK(Triangle(0) == Expr(0));
  CHECK(Triangle(-1) == Expr(0));
}

TEST_CASE("SumMin adds up min(i, cap) for i from 1 to n", "[pair_counts]") {
  const Expr sum = SumMin(n, cap);
  for (int most = 0; most <= 7; ++most) {
    int expected = 0;
    for (int terms = 0; terms <= 12; ++terms) {
      if (terms > 0) expected += std::min(terms, most);
      CHECK(At(sum, terms, 1, most) == expected);
    }
  }
}

TEST_CASE("SumMin takes a cap below 0 as it is", "[pair_counts]") {
  CHECK(SumMin(5, -3) == Expr(-15));
  CHECK(Evaluate(SumMin(n, cap - 4), {{"n", 5}, {"c", 2}}) == -10);
}

TEST_CASE("SumFloor adds up floor(i/b) for n terms from i = 0", "[pair_counts]") {
  const Expr sum = SumFloor(n, b);
  for (int block = 1; block <= 5; ++block) {
    int expected = 0;
    for (int terms = 0; terms <= 20; ++terms) {
      if (terms > 0) expected += (terms - 1) / block;
      CHECK(At(sum, terms, block) == expected);
    }
  }
}

TEST_CASE("SumMinFloor adds up min(floor(i/b), cap) for n terms from i = 0", "[pair_counts]") {
  const Expr sum = SumMinFloor(n, b, cap);
  for (int block = 1; block <= 4; ++block) {
    for (int most = 0; most <= 4; ++most) {
      int expected = 0;
      for (int terms = 0; terms <= 32; ++terms) {
        if (terms > 0) expected += std::min((terms - 1) / block, most);
        CHECK(At(sum, terms, block, most) == expected);
      }
    }
  }
}

TEST_CASE("BandPairs counts a band cell by cell, for any lengths", "[pair_counts]") {
  const Expr T = Symbol("T"), S = Symbol("S");
  for (int left = 0; left <= 3; ++left) {
    for (int right = 0; right <= 3; ++right) {
      const Expr band = BandPairs(T, S, left, right);
      for (int queries = 1; queries <= 11; ++queries) {
        for (int keys = 1; keys <= 11; ++keys) {
          int expected = 0;
          for (int a = keys - queries; a < keys; ++a) {
            for (int j = 0; j < keys; ++j) expected += a - left <= j && j <= a + right ? 1 : 0;
          }
          CHECK(Evaluate(band, {{"T", queries}, {"S", keys}}) == expected);
        }
      }
    }
  }
}

TEST_CASE("Three queries over five keys see 12 pairs when aligned at the end", "[pair_counts]") {
  const CausalPattern all = {[](const Expr& seen) { return seen; }, Triangle};
  CHECK(CausalPairs({.queries = 3, .keys = 5}, all) == Expr(12));
  CHECK(CausalPairs({.queries = 5, .keys = 3}, all) == Expr(6));
  CHECK(CausalPairs({.queries = 1, .keys = 5, .causal = true, .decode = true}, all) == Expr(5));
}

TEST_CASE("The unmasked count is the exact one where nothing is masked", "[pair_counts]") {
  const PatternCounts counts = {.unmasked = 20, .useful = 12, .executed = 16};
  CHECK(MakePairs({.queries = 4, .keys = 5}, counts).unmasked == Expr(20));
  CHECK(MakePairs({.queries = 4, .keys = 5, .causal = false}, counts).unmasked == Expr(12));
  CHECK(MakePairs({.queries = 4, .keys = 5, .decode = true}, counts).unmasked == Expr(12));
  CHECK(MakePairs({.queries = 4, .keys = 5}, counts).dense == Expr(20));
}

}  // namespace
}  // namespace costcheck
