#include "costmodel/algebra/number.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

using boost::multiprecision::msb;

constexpr int kLargestExponent = 10000;
constexpr std::size_t kMostDigits = 10000;  // reading takes time quadratic in them
constexpr std::size_t kDigitsOf64Bits = std::numeric_limits<std::int64_t>::digits10;
/// Bits of a quotient before it is rounded to the 53 of a double, or fewer.
constexpr int kQuotientBits = 64;

bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// Reads the characters of a number one kind at a time.
class NumberReader {
 public:
  explicit NumberReader(std::string_view text) : rest_(text) {}

  bool Take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view TakeDigits() {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), IsDigit);
    const std::string_view digits = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(digits.size());
    return digits;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

/// `digits` holds decimal digits only. A leading 0 would mean octal to the library.
Integer DecimalInteger(std::string_view digits) {
  if (digits.size() <= kDigitsOf64Bits) {
    std::int64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  }
  const std::size_t start = std::min(digits.find_first_not_of('0'), digits.size());
  const std::string significant(digits.substr(start));
  return significant.empty() ? Integer(0) : Integer(significant);
}

/// The exponent after 'e', nothing if there are no digits or it is too large.
std::optional<int> ReadExponent(NumberReader& reader) {
  const bool negative = reader.Take('-');
  if (!negative) reader.Take('+');
  const std::string_view digits = reader.TakeDigits();
  if (digits.empty() || digits.size() > kMostDigits) return std::nullopt;
  const Integer exponent = DecimalInteger(digits);
  if (exponent > kLargestExponent) return std::nullopt;
  const int size = static_cast<int>(*ToInt64(exponent));
  return negative ? -size : size;
}

/// Digits with an optional fraction and exponent: "12", "2.5", ".5", "1e6".
std::optional<Rational> ReadDecimal(NumberReader& reader) {
  const std::string_view whole = reader.TakeDigits();
  const std::string_view fraction = reader.Take('.') ? reader.TakeDigits() : "";
  const std::size_t count = whole.size() + fraction.size();
  if (count == 0 || count > kMostDigits) return std::nullopt;
  int exponent = -static_cast<int>(fraction.size());
  if (reader.Take('e') || reader.Take('E')) {
    const std::optional<int> written = ReadExponent(reader);
    if (!written) return std::nullopt;
    exponent += *written;
  }
  const Rational digits(DecimalInteger(std::string(whole) + std::string(fraction)));
  return exponent == 0 ? digits : digits * Pow(Rational(10), exponent);
}

/// A decimal with a suffix: K, M, G, T.
std::optional<Rational> ReadSize(NumberReader& reader) {
  std::optional<Rational> size = ReadDecimal(reader);
  const std::string_view suffixes = "KMGT";
  for (std::size_t i = 0; size && i < suffixes.size(); ++i) {
    if (reader.Take(suffixes[i])) return *size * Rational(Integer(1) << (10 * (i + 1)));
  }
  return size;
}

/// The double nearest to the quotient of two positive integers, ties to even.
double RoundedQuotient(const Integer& numerator, const Integer& denominator) {
  const int shift =
      kQuotientBits - (static_cast<int>(msb(numerator)) - static_cast<int>(msb(denominator)));
  const Integer scaled = shift > 0 ? Integer(numerator << shift) : numerator;
  const Integer divisor = shift < 0 ? Integer(denominator << -shift) : denominator;
  Integer quotient, remainder;
  boost::multiprecision::divide_qr(scaled, divisor, quotient, remainder);
  // Subnormal results have fewer than 53 bits: round once, at the right place.
  const int exponent = static_cast<int>(msb(quotient)) - shift;
  const int kept =
      std::clamp(exponent - (std::numeric_limits<double>::min_exponent - 1) + 53, 0, 53);
  const int dropped = static_cast<int>(msb(quotient)) + 1 - kept;
  const Integer unit = Integer(1) << dropped;
  Integer rounded = quotient / unit;
  const Integer twice = 2 * (quotient % unit);
  const bool odd = (rounded & 1) != 0;
  if (twice > unit || (twice == unit && (remainder != 0 || odd))) ++rounded;
  return std::ldexp(static_cast<double>(*ToInt64(rounded)), dropped - shift);
}

}  // namespace

std::optional<std::int64_t> ToInt64(const Integer& value) {
  using Limits = std::numeric_limits<std::int64_t>;
  if (value < Limits::min() || value > Limits::max()) return std::nullopt;
  return value.convert_to<std::int64_t>();
}

double ToDouble(const Integer& value) { return ToDouble(Rational(value)); }

double ToDouble(const Rational& value) {
  if (value == 0) return 0;
  const Integer numerator = abs(Numerator(value));
  const double size = RoundedQuotient(numerator, Denominator(value));
  return value < 0 ? -size : size;
}

Integer Numerator(const Rational& value) { return boost::multiprecision::numerator(value); }

Integer Denominator(const Rational& value) { return boost::multiprecision::denominator(value); }

bool IsInteger(const Rational& value) { return Denominator(value) == 1; }

Integer Gcd(const Integer& a, const Integer& b) { return abs(gcd(a, b)); }

Integer Lcm(const Integer& a, const Integer& b) {
  if (a == 0 || b == 0) return 0;
  return abs(a / Gcd(a, b) * b);
}

Integer FloorDivide(const Integer& dividend, const Integer& divisor) {
  COSTCHECK_CHECK(divisor != 0);
  Integer quotient, remainder;
  boost::multiprecision::divide_qr(dividend, divisor, quotient, remainder);
  if (remainder != 0 && (remainder < 0) != (divisor < 0)) --quotient;
  return quotient;
}

Integer Floor(const Rational& value) { return FloorDivide(Numerator(value), Denominator(value)); }

Integer Ceil(const Rational& value) { return -Floor(-value); }

int CeilLog2(const Integer& value) {
  COSTCHECK_CHECK(value >= 1);
  return value == 1 ? 0 : static_cast<int>(msb(value - 1)) + 1;
}

Rational Pow(const Rational& base, int exponent) {
  COSTCHECK_CHECK(base != 0 || exponent >= 0);
  const unsigned size = static_cast<unsigned>(std::abs(exponent));
  const Integer top = pow(Numerator(base), size), bottom = pow(Denominator(base), size);
  if (exponent >= 0) return Rational(top, bottom);
  return top < 0 ? Rational(-bottom, -top) : Rational(bottom, top);
}

std::string ToString(const Integer& value) { return value.str(); }

std::string ToString(const Rational& value) {
  const std::string top = ToString(Numerator(value));
  return IsInteger(value) ? top : top + "/" + ToString(Denominator(value));
}

std::optional<Rational> ParseNumber(std::string_view text) {
  NumberReader reader(text);
  const bool negative = reader.Take('-');
  if (!negative) reader.Take('+');
  std::optional<Rational> size = ReadSize(reader);
  if (size && reader.Take('/')) {
    const std::optional<Rational> divisor = ReadSize(reader);
    if (!divisor || *divisor == 0) return std::nullopt;
    *size /= *divisor;
  }
  if (!size || !reader.rest().empty()) return std::nullopt;
  return negative ? Rational(-*size) : size;
}

}  // namespace costcheck
