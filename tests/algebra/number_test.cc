#include "costmodel/algebra/number.h"

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "costmodel/algebra/rational_order.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();

Integer PowerOfTen(unsigned exponent) { return Integer("1" + std::string(exponent, '0')); }

Rational Parsed(std::string_view text) {
  const std::optional<Rational> value = ParseNumber(text);
  INFO(text);
  REQUIRE(value.has_value());
  return *value;
}

}  // namespace

TEST_CASE("an integer is narrowed where it fits and nowhere else", "[number]") {
  CHECK(ToInt64(Integer(kMost)) == kMost);
  CHECK(ToInt64(Integer(kLeast)) == kLeast);
  CHECK(ToInt64(Integer(0)) == 0);
  CHECK_FALSE(ToInt64(Integer(kMost) + 1).has_value());
  CHECK_FALSE(ToInt64(Integer(kLeast) - 1).has_value());
  CHECK_FALSE(ToInt64(PowerOfTen(40)).has_value());
}

TEST_CASE("a quotient of small integers is the nearest double", "[number]") {
  constexpr unsigned kSeed = 7;
  INFO("seed " << kSeed);
  std::mt19937_64 random(kSeed);
  for (int round = 0; round < 2000; ++round) {
    // Below 2^53 both are exact doubles, and the processor's division rounds once.
    const auto p = static_cast<std::int64_t>(random() >> (11 + random() % 50));
    const auto q = static_cast<std::int64_t>(random() >> (11 + random() % 50)) + 1;
    INFO(p << "/" << q);
    CHECK(ToDouble(Rational(p, q)) == static_cast<double>(p) / static_cast<double>(q));
    CHECK(ToDouble(Rational(-p, q)) == -static_cast<double>(p) / static_cast<double>(q));
  }
}

TEST_CASE("an integer of 64 bits rounds to double as the processor rounds it", "[number]") {
  std::mt19937_64 random(8);
  for (int round = 0; round < 2000; ++round) {
    const std::uint64_t value = random() >> (random() % 64);
    CHECK(ToDouble(Integer(value)) == static_cast<double>(value));
  }
  CHECK(ToDouble((Integer(1) << 53) + 1) == 9007199254740992.0);  // a tie goes to even
  CHECK(ToDouble((Integer(1) << 53) + 3) == 9007199254740996.0);
  CHECK(ToDouble(Rational((Integer(1) << 54) + 3, 2)) == 9007199254740994.0);
  // A tie but for one bit, 200 places further down.
  const Integer deep = Integer(1) << 200;
  CHECK(ToDouble(Rational(((Integer(1) << 54) + 2) * deep + 1, deep)) == 18014398509481988.0);
}

TEST_CASE("a double of a huge quotient does not overflow on the way", "[number]") {
  const Integer huge = PowerOfTen(400);
  CHECK(ToDouble(Rational(huge + 1, huge)) == 1.0);
  CHECK(ToDouble(Rational(3 * huge, 2 * huge)) == 1.5);
  CHECK(ToDouble(huge) == std::numeric_limits<double>::infinity());
  CHECK(ToDouble(-huge) == -std::numeric_limits<double>::infinity());
  CHECK(ToDouble(Rational(1, huge)) == 0.0);
  CHECK(ToDouble(Integer(0)) == 0.0);
  CHECK(ToDouble(PowerOfTen(308)) == 1e308);
}

TEST_CASE("the smallest doubles are rounded once", "[number]") {
  const double smallest = std::numeric_limits<double>::denorm_min();
  const Integer unit = Integer(1) << 1074;
  CHECK(ToDouble(Rational(1, unit)) == smallest);
  CHECK(ToDouble(Rational(1, 2 * unit)) == 0.0);  // a tie goes to even
  CHECK(ToDouble(Rational(3, 2 * unit)) == 2 * smallest);
  CHECK(ToDouble(Rational(5, 4 * unit)) == smallest);
  CHECK(ToDouble(Rational(3, 4 * unit)) == smallest);
  CHECK(ToDouble(Rational(1, 4 * unit)) == 0.0);
  // The first tie between subnormals; one bit more breaks it.
  CHECK(ToDouble(Rational((Integer(1) << 60) + 1, unit << 61)) == smallest);
}

TEST_CASE("greatest divisors and least multiples are never negative", "[number]") {
  CHECK(Gcd(12, -18) == 6);
  CHECK(Gcd(0, 0) == 0);
  CHECK(Gcd(0, -5) == 5);
  CHECK(Lcm(-4, 6) == 12);
  CHECK(Lcm(0, 6) == 0);
  for (int a = -12; a <= 12; ++a) {
    for (int b = -12; b <= 12; ++b) CHECK(Gcd(a, b) * Lcm(a, b) == std::abs(a * b));
  }
}

TEST_CASE("floor and ceil round to their side for every pair of signs", "[number]") {
  for (int a = -30; a <= 30; ++a) {
    for (int b = -7; b <= 7; ++b) {
      if (b == 0) continue;
      const double quotient = static_cast<double>(a) / b;
      INFO(a << "/" << b);
      CHECK(FloorDivide(a, b) == static_cast<int>(std::floor(quotient)));
      CHECK(Floor(Rational(a) / b) == static_cast<int>(std::floor(quotient)));
      CHECK(Ceil(Rational(a) / b) == static_cast<int>(std::ceil(quotient)));
    }
  }
  CHECK(FloorDivide(-PowerOfTen(30) - 1, PowerOfTen(15)) == -PowerOfTen(15) - 1);
}

