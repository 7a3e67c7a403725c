#include "tables/format.h"

#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include "tests/catch.h"

namespace costcheck {
namespace {

constexpr unsigned kSeed = 20240131;

Rational Quotient(std::int64_t p, std::int64_t q) { return Rational(Integer(p), Integer(q)); }

Column OfStyle(NumberStyle style) { return {"name", "", "", style}; }

std::string RandomDigits(std::mt19937& random, std::size_t count) {
  std::string digits;
  for (std::size_t i = 0; i < count; ++i) digits += static_cast<char>('0' + random() % 10);
  if (digits[0] == '0') digits[0] = '9';
  return digits;
}

/// Rounding as one does it on paper: cut after `kept` digits, look at the next one, carry.
std::string RoundedOnPaper(std::string digits, std::size_t kept) {
  const bool up = digits[kept] >= '5';
  for (std::size_t i = kept; i < digits.size(); ++i) digits[i] = '0';
  if (!up) return digits;
  std::size_t i = kept;
  while (i > 0 && digits[i - 1] == '9') digits[--i] = '0';
  if (i == 0) return "1" + digits;
  ++digits[i - 1];
  return digits;
}

/// Four digits and a prefix, by moving the point in a string of digits.
std::string ScaledOnPaper(const std::string& digits) {
  const std::string rounded = RoundedOnPaper(digits, 4);
  const std::size_t before_point = (rounded.size() - 1) % 3 + 1;
  const std::size_t thousands = (rounded.size() - 1) / 3;
  return rounded.substr(0, before_point) + "." + rounded.substr(before_point, 4 - before_point) +
         std::string(" KMGTPEZYRQ").substr(thousands, 1);
}

/// p/q to `decimals` places by long division of small numbers.
std::string DividedOnPaper(std::int64_t p, std::int64_t q, int decimals) {
  std::string digits = std::to_string(p / q);
  std::int64_t rest = p % q;
  for (int i = 0; i < decimals; ++i) {
    rest *= 10;
    digits += std::to_string(rest / q);
    rest %= q;
  }
  std::size_t point = digits.size() - static_cast<std::size_t>(decimals);
  if (2 * rest >= q) {
    digits += '9';  // make the carry run
    const std::size_t length = digits.size();
    digits = RoundedOnPaper(digits, length - 1);
    point += digits.size() - length;
    digits.pop_back();
  }
  return decimals == 0 ? digits : digits.substr(0, point) + "." + digits.substr(point);
}

/// Four digits and a prefix of powers of 1024, for n of at least 1024, in 128 bits.
std::string BinaryOnPaper(std::uint64_t n) {
  __extension__ using Wide = unsigned __int128;
  int prefix = 0;
  Wide unit = 1;
  for (; n / unit >= 1024; unit *= 1024) ++prefix;
  for (int decimals = 3; decimals >= 0; --decimals) {
    Wide power = 1;
    for (int i = 0; i < decimals; ++i) power *= 10;
    const auto rounded = static_cast<std::uint64_t>((2 * power * n + unit) / (2 * unit));
    if (rounded >= 1024 * power) return std::string("1.000") + "KMGTPEZ"[prefix] + "i";
    if (rounded >= 10000) continue;
    std::string digits = std::to_string(rounded);
    if (decimals > 0) digits.insert(digits.size() - static_cast<std::size_t>(decimals), ".");
    return digits + "KMGTPEZ"[prefix - 1] + "i";
  }
  return "";
}

TEST_CASE("digits are grouped in threes from the right", "[format]") {
  CHECK(GroupDigits(0) == "0");
  CHECK(GroupDigits(999) == "999");
  CHECK(GroupDigits(1000) == "1,000");
  CHECK(GroupDigits(-123456) == "-123,456");
  CHECK(GroupDigits(-1234567) == "-1,234,567");
}

TEST_CASE("prefixed numbers have four digits and never reach 1000 of a prefix", "[format]") {
  CHECK(ScaledSi(0) == "0");
  CHECK(ScaledSi(999) == "999");
  CHECK(ScaledSi(-999) == "-999");
  CHECK(ScaledSi(1000) == "1.000K");
  CHECK(ScaledSi(2147483648) == "2.147G");
  CHECK(ScaledSi(999949) == "999.9K");
  CHECK(ScaledSi(999950) == "1.000M");
  CHECK(ScaledSi(-999950) == "-1.000M");
  CHECK(ScaledSi(Quotient(99996, 100)) == "1.000K");
  CHECK(ScaledSi(Quotient(5, 2)) == "2.500");
  CHECK(ScaledSi(Quotient(1, 3)) == "0.3333");
  CHECK(ScaledSi(Quotient(1, 10000)) == "0.0001000");
  CHECK(ScaledSi(Quotient(1, 30000)) == "3.333e-5");
  CHECK(ScaledSi(123456, 2) == "120K");
  CHECK(ScaledSi(Pow(Rational(10), 32)) == "100.0Q");
  CHECK(ScaledSi(Pow(Rational(10), 33)) == "1.000e33");
  CHECK(ScaledSi(Pow(Rational(10), 33) - 1) == "1.000e33");
}

TEST_CASE("prefixed numbers agree with rounding on paper", "[format]") {
  std::mt19937 random(kSeed);
  INFO("seed " << kSeed);
  for (std::size_t length = 5; length <= 32; ++length) {
    for (int i = 0; i < 40; ++i) {
      std::string digits = RandomDigits(random, length);
      if (i % 4 == 0) digits.replace(0, 4, "9999");  // carries through all of them
      if (i % 5 == 0) digits.replace(4, length - 4, "5" + std::string(length - 5, '0'));  // a half
      CAPTURE(digits);
      CHECK(ScaledSi(Rational(Integer(digits))) == ScaledOnPaper(digits));
    }
  }
}

TEST_CASE("binary prefixes count by 1024", "[format]") {
  CHECK(ScaledBinary(0) == "0");
  CHECK(ScaledBinary(1023) == "1023");
  CHECK(ScaledBinary(1024) == "1.000Ki");
  CHECK(ScaledBinary(1536) == "1.500Ki");
  CHECK(ScaledBinary(1048575) == "1.000Mi");
  CHECK(ScaledBinary(-2147483648LL) == "-2.000Gi");
  CHECK(ScaledBinary(Quotient(5, 2)) == "2.500");
  CHECK(ScaledBinary(Quotient(10239996, 10000)) == "1.000Ki");
  CHECK(ScaledBinary(Pow(Rational(2), 109)) == "512.0Qi");
  CHECK(ScaledBinary(Pow(Rational(2), 110)) == "1.298e33");
  CHECK(ScaledBinary(Quotient(1, 30000)) == "3.333e-5");
}

TEST_CASE("binary prefixes agree with integer division on paper", "[format]") {
  std::mt19937_64 random(kSeed);
  INFO("seed " << kSeed);
  for (int i = 0; i < 2000; ++i) {
    const int bits = 11 + i % 50;
    std::uint64_t n = (random() >> (64 - bits)) | (std::uint64_t{1} << (bits - 1));
    if (i % 7 == 0) n = (std::uint64_t{1} << bits) - 1 - i % 3;
    CAPTURE(n);
    CHECK(ScaledBinary(Rational(Integer(n))) == BinaryOnPaper(n));
  }
}

TEST_CASE("only powers of two are lengths in K", "[format]") {
  CHECK(LengthText(0) == "0");
  CHECK(LengthText(64) == "64");
  CHECK(LengthText(512) == "512");
  CHECK(LengthText(1024) == "1K");
  CHECK(LengthText(131072) == "128K");
  CHECK(LengthText(1048576) == "1M");
  CHECK(LengthText(128000) == "128000");
  CHECK(LengthText(3072) == "3072");
  CHECK(LengthText(131073) == "131073");
  CHECK(LengthText(-1024) == "-1024");
}

TEST_CASE("a ratio has four digits, or is an integer", "[format]") {
  CHECK(RatioText(Quotient(16, 7)) == "2.286x");
  CHECK(RatioText(1) == "1.000x");
  CHECK(RatioText(0) == "0x");
  CHECK(RatioText(Quotient(1, 3)) == "0.3333x");
  CHECK(RatioText(Quotient(99994, 100)) == "999.9x");
  CHECK(RatioText(Quotient(99996, 100)) == "1,000x");
  CHECK(RatioText(Quotient(24999, 2)) == "12,500x");
  CHECK(RatioText(Quotient(-16, 7)) == "-2.286x");
  CHECK(RatioText(Quotient(1, 30000)) == "3.333e-5x");
}

TEST_CASE("fixed decimals agree with long division", "[format]") {
  CHECK(FixedText(Quotient(2, 3), 4) == "0.6667");
  CHECK(FixedText(Quotient(1, 2), 0) == "1");
  CHECK(FixedText(Quotient(-1, 2), 0) == "-1");
  CHECK(FixedText(Quotient(-1, 1000), 2) == "0.00");
  CHECK(FixedText(Quotient(9999, 1000), 2) == "10.00");
  std::mt19937 random(kSeed);
  INFO("seed " << kSeed);
  for (int i = 0; i < 1000; ++i) {
    const auto p = static_cast<std::int64_t>(random() % 1000003);
    const auto q = static_cast<std::int64_t>(random() % 997 + 1);
    const int decimals = i % 7;
    CAPTURE(p, q, decimals);
    CHECK(FixedText(Quotient(p, q), decimals) == DividedOnPaper(p, q, decimals));
  }
}

TEST_CASE("a cell is shown in its column's style", "[format]") {
  const Cell million = Integer(1048576);
  CHECK(CellText(million, {"a", "FLOPs"}, false) == "1.049M");
  CHECK(CellText(million, {"a", "tokens"}, false) == "1M");
  CHECK(CellText(million, {"a", "ratio"}, false) == "1,048,576x");
  CHECK(CellText(million, {"a", ""}, false) == "1048576");
  CHECK(CellText(million, {"a", "s"}, false) == "1048576");
  CHECK(CellText(million, OfStyle(NumberStyle::kBinary), false) == "1.000Mi");
  CHECK(CellText(million, {"a", "FLOPs"}, true) == "1,048,576");
  CHECK(CellText(Quotient(7, 2), {"a", "tokens"}, false) == "3.5");
  CHECK(CellText(Quotient(7, 2), {"a", "FLOPs"}, true) == "7/2");
  CHECK(CellText(Rational(7), {"a", "FLOPs"}, true) == "7");
  CHECK(CellText(Cell(), {"a", "FLOPs"}, true) == "-");
  CHECK(CellText(true, {"a", ""}, false) == "yes");
  CHECK(CellText(false, {"a", ""}, false) == "no");
  CHECK(CellText("text", {"a", "FLOPs"}, false) == "text");
}

TEST_CASE("a plain fraction shows all of itself, or that it does not", "[format]") {
  const Column plain{"a", ""};
  CHECK(CellText(Quotient(5, 2), plain, false) == "2.5");
  CHECK(CellText(Quotient(1, 3), plain, false) == "0.333333");
  CHECK(CellText(Quotient(20000001, 10000000), plain, false) == "2.00000");
  CHECK(CellText(Quotient(24999999, 2), plain, false) == "12499999.5");
  CHECK(CellText(Quotient(-1, 300000), plain, false) == "-3.33333e-6");
  CHECK(CellText(0.1, plain, false) == "0.1");
  CHECK(CellText(1.0 / 3, plain, false) == "0.333333");
}

TEST_CASE("seconds have small prefixes and no large ones", "[format]") {
  const Column seconds{"a", "s"};
  CHECK(CellText(0.0, seconds, false) == "0");
  CHECK(CellText(0.0012344, seconds, false) == "1.234m");
  CHECK(CellText(0.99996, seconds, false) == "1.000");
  CHECK(CellText(0.12, seconds, false) == "120.0m");
  CHECK(CellText(-2.5e-7, seconds, false) == "-250.0n");
  CHECK(CellText(1e-12, seconds, false) == "1.000p");
  CHECK(CellText(1e-13, seconds, false) == "1.000e-13");
  CHECK(CellText(86400.4, seconds, false) == "86400");
  CHECK(CellText(12.345678, seconds, true) == "12.345678");
}

TEST_CASE("numbers that are none are named in every style", "[format]") {
  const double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const char* unit : {"", "s", "FLOPs", "ratio", "tokens"}) {
    CHECK(CellText(infinity, {"a", unit}, false) == "inf");
    CHECK(CellText(-infinity, {"a", unit}, false) == "-inf");
    CHECK(CellText(nan, {"a", unit}, false) == "nan");
  }
}

TEST_CASE("data keep every digit", "[format]") {
  CHECK(DataText(Cell()).empty());
  CHECK(DataText(Integer("123456789012345678901234567890")) == "123456789012345678901234567890");
  CHECK(DataText(Quotient(-6, 4)) == "-3/2");
  CHECK(DataText(0.1) == "0.1");
  CHECK(DataText(true) == "true");
  CHECK(DataText("a,b") == "a,b");
}

}  // namespace
}  // namespace costcheck
