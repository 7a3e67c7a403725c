#include "claims/printed_number.h"

#include <string>
#include <vector>

#include "claims/printed_unit.h"
#include "tests/algebra/error_text.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

Rational Of(const std::string& text) { return *ParseNumber(text); }

void CheckPrinted(const std::string& text, const std::string& unit, const std::string& value,
                  const std::string& step, const std::string& base) {
  INFO(text << " " << unit);
  const PrintedNumber printed = ParsePrinted(text, unit);
  CHECK(IsPrinted(text));
  CHECK(printed.text == text);
  CHECK(printed.unit == unit);
  CHECK(printed.value == Of(value));
  CHECK(printed.step == Of(step));
  CHECK(printed.base == base);
}

TEST_CASE("a printed number has a value and a step of its last digit", "[printed]") {
  CheckPrinted("2,147.5", "MFLOP", "2147500000", "100000", "FLOP");
  CheckPrinted("0.18", "x", "0.18", "0.01", "1");
  CheckPrinted("24", "%", "0.24", "0.01", "1");
  CheckPrinted("1e-3", "", "0.001", "0.001", "1");
  CheckPrinted("1.70E+13", "FLOP", "17000000000000", "100000000000", "FLOP");
  CheckPrinted("-0.6", "%", "-0.006", "0.001", "1");
  CheckPrinted("+7", "step", "7", "1", "step");
  CheckPrinted(".85", "", "0.85", "0.01", "1");
  CheckPrinted("007", "", "7", "1", "1");
  CheckPrinted("128000", "token", "128000", "1000", "token");
}

TEST_CASE("zeros behind the point count, those of a whole number do not", "[printed]") {
  CheckPrinted("16.0", "x", "16", "0.1", "1");
  CheckPrinted("4,295.0", "MB", "4295000000", "100000", "byte");
  CheckPrinted("500", "x", "500", "100", "1");
  CheckPrinted("2,100,000", "MFLOP", "2100000000000", "100000000000", "FLOP");
  CheckPrinted("10e4", "", "100000", "100000", "1");
  CheckPrinted("1.0e4", "", "10000", "1000", "1");
  CheckPrinted("0", "", "0", "1", "1");
  CheckPrinted("0.00", "nat", "0", "0.01", "nat");
  CHECK(ParsePrinted("2,100,000", "", 2).step == 100000);
  CHECK(ParsePrinted("2,100,000", "", 4).step == 1000);
  CHECK(ParsePrinted("2,100,000", "", 7).step == 1);
  CHECK(ParsePrinted("500", "%", 3).step == Of("1/100"));
  CHECK(ParsePrinted("0.180", "", 3).step == Of("1/1000"));
}

TEST_CASE("digits that a number cannot have are refused", "[printed]") {
  const auto message = [](const std::string& text, int digits) {
    return ErrorTextOf([&] { ParsePrinted(text, "", digits); });
  };
  CHECK(message("2,100,000", 1) == "'2,100,000' has 2 to 7 significant digits, not 1");
  CHECK(message("2,100,000", 8) == "'2,100,000' has 2 to 7 significant digits, not 8");
  CHECK(message("0.18", 3) == "'0.18' has 2 significant digits, not 3");
  CHECK(message("0", 1) == "'0' has 0 significant digits, not 1");
}

TEST_CASE("the interval of rounding has both ends, and that of cutting off lies away from 0",
          "[printed]") {
  const RationalInterval rounded = ParsePrinted("0.18", "x").Rounded();
  CHECK(rounded.lower == Of("0.175"));
  CHECK(rounded.upper == Of("0.185"));
  CHECK(rounded.Contains(Of("0.175")));
  CHECK(rounded.Contains(Of("0.185")));
  CHECK_FALSE(rounded.Contains(Of("0.1850001")));
  CHECK_FALSE(rounded.Contains(Of("0.1749999")));
  const RationalInterval cut = ParsePrinted("0.18", "x").Truncated();
  CHECK(cut.lower == Of("0.18"));
  CHECK(cut.upper == Of("0.19"));
  const RationalInterval below = ParsePrinted("-0.6", "%").Truncated();
  CHECK(below.lower == Of("-0.007"));
  CHECK(below.upper == Of("-0.006"));
  const RationalInterval around = ParsePrinted("0.0", "").Truncated();
  CHECK(around.lower == Of("-0.1"));
  CHECK(around.upper == Of("0.1"));
}