TEST_CASE("the ceiling of a logarithm is the least sufficient power of two", "[number]") {
  for (int value = 1; value <= 5000; ++value) {
    int count = 0;
    while ((1 << count) < value) ++count;
    CHECK(CeilLog2(Integer(value)) == count);
  }
  CHECK(CeilLog2(Integer(1) << 200) == 200);
  CHECK(CeilLog2((Integer(1) << 200) + 1) == 201);
}

TEST_CASE("rational powers include negative and zero exponents", "[number]") {
  CHECK(Pow(Rational(2, 3), 3) == Rational(8, 27));
  CHECK(Pow(Rational(-2, 3), -3) == Rational(-27, 8));
  CHECK(Pow(Rational(-2, 3), -2) == Rational(9, 4));
  CHECK(Pow(Rational(0), 0) == 1);
  CHECK(Pow(Rational(0), 4) == 0);
  CHECK(ToString(Pow(Rational(-2), -1)) == "-1/2");
}

TEST_CASE("comparisons by lowest terms are those of the library", "[number]") {
  const std::vector<Rational> values = {Rational(-7, 3),
                                        Rational(-2),
                                        Rational(-1, 5),
                                        Rational(0),
                                        Rational(2, 11),
                                        Rational(3, 13),
                                        Rational(1),
                                        Rational(9, 2),
                                        Rational(PowerOfTen(40)),
                                        Rational(PowerOfTen(40), 7)};
  for (const Rational& a : values) {
    for (const Rational& b : values) {
      INFO(ToString(a) << ", " << ToString(b));
      CHECK(IsSame(a, b) == (a == b));
      CHECK(IsLess(a, b) == (a < b));
    }
  }
}

TEST_CASE("numbers print as digits or as a fraction in lowest terms", "[number]") {
  CHECK(ToString(Integer("123456789012345678901234567890")) == "123456789012345678901234567890");
  CHECK(ToString(Rational(-6, 4)) == "-3/2");
  CHECK(ToString(Rational(8, 4)) == "2");
  CHECK(Numerator(Rational(-6, 4)) == -3);
  CHECK(Denominator(Rational(-6, 4)) == 2);
  CHECK(IsInteger(Rational(8, 4)));
  CHECK_FALSE(IsInteger(Rational(8, 3)));
}

TEST_CASE("numbers read as people write them", "[number]") {
  CHECK(Parsed("12") == 12);
  CHECK(Parsed("+12") == 12);
  CHECK(Parsed("-3/4") == Rational(-3, 4));
  CHECK(Parsed("128K") == 131072);
  CHECK(Parsed("1M") == 1048576);
  CHECK(Parsed("2G") == Integer("2147483648"));
  CHECK(Parsed("1T") == Integer("1099511627776"));
  CHECK(Parsed("1.5K") == 1536);
  CHECK(Parsed("128000") == 128000);
  CHECK(Parsed("2.5") == Rational(5, 2));
  CHECK(Parsed(".5") == Rational(1, 2));
  CHECK(Parsed("5.") == 5);
  CHECK(Parsed("1e6") == 1000000);
  CHECK(Parsed("1E+6") == 1000000);
  CHECK(Parsed("25e-2") == Rational(1, 4));
  CHECK(Parsed("1e400") == PowerOfTen(400));
  CHECK(Parsed("1e10000") == PowerOfTen(10000));
  CHECK(Parsed("0010") == 10);  // no octal
  CHECK(Parsed("010/08") == Rational(5, 4));
  CHECK(Parsed("0.000") == 0);
  CHECK(Parsed("1K/1M") == Rational(1, 1024));
  CHECK(Parsed("-1.5K/3") == -512);
  CHECK(Parsed("-0") == 0);
  for (const std::string text : {"999999999999999999", "9999999999999999999",
                                 "18446744073709551616", "340282366920938463463"}) {
    CHECK(ToString(Parsed(text)) == text);
    CHECK(ToString(Parsed("000" + text)) == text);
  }
}

TEST_CASE("what is no number is not read as one", "[number]") {
  for (const char* text :
       {"",     "-",    "+",       ".",        "e6",  "1e",   "1e+",   "K",
        "12k",  "12KB", "1/0",     "1/",       "/2",  "1//2", "--1",   "1 2",
        " 1",   "0x10", "1e10001", "1e-10001", "nan", "inf",  "1,000", "1e99999999999999999999",
        "1/-2", "1.2.3"}) {
    INFO(text);
    CHECK_FALSE(ParseNumber(text).has_value());
  }
  CHECK(ParseNumber(std::string(10000, '9')) == Rational(PowerOfTen(10000) - 1));
  CHECK_FALSE(ParseNumber(std::string(10001, '9')).has_value());
  CHECK_FALSE(ParseNumber("1e" + std::string(1 << 20, '9')).has_value());
}

}  // namespace costcheck
