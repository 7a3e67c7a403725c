#include "claims/printed_number.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>

#include "claims/printed_unit.h"
#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

constexpr int kMostDigits = 100;
constexpr int kLargestExponent = 300;  // so that a value and its slips are doubles as well

bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// The digits of a printed number without their separators.
struct Digits {
  bool negative = false;
  std::string whole, fraction;
  bool has_point = false;
  int exponent = 0;
};

/// Takes a printed number apart, from its front.
class DigitReader {
 public:
  explicit DigitReader(std::string_view text) : rest_(text) {}

  bool Take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::string TakeDigits() {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), IsDigit);
    const auto size = static_cast<std::size_t>(end - rest_.begin());
    const std::string digits(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return digits;
  }

  bool AtEnd() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

/// "2,147": one to three digits, then groups of three; or digits without separators.
std::optional<std::string> ReadWhole(DigitReader& reader) {
  std::string whole = reader.TakeDigits();
  const bool separable = !whole.empty() && whole.size() <= 3;
  while (reader.Take(',')) {
    const std::string group = reader.TakeDigits();
    if (!separable || group.size() != 3) return std::nullopt;
    whole += group;
  }
  return whole;
}

std::optional<int> ReadExponent(DigitReader& reader) {
  const bool negative = reader.Take('-');
  if (!negative) reader.Take('+');
  const std::string digits = reader.TakeDigits();
  if (digits.empty() || digits.size() > 4) return std::nullopt;
  const int size = std::stoi(digits);
  return negative ? -size : size;
}

/// Nothing for text that has not the form of a number.
std::optional<Digits> ReadDigits(std::string_view text) {
  DigitReader reader(text);
  Digits digits;
  digits.negative = reader.Take('-');
  if (!digits.negative) reader.Take('+');
  const std::optional<std::string> whole = ReadWhole(reader);
  if (!whole) return std::nullopt;
  digits.whole = *whole;
  digits.has_point = reader.Take('.');
  if (digits.has_point) digits.fraction = reader.TakeDigits();
  if (digits.has_point ? digits.fraction.empty() : digits.whole.empty()) return std::nullopt;
  if (reader.Take('e') || reader.Take('E')) {
    const std::optional<int> exponent = ReadExponent(reader);
    if (!exponent) return std::nullopt;
    digits.exponent = *exponent;
  }
  return reader.AtEnd() ? std::optional(digits) : std::nullopt;
}

std::string Quoted(std::string_view text) {
  constexpr std::size_t kMostShown = 60;
  const bool whole = text.size() <= kMostShown;
  return "'" + std::string(text.substr(0, kMostShown)) + (whole ? "'" : "...'");
}

/// Zeros at the end that do not count.
int Zeros(const std::string& significant, std::string_view text, int digits, bool has_point) {
  const int most = static_cast<int>(significant.size());
  const std::size_t last = significant.find_last_not_of('0');
  const int sure = has_point || most == 0 ? most : static_cast<int>(last) + 1;
  if (digits == 0) return most - sure;
  if (digits >= sure && digits <= most && most > 0) return most - digits;
  const std::string range =
      std::to_string(sure) + (sure == most ? "" : " to " + std::to_string(most));
  throw CostError(Quoted(text) + " has " + range + " significant digits, not " +
                  std::to_string(digits));
}

Rational PowerOfTen(int exponent) { return Pow(Rational(10), exponent); }

void CheckSize(const Digits& digits, std::string_view text) {
  if (static_cast<int>(digits.whole.size() + digits.fraction.size()) > kMostDigits) {
    throw CostError(Quoted(text) + " has more than 100 digits");
  }
  if (std::abs(digits.exponent) > kLargestExponent) {
    throw CostError(Quoted(text) + " has an exponent beyond 300");
  }
}

}  // namespace

RationalInterval PrintedNumber::Rounded() const {
  const Rational half = step / 2;
  return {value - half, value + half};
}

RationalInterval PrintedNumber::Truncated() const {
  return {value > 0 ? value : Rational(value - step), value < 0 ? value : Rational(value + step)};
}

bool IsPrinted(std::string_view text) { return ReadDigits(text).has_value(); }

PrintedNumber ParsePrinted(std::string_view text, std::string_view unit, int digits) {
  const PrintedUnit found = FindPrintedUnit(unit);
  const std::optional<Digits> parts = ReadDigits(text);
  if (!parts) throw CostError(Quoted(text) + " is not a number as printed");
  CheckSize(*parts, text);
  const std::string all = parts->whole + parts->fraction;
  const std::string significant = all.substr(std::min(all.find_first_not_of('0'), all.size()));
  const int zeros = Zeros(significant, text, digits, parts->has_point);
  const Rational last =
      PowerOfTen(parts->exponent - static_cast<int>(parts->fraction.size())) * found.size;
  const Rational size = significant.empty() ? Rational(0) : Rational(Integer(significant)) * last;
  return {std::string(text), std::string(unit), parts->negative ? Rational(-size) : size,
          last * PowerOfTen(zeros), found.base};
}

}  // namespace costcheck