TEST_CASE("text that is no printed number is refused", "[printed]") {
  const std::vector<std::string> texts = {
      "",      "-",   "x",     ".",     "5.",    "1,00",    "1,0000", "1234,567", ",100",
      "0.18x", "1e",  "1e+",   "1.2.3", "1 000", "--1",     "12K",    "1/3",      "~256",
      "NaN",   "inf", "1,2.5", "e5",    "1,",    "1.0,000", "1e2.5",  "1e99999"};
  for (const std::string& text : texts) {
    INFO(text);
    CHECK_FALSE(IsPrinted(text));
    CHECK(ErrorTextOf([&] { ParsePrinted(text, ""); }) ==
          "'" + text + "' is not a number as printed");
  }
  CHECK(ErrorTextOf([] { ParsePrinted(std::string(5'000'000, 'x'), ""); }) ==
        "'" + std::string(60, 'x') + "...' is not a number as printed");
  CHECK(ErrorTextOf([] { ParsePrinted(std::string(101, '1'), ""); }) ==
        "'" + std::string(60, '1') + "...' has more than 100 digits");
  CHECK(ErrorTextOf([] { ParsePrinted("1e-301", ""); }) == "'1e-301' has an exponent beyond 300");
  CHECK(ParsePrinted("1e300", "").value == Pow(Rational(10), 300));
}

TEST_CASE("units have the sizes of their prefixes", "[printed]") {
  const auto check = [](const std::string& unit, const std::string& size, const std::string& base) {
    INFO(unit);
    const PrintedUnit found = FindPrintedUnit(unit);
    CHECK(found.size == Of(size));
    CHECK(found.base == base);
  };
  check("", "1", "1");
  check("kB", "1000", "byte");
  check("MB", "1e6", "byte");
  check("GiB", "1073741824", "byte");
  check("TiB", "1099511627776", "byte");
  check("PFLOP/s-day", "86400e15", "FLOP");
  check("ZFLOP", "1e21", "FLOP");
  check("EFLOP", "1e18", "FLOP");
  check("TFLOP/s", "1e12", "FLOP/s");
  check(
      "Ki"
      "token",
      "1024", "token");
  check("percentage point", "1/100", "1");
  check("ms", "1/1000", "s");
  check("ns", "1e-9", "s");
  check("h", "3600", "s");
  check("year", "31536000", "s");
  check("million", "1e6", "1");
  check("billion parameter", "1e9", "parameter");
  check("trillion token", "1e12", "token");
  check("thousand USD", "1000", "USD");
  check("pair", "1", "pair");
}

TEST_CASE("each prefix is a power of 1000 or of 1024", "[printed]") {
  const std::vector<std::string> prefixes = {"k", "M", "G", "T", "P", "E", "Z"};
  for (std::size_t i = 0; i < prefixes.size(); ++i) {
    INFO(prefixes[i]);
    const int power = static_cast<int>(i) + 1;
    CHECK(FindPrintedUnit(prefixes[i] + "B/s").size == Pow(Rational(1000), power));
    if (i < 5) {
      const std::string binary = (i == 0 ? "K" : prefixes[i]) + "iB";
      CHECK(FindPrintedUnit(binary).size == Pow(Rational(1024), power));
    }
  }
  const std::vector<std::string> words = {"thousand", "million", "billion", "trillion"};
  for (std::size_t i = 0; i < words.size(); ++i) {
    CHECK(FindPrintedUnit(words[i]).size == Pow(Rational(1000), static_cast<int>(i) + 1));
  }
}

TEST_CASE("a unit that is none is refused with the nearest", "[printed]") {
  const auto message = [](const std::string& unit) {
    return ErrorTextOf([&] { FindPrintedUnit(unit); });
  };
  CHECK(message("FLOPs") == "'FLOPs' is not a unit; did you mean 'FLOP'?");
  CHECK(message("KB") == "'KB' is not a unit; did you mean 'kB'?");
  CHECK(message("parameters") == "'parameters' is not a unit; did you mean 'parameter'?");
  CHECK(message("billion parameters") ==
        "'billion parameters' is not a unit; did you mean 'billion parameter'?");
  CHECK(message("bilion") == "'bilion' is not a unit; did you mean 'billion'?");
  CHECK(message("quintessence") == "'quintessence' is not a unit");
  for (const char* unit : {"kx", "M%", "Mis", "kepoch", "million ", "Ki"}) {
    INFO(unit);
    CHECK(message(unit).find("is not a unit") != std::string::npos);
  }
}

TEST_CASE("every unit that is listed is found, and once", "[printed]") {
  const std::vector<std::string> units = PrintedUnits();
  CHECK(units.size() > 200);
  for (std::size_t i = 0; i < units.size(); ++i) {
    INFO(units[i]);
    CHECK(FindPrintedUnit(units[i]).size > 0);
    for (std::size_t j = 0; j < i; ++j) CHECK(units[i] != units[j]);
  }
}

}  // namespace
}  // namespace costcheck
