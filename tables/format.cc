#include "tables/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

constexpr std::array<const char*, 11> kPrefixes = {"",  "K", "M", "G", "T", "P",
                                                   "E", "Z", "Y", "R", "Q"};
constexpr std::array<const char*, 5> kSmallPrefixes = {"", "m", "u", "n", "p"};
constexpr int kDigits = 4;
constexpr int kPlainDigits = 6;
/// Below 10^-4 leading zeros take more room than an exponent.
constexpr int kLeastPlainExponent = -4;

/// mantissa * 10^(exponent - digits + 1), the mantissa having `digits` digits.
struct Significant {
  Integer mantissa;
  int exponent;
};

Rational Magnitude(const Rational& value) { return value < 0 ? Rational(-value) : value; }

std::string Signed(const Rational& value, const std::string& magnitude) {
  return value < 0 ? "-" + magnitude : magnitude;
}

/// Requires value >= 0.
Integer Round(const Rational& value) {
  return FloorDivide(2 * Numerator(value) + Denominator(value), 2 * Denominator(value));
}

/// e with 10^e <= value < 10^(e+1). Requires value > 0. With a digits above the
/// fraction bar and b below, the value lies between 10^(a-b-1) and 10^(a-b+1).
int DecimalExponent(const Rational& value) {
  const int above = static_cast<int>(ToString(Numerator(value)).size());
  const int below = static_cast<int>(ToString(Denominator(value)).size());
  const int guess = above - below;
  return value < Pow(Rational(10), guess) ? guess - 1 : guess;
}

/// Requires value > 0.
Significant RoundTo(const Rational& value, int digits) {
  COSTCHECK_CHECK(digits >= 1);
  int exponent = DecimalExponent(value);
  Integer mantissa = Round(value * Pow(Rational(10), digits - 1 - exponent));
  if (mantissa == Numerator(Pow(Rational(10), digits))) {  // 9999.5 became 10000
    mantissa /= 10;
    ++exponent;
  }
  return {mantissa, exponent};
}

/// mantissa / 10^decimals, all digits. Requires mantissa >= 0.
std::string WithPoint(const Integer& mantissa, int decimals) {
  if (decimals <= 0) return ToString(Integer(mantissa * Numerator(Pow(Rational(10), -decimals))));
  const auto places = static_cast<std::size_t>(decimals);
  std::string digits = ToString(mantissa);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  return digits.insert(digits.size() - places, ".");
}

std::string Scientific(const Significant& rounded, int digits) {
  return fmt::format("{}e{}", WithPoint(rounded.mantissa, digits - 1), rounded.exponent);
}

bool IsIntegerBelow(const Rational& magnitude, int bound) {
  return IsInteger(magnitude) && magnitude < bound;
}

/// All digits of an integer, and of a decimal fraction of at most six digits;
/// else six significant digits, and one after the point at least.
std::string PlainText(const Rational& value) {
  if (IsInteger(value)) return ToString(value);
  const Significant rounded = RoundTo(Magnitude(value), kPlainDigits);
  if (rounded.exponent < kLeastPlainExponent) {
    return Signed(value, Scientific(rounded, kPlainDigits));
  }
  const int decimals = std::max(1, kPlainDigits - 1 - rounded.exponent);
  std::string text = FixedText(value, decimals);
  const bool all_shown = IsInteger(value * Pow(Rational(10), decimals));
  if (all_shown) text.erase(text.find_last_not_of('0') + 1);
  return text;
}

std::string Styled(const Rational& value, NumberStyle style) {
  switch (style) {
    case NumberStyle::kScaled:
      return ScaledSi(value);
    case NumberStyle::kBinary:
      return ScaledBinary(value);
    case NumberStyle::kRatio:
      return RatioText(value);
    case NumberStyle::kTime:
      return SecondsText(value);
    case NumberStyle::kLength:
      return IsInteger(value) ? LengthText(Numerator(value)) : PlainText(value);
    default:
      return PlainText(value);
  }
}

/// What CellText says of each type of cell.
struct CellPrinter {
  NumberStyle style;
  bool exact;

  std::string operator()(std::monostate) const { return "-"; }
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(bool value) const { return value ? "yes" : "no"; }
  std::string operator()(const Integer& value) const { return (*this)(Rational(value)); }
  std::string operator()(const Rational& value) const {
    if (!exact) return Styled(value, style);
    return IsInteger(value) ? GroupDigits(Numerator(value)) : ToString(value);
  }
  std::string operator()(double value) const {
    if (exact || !std::isfinite(value)) return ShortestText(value);
    if (style == NumberStyle::kPlain) return fmt::format("{:.{}g}", value, kPlainDigits);
    return Styled(Rational(value), style);
  }
};

struct DataPrinter {
  std::string operator()(std::monostate) const { return ""; }
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(const Integer& value) const { return ToString(value); }
  std::string operator()(const Rational& value) const { return ToString(value); }
  std::string operator()(double value) const { return ShortestText(value); }
};

}  // namespace

