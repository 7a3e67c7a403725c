#include "claims/digit_range.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "costmodel/algebra/parse.h"
#include "tests/algebra/error_text.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

Symbol Unit(std::size_t i) { return Symbol("u" + std::to_string(i), Domain::kPositiveRational); }

/// The text's names a, b, c, ... stand for these intervals, in this order.
struct Numbers {
  std::vector<RationalInterval> intervals;

  Ratio Read(const std::string& text) const {
    Vocabulary vocabulary;
    vocabulary.symbol = [this](std::string_view name) {
      const auto i = static_cast<std::size_t>(name[0] - 'a');
      const RationalInterval& at = intervals.at(i);
      return at.lower + Expr(Rational(at.upper - at.lower)) * Unit(i);
    };
    return ParseRatio(text, vocabulary);
  }

  RationalInterval Range(const std::string& text) const {
    std::vector<Symbol> symbols;
    for (std::size_t i = 0; i < intervals.size(); ++i) symbols.push_back(Unit(i));
    return RangeInUnitBox(Read(text), symbols);
  }

  /// The extremes on a grid with this many steps a side.
  RationalInterval OnGrid(const std::string& text, int steps) const {
    std::vector<int> at(intervals.size(), 0);
    std::optional<RationalInterval> range;
    while (true) {
      Vocabulary vocabulary;
      vocabulary.symbol = [&](std::string_view name) {
        const auto i = static_cast<std::size_t>(name[0] - 'a');
        const RationalInterval& ends = intervals.at(i);
        return Expr(Rational(ends.lower + (ends.upper - ends.lower) * Rational(at[i], steps)));
      };
      const Rational value = *Evaluate(ParseRatio(text, vocabulary), {});
      range = range ? RationalInterval{std::min(range->lower, value), std::max(range->upper, value)}
                    : RationalInterval{value, value};
      std::size_t i = 0;
      while (i < at.size() && at[i] == steps) at[i++] = 0;
      if (i == at.size()) return *range;
      ++at[i];
    }
  }
};

Rational R(const char* text) { return *ParseNumber(text); }

}  // namespace

TEST_CASE("a quotient of two rounded numbers lies between quotients of their ends") {
  const Numbers losses{{{R("2.90905"), R("2.90915")}, {R("2.92505"), R("2.92515")}}};
  const RationalInterval range = losses.Range("(b - a)/a");
  CHECK(range.lower == (R("2.92505") - R("2.90915")) / R("2.90915"));
  CHECK(range.upper == (R("2.92515") - R("2.90905")) / R("2.90905"));
}

TEST_CASE("an expression without numbers is a point") {
  const RationalInterval range = Numbers{}.Range("7/3 + 1");
  CHECK(range.lower == Rational(10, 3));
  CHECK(range.upper == Rational(10, 3));
}

TEST_CASE(
    "no point of a grid lies outside, and where the quotient is monotone its ends are on it") {
  const Numbers numbers{{{2, 3}, {Rational(-3, 2), Rational(1, 2)}, {5, 7}}};
  for (const char* text :
       {"a/c", "b/a", "a*b + c", "a*b/c - b", "a/(a + c)", "(a - b)/(c + b)", "1 - a/c",
        "min(a, c)", "max(a, c)/c", "a*a*c", "a^3/(c + a)", "(a + c)^2/a", "-b"}) {
    INFO(text);
    const RationalInterval range = numbers.Range(text), grid = numbers.OnGrid(text, 6);
    CHECK(range.lower == grid.lower);
    CHECK(range.upper == grid.upper);
  }
}

TEST_CASE("where a quotient turns within the digits its range holds the turning point, nearly") {
  // a + 4/a has its minimum 4 at a = 2, b^2 its minimum 0.
  const Numbers numbers{{{1, 3}, {Rational(-1), Rational(2)}}};
  const RationalInterval sum = numbers.Range("a + 4/a");
  CHECK(sum.upper == 5);
  CHECK(sum.lower <= 4);
  CHECK(sum.lower > R("3.9"));
  const RationalInterval square = numbers.Range("b^2");
  CHECK(square.upper == 4);
  CHECK(square.lower <= 0);
  CHECK(square.lower > R("-0.01"));
}

TEST_CASE("where several numbers turn it no point of a grid lies outside") {
  const Numbers numbers{{{2, 3}, {Rational(-3, 2), Rational(1, 2)}, {5, 7}}};
  for (const char* text : {"b*c/(a + 1) + a/c", "b^2*a - b*c/a", "(a - 5/2)^2*c + b^2"}) {
    INFO(text);
    const RationalInterval range = numbers.Range(text), grid = numbers.OnGrid(text, 6);
    const Rational width = grid.upper - grid.lower;
    CHECK(range.lower <= grid.lower);
    CHECK(range.upper >= grid.upper);
    CHECK(range.upper - range.lower < width * R("1.2"));
  }
}

TEST_CASE("a min of overlapping numbers is enclosed") {
  const Numbers numbers{{{2, 4}, {3, 5}}};
  const RationalInterval range = numbers.Range("min(a, b)");
  CHECK(range.lower == 2);
  CHECK(range.upper >= 4);
  const Numbers apart{{{2, 3}, {4, 5}}};
  CHECK(apart.Range("max(a, b)").lower == 4);
  CHECK(apart.Range("max(a, b)").upper == 5);
}

TEST_CASE("many numbers that each move the sum one way need no corners") {
  Numbers numbers;
  std::string sum;
  for (int i = 0; i < 20; ++i) {
    numbers.intervals.push_back({Rational(i + 1), Rational(i + 2)});
    sum += (i == 0 ? "" : i % 2 == 0 ? "+" : "-") + std::string(1, static_cast<char>('a' + i));
  }
  const RationalInterval range = numbers.Range("(" + sum + ")/2");
  // 10 numbers with +, each i + 1 to i + 2 for i even; 10 with -, for i odd.
  Rational lower = 0, upper = 0;
  for (int i = 0; i < 20; ++i) {
    lower += i % 2 == 0 ? Rational(i + 1) : Rational(-(i + 2));
    upper += i % 2 == 0 ? Rational(i + 2) : Rational(-(i + 1));
  }
  CHECK(range.lower == lower / 2);
  CHECK(range.upper == upper / 2);
}

TEST_CASE("a divisor that may be 0 within the digits is an error") {
  const Numbers numbers{{{-1, 1}, {2, 3}, {Rational(5, 2), 4}}};
  for (const char* text : {"1/a", "b/(c - b)", "b/(a*c)"}) {
    INFO(text);
    CHECK(ErrorTextOf([&] { numbers.Range(text); }).find("may be 0 within its printed digits") !=
          std::string::npos);
  }
  CHECK(numbers.Range("1/(a + b)").upper == 1);
}

TEST_CASE("a floor of a claimed number has no range") {
  CHECK(ErrorTextOf([] { Numbers{{{1, 2}}}.Range("floor(a/2)"); }) != "");
}

}  // namespace costcheck
