#include "cli/printed.h"

#include "tests/catch.h"

using costcheck::Agrees;
using costcheck::InUnitOf;
using costcheck::ParsePrinted;
using costcheck::Printed;
using costcheck::Rational;
using costcheck::SlipFactor;

TEST_CASE("Printed numbers have a value and a last digit", "[printed]") {
  const Printed millions = ParsePrinted("2,147.5M").value();
  CHECK(millions.value == 2147500000);
  CHECK(millions.last == 100000);
  const Printed ratio = ParsePrinted("0.18x").value();
  CHECK(ratio.value == Rational(18, 100));
  CHECK(ratio.last == Rational(1, 100));
  CHECK(ParsePrinted("67.1MB").value().value == 67100000);
  CHECK(ParsePrinted("12.6%").value().value == Rational(126, 1000));
  CHECK(ParsePrinted("67,492").value().last == 1);
  CHECK(ParsePrinted("3P").value().value == Rational("3000000000000000"));
}

TEST_CASE("What is not a printed number is none", "[printed]") {
  for (const char* text : {"", "x", "M", "1.2.3", "-5", "5 M", "5Q", "1,2,B", "5MBB", "5B"}) {
    INFO(text);
    CHECK_FALSE(ParsePrinted(text));
  }
}

TEST_CASE("A value agrees where it rounds to what is printed", "[printed]") {
  const Printed printed = ParsePrinted("2.29x").value();  // 2.285 .. 2.295
  CHECK(Agrees(printed, Rational(16, 7)));                // 2.2857
  CHECK(Agrees(printed, Rational(2285, 1000)));
  CHECK(Agrees(printed, Rational(2295, 1000)));
  CHECK_FALSE(Agrees(printed, Rational(2284999, 1000000)));
  CHECK_FALSE(Agrees(printed, Rational(2295001, 1000000)));
  CHECK_FALSE(Agrees(ParsePrinted("500x").value(), Rational(49648, 100)));
}

TEST_CASE("A factor 1000 is found within the digits that are not trailing zeros", "[printed]") {
  const Printed printed = ParsePrinted("2,100,000M").value();
  CHECK(SlipFactor(printed, Rational("2111062325329920")) == Rational(1000));
  CHECK(SlipFactor(printed, Rational("2100000000")) == Rational(1) / 1000);
  CHECK_FALSE(SlipFactor(printed, Rational("2200000000000000")));
  CHECK_FALSE(SlipFactor(printed, Rational("2100000000000")));
  CHECK_FALSE(SlipFactor(ParsePrinted("10,737.4M").value(), Rational("17179869184")));
}

TEST_CASE("A recomputed value is shown in the printed unit", "[printed]") {
  CHECK(InUnitOf(ParsePrinted("10,737.4M").value(), Rational("17179869184")) == "17,179.869M");
  CHECK(InUnitOf(ParsePrinted("500x").value(), Rational("496")) == "496.00x");
  CHECK(InUnitOf(ParsePrinted("2,100,000M").value(), Rational("2111062325329920")) ==
        "2,111,062,325M");
  CHECK(InUnitOf(ParsePrinted("67,492").value(), Rational(67492)) == "67,492.00");
}
