#include "claims/figure_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "claims/printed_unit.h"

namespace costcheck {
namespace {

constexpr int kDigits = 6;
constexpr double kLeastPlain = 1e-4, kMostPlain = 1e15;

/// "1234567.5" with separators.
std::string Separated(std::string text) {
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  std::size_t at = std::min(text.find('.'), text.size());
  while (at > first + 3) text.insert(at -= 3, ",");
  return text;
}

std::string WithoutZeros(std::string text) {
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string Rounded(double value, int digits) {
  const double size = std::abs(value);
  if (value == 0) return "0";
  if (!std::isfinite(value) || size < kLeastPlain || size >= kMostPlain) {
    return fmt::format("{:.{}g}", value, digits);
  }
  const int decimals = digits - 1 - static_cast<int>(std::floor(std::log10(size)));
  if (decimals >= 0) return Separated(WithoutZeros(fmt::format("{:.{}f}", value, decimals)));
  const double step = std::pow(10, -decimals);
  return Separated(fmt::format("{:.0f}", std::round(value / step) * step));
}

}  // namespace

std::string UnitText(const std::string& unit) {
  return unit.empty() || unit == "x" || unit == "%" ? unit : " " + unit;
}

std::string FigureText(double value) { return Rounded(value, kDigits); }

std::string FigureText(const Rational& value) {
  const bool whole = IsInteger(value) && abs(value) < Rational(Integer(1'000'000'000'000'000));
  return whole ? Separated(ToString(value)) : FigureText(ToDouble(value));
}

std::string FigureText(const Recomputed& value, const std::string& unit) {
  const Rational size = FindPrintedUnit(unit).size;
  if (const auto* exact = std::get_if<Rational>(&value)) {
    return FigureText(Rational(*exact / size)) + UnitText(unit);
  }
  if (const auto* real = std::get_if<double>(&value)) {
    return FigureText(*real / ToDouble(size)) + UnitText(unit);
  }
  return "";
}

std::string RangeText(const RationalInterval& range) {
  if (range.lower == range.upper) return FigureText(range.lower);
  const double lower = ToDouble(range.lower), upper = ToDouble(range.upper);
  int digits = kDigits;
  while (digits < 16 && Rounded(lower, digits) == Rounded(upper, digits)) ++digits;
  return Rounded(lower, digits) + " to " + Rounded(upper, digits);
}

std::string ChanceText(double chance) {
  if (chance < 1e-4) return "below 0.01%";
  return Rounded(100 * chance, 2) + "%";
}

std::string ListText(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
    text += words[i];
  }
  return text;
}

std::string Capitalized(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

}  // namespace costcheck
