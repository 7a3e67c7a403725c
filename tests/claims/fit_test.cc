#include "claims/fit.h"

#include <cmath>

#include "tests/approx.h"

namespace costcheck {
namespace {

ClaimNumber Number(const std::string& text, ClaimRelation relation = ClaimRelation::kIs,
                   const std::string& unit = "") {
  ClaimNumber number;
  number.printed = ParsePrinted(text, unit);
  number.relation = relation;
  return number;
}

RationalInterval Point(const std::string& text) { return {*ParseNumber(text), *ParseNumber(text)}; }

TEST_CASE("a number is what rounds to its digits", "[fit]") {
  const ClaimNumber number = Number("0.18");
  CHECK(Fits(number, Point("0.175")));
  CHECK(Fits(number, Point("0.185")));
  CHECK(!Fits(number, Point("0.1851")));
  CHECK(!Fits(number, Point("0.1749")));
  CHECK(Fits(number, {*ParseNumber("0.1"), *ParseNumber("0.2")}));
}

TEST_CASE("digits that are cut off fit from the printed value on", "[fit]") {
  CHECK(FitsTruncated(Number("0.18"), Point("0.1899")));
  CHECK(!FitsTruncated(Number("0.18"), Point("0.19")));
  CHECK(!FitsTruncated(Number("0.18"), Point("0.1799")));
  CHECK(FitsTruncated(Number("-0.18"), Point("-0.1899")));
  CHECK(!FitsTruncated(Number("-0.18"), Point("-0.19")));
  CHECK(FitsTruncated(Number("-0.18"), Point("-0.18")));
  CHECK(!FitsTruncated(Number("0.18", ClaimRelation::kLess), Point("0.185")));
}

TEST_CASE("a relation holds if some value satisfies it", "[fit]") {
  const RationalInterval recomputed = {*ParseNumber("0.5"), *ParseNumber("0.7")};
  CHECK(Fits(Number("0.6", ClaimRelation::kLess), recomputed));
  CHECK(!Fits(Number("0.5", ClaimRelation::kLess), recomputed));
  CHECK(Fits(Number("0.5", ClaimRelation::kAtMost), recomputed));
  CHECK(!Fits(Number("0.7", ClaimRelation::kMore), recomputed));
  CHECK(Fits(Number("0.7", ClaimRelation::kAtLeast), recomputed));
  CHECK(!Fits(Number("0.8", ClaimRelation::kAtLeast), recomputed));
  ClaimNumber about = Number("256", ClaimRelation::kAbout);
  about.tolerance = Rational(1, 16);
  CHECK(Fits(about, Point("240")));
  CHECK(Fits(about, Point("272")));
  CHECK(!Fits(about, Point("239")));
}

TEST_CASE("a chance is that of one of several draws over six decades", "[fit]") {
  // 0.18 rounds from 0.175 to 0.185.
  const double part = std::log10(0.185 / 0.175) / 6;
  CHECK(ChanceOfFit(Number("0.18"), 1) == Approx(part));
  CHECK(ChanceOfFit(Number("0.18"), 12) == Approx(1 - std::pow(1 - part, 12)));
  CHECK(ChanceOfFit(Number("-0.18"), 1) == Approx(part));
  CHECK(ChanceOfFit(Number("0.0"), 3) == 1);
  CHECK(ChanceOfFit(Number("0.18"), 0) == 0);
  CHECK(ChanceOfFit(Number("0.18", ClaimRelation::kLess), 2) == 0.75);
}

TEST_CASE("a claimed number reads as it was printed", "[fit]") {
  CHECK(ClaimedText(Number("0.18", ClaimRelation::kIs, "x")) == "0.18x");
  CHECK(ClaimedText(Number("0.001", ClaimRelation::kLess)) == "< 0.001");
  CHECK(ClaimedText(Number("256", ClaimRelation::kAbout)) == "about 256");
  CHECK(ClaimedText(Number("2,147.5", ClaimRelation::kIs, "MFLOP")) == "2,147.5 MFLOP");
}

}  // namespace
}  // namespace costcheck
