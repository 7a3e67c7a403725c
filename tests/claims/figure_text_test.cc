#include "claims/figure_text.h"

#include <limits>

#include "tests/catch.h"

namespace costcheck {
namespace {

TEST_CASE("a figure has six digits, separators and no exponent", "[figure_text]") {
  CHECK(FigureText(0.0) == "0");
  CHECK(FigureText(496.4848484848) == "496.485");
  CHECK(FigureText(0.04143646408) == "0.0414365");
  CHECK(FigureText(-0.26987654321) == "-0.269877");
  CHECK(FigureText(0.5) == "0.5");
  CHECK(FigureText(999999.7) == "1,000,000");
  CHECK(FigureText(2111062325.4) == "2,111,060,000");
  CHECK(FigureText(-1234.5678) == "-1,234.57");
  CHECK(FigureText(1.5e-7) == "1.5e-07");
  CHECK(FigureText(2.5e18) == "2.5e+18");
  CHECK(FigureText(std::numeric_limits<double>::infinity()) == "inf");
}

TEST_CASE("whole numbers keep their digits", "[figure_text]") {
  CHECK(FigureText(Rational(2147483648)) == "2,147,483,648");
  CHECK(FigureText(Rational(-640)) == "-640");
  CHECK(FigureText(Rational(640, 9)) == "71.1111");
  CHECK(FigureText(*ParseNumber("515396075520e6")) == "5.15396e+17");
}

TEST_CASE("a recomputed value is shown in the unit that was claimed", "[figure_text]") {
  CHECK(FigureText(Recomputed(Rational(2111062325)), "MFLOP") == "2,111.06 MFLOP");
  CHECK(FigureText(Recomputed(Rational(2, 11)), "x") == "0.181818x");
  CHECK(FigureText(Recomputed(Rational(2, 11)), "%") == "18.1818%");
  CHECK(FigureText(Recomputed(0.0078125), "") == "0.0078125");
  CHECK(FigureText(Recomputed(), "x").empty());
}

TEST_CASE("a range shows as many digits as tell its ends apart", "[figure_text]") {
  CHECK(RangeText({Rational(10895, 10000), Rational(10905, 10000)}) == "1.0895 to 1.0905");
  CHECK(RangeText({Rational(1), Rational(1)}) == "1");
  CHECK(RangeText({*ParseNumber("1.00000001"), *ParseNumber("1.00000002")}) ==
        "1.00000001 to 1.00000002");
}

TEST_CASE("chances and lists read as words", "[figure_text]") {
  CHECK(ChanceText(0.01234) == "1.2%");
  CHECK(ChanceText(1) == "100%");
  CHECK(ChanceText(0.00001) == "below 0.01%");
  CHECK(ListText({}).empty());
  CHECK(ListText({"a"}) == "a");
  CHECK(ListText({"a", "b", "c"}) == "a, b and c");
  CHECK(Capitalized("all heads") == "All heads");
}

}  // namespace
}  // namespace costcheck
