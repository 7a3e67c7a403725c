#include "cli/printed.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "tables/format.h"

namespace costcheck {
namespace {

constexpr int kMostDigits = 9;  // a value of more digits needs no decimals
constexpr int kMoreDecimals = 2;

/// The power of ten that a suffix stands for.
std::optional<int> ExponentOf(std::string_view suffix) {
  if (suffix == "%") return -2;
  if (suffix == "x" || suffix.empty()) return 0;
  if (suffix.size() > 1 && suffix.back() == 'B') suffix.remove_suffix(1);
  constexpr std::string_view kPrefixes = "KMGTP";
  const std::size_t index = kPrefixes.find(suffix);
  if (suffix.size() != 1 || index == std::string_view::npos) return std::nullopt;
  return 3 * (static_cast<int>(index) + 1);
}

Rational PowerOfTen(int exponent) { return Pow(Rational(10), exponent); }

bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// Digits and their point, without the commas that group them.
std::optional<std::string> ReadNumber(std::string_view text) {
  std::string number;
  bool after_point = false;
  for (const char c : text) {
    if (c == ',' && !after_point) continue;
    if (c == '.' && std::exchange(after_point, true)) return std::nullopt;
    number += c;
  }
  const bool has_digit = std::any_of(number.begin(), number.end(), IsDigit);
  return has_digit ? std::optional(number) : std::nullopt;
}

}  // namespace

std::optional<Printed> ParsePrinted(std::string_view text) {
  const auto is_part = [](char c) { return IsDigit(c) || c == ',' || c == '.'; };
  const auto end = std::find_if_not(text.begin(), text.end(), is_part);
  const auto length = static_cast<std::size_t>(end - text.begin());
  const std::optional<std::string> number = ReadNumber(text.substr(0, length));
  const std::optional<int> exponent = ExponentOf(text.substr(length));
  if (!number || !exponent) return std::nullopt;
  const std::size_t point = std::min(number->find('.'), number->size() - 1);
  const int decimals = static_cast<int>(number->size() - 1 - point);
  const std::size_t sure = number->find_last_not_of('0');
  const bool rounded = number->find('.') == std::string::npos && sure != std::string::npos;
  const int zeros = rounded ? static_cast<int>(number->size() - 1 - sure) : 0;
  const Rational last = PowerOfTen(*exponent - decimals);
  return Printed{*ParseNumber(*number) * PowerOfTen(*exponent),
                 PowerOfTen(*exponent),
                 decimals,
                 last,
                 last * PowerOfTen(zeros),
                 std::string(text.substr(length))};
}

bool Agrees(const Printed& printed, const Rational& value) {
  return abs(value - printed.value) <= printed.last / 2;
}

std::optional<Rational> SlipFactor(const Printed& printed, const Rational& value) {
  for (const Rational& factor : {Rational(1000), Rational(1) / 1000}) {
    if (abs(value / factor - printed.value) < printed.last_sure) return factor;
  }
  return std::nullopt;
}

std::string InUnitOf(const Printed& printed, const Rational& value) {
  const Rational scaled = value / printed.scale;
  const int digits = static_cast<int>(ToString(Floor(abs(scaled))).size());
  const int decimals = std::clamp(kMostDigits - digits, 0, printed.decimals + kMoreDecimals);
  const std::string text = FixedText(scaled, decimals);
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string whole = GroupDigits(Integer(text.substr(0, point)));
  return whole + text.substr(point) + printed.suffix;
}

}  // namespace costcheck