std::string GroupDigits(const Integer& value) {
  std::string digits = ToString(value);
  const std::size_t first = value < 0 ? 1 : 0;
  for (std::size_t end = digits.size(); end > first + 3; end -= 3) digits.insert(end - 3, ",");
  return digits;
}

std::string FixedText(const Rational& value, int decimals) {
  COSTCHECK_CHECK(decimals >= 0);
  const Integer mantissa = Round(Magnitude(value) * Pow(Rational(10), decimals));
  const std::string magnitude = WithPoint(mantissa, decimals);
  return mantissa == 0 ? magnitude : Signed(value, magnitude);  // never "-0.00"
}

std::string ScaledSi(const Rational& value, int digits) {
  const Rational magnitude = Magnitude(value);
  if (IsIntegerBelow(magnitude, 1000)) return ToString(value);
  const Significant rounded = RoundTo(magnitude, digits);
  const auto thousands = static_cast<std::size_t>(std::max(0, rounded.exponent) / 3);
  if (rounded.exponent < kLeastPlainExponent || thousands >= kPrefixes.size()) {
    return Signed(value, Scientific(rounded, digits));
  }
  const int decimals = digits - 1 - rounded.exponent + 3 * static_cast<int>(thousands);
  return Signed(value, WithPoint(rounded.mantissa, decimals) + kPrefixes[thousands]);
}

std::string ScaledBinary(const Rational& value, int digits) {
  Rational scaled = Magnitude(value);
  if (IsIntegerBelow(scaled, 1024)) return ToString(value);
  std::size_t prefix = 0;
  Significant rounded = RoundTo(scaled, digits);
  const auto reaches_next = [&] {
    return Rational(rounded.mantissa) * Pow(Rational(10), rounded.exponent - digits + 1) >= 1024;
  };
  while (reaches_next() && prefix + 1 < kPrefixes.size()) {
    scaled /= 1024;
    rounded = RoundTo(scaled, digits);
    ++prefix;
  }
  if (reaches_next() || rounded.exponent < kLeastPlainExponent) {
    return Signed(value, Scientific(RoundTo(Magnitude(value), digits), digits));
  }
  const std::string unit = prefix == 0 ? "" : kPrefixes[prefix] + std::string("i");
  return Signed(value, WithPoint(rounded.mantissa, digits - 1 - rounded.exponent) + unit);
}

std::string LengthText(const Integer& value) {
  if (value < 1024 || (value & (value - 1)) != 0) return ToString(value);
  Integer rest = value;
  std::size_t prefix = 0;
  for (; rest >= 1024 && prefix + 1 < kPrefixes.size(); rest /= 1024) ++prefix;
  return ToString(rest) + kPrefixes[prefix];
}

std::string RatioText(const Rational& value) {
  if (value == 0) return "0x";
  const Rational magnitude = Magnitude(value);
  const Significant rounded = RoundTo(magnitude, kDigits);
  if (rounded.exponent >= 3) return Signed(value, GroupDigits(Round(magnitude)) + "x");
  if (rounded.exponent < kLeastPlainExponent) {
    return Signed(value, Scientific(rounded, kDigits) + "x");
  }
  return Signed(value, WithPoint(rounded.mantissa, kDigits - 1 - rounded.exponent) + "x");
}

std::string SecondsText(const Rational& value, int digits) {
  if (value == 0) return "0";
  const Significant rounded = RoundTo(Magnitude(value), digits);
  if (rounded.exponent >= 0) {
    return FixedText(value, std::max(0, digits - 1 - rounded.exponent));
  }
  const int thousandths = (2 - rounded.exponent) / 3;
  if (thousandths >= static_cast<int>(kSmallPrefixes.size())) {
    return Signed(value, Scientific(rounded, digits));
  }
  const int decimals = digits - 1 - (rounded.exponent + 3 * thousandths);
  return Signed(value, WithPoint(rounded.mantissa, decimals) +
                           kSmallPrefixes[static_cast<std::size_t>(thousandths)]);
}

std::string ShortestText(double value) { return fmt::format("{}", value); }

std::string CellText(const Cell& cell, const Column& column, bool exact) {
  return std::visit(CellPrinter{StyleOf(column), exact}, cell);
}

std::string DataText(const Cell& cell) { return std::visit(DataPrinter{}, cell); }

bool IsNumber(const Cell& cell) {
  return std::holds_alternative<Integer>(cell) || std::holds_alternative<Rational>(cell) ||
         std::holds_alternative<double>(cell);
}

NumberStyle StyleOf(const Column& column) {
  if (column.style != NumberStyle::kByUnit) return column.style;
  if (column.unit.empty()) return NumberStyle::kPlain;
  if (column.unit == "tokens") return NumberStyle::kLength;
  if (column.unit == "ratio") return NumberStyle::kRatio;
  return column.unit == "s" ? NumberStyle::kTime : NumberStyle::kScaled;
}

}  // namespace costcheck
