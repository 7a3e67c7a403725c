#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "costmodel/algebra/number.h"

namespace costcheck {

/// A number as a publication prints it: "2,147.5M", "0.18x", "67.1MB", "12.6%".
struct Printed {
  Rational value;      ///< 2147500000
  Rational scale;      ///< of the suffix: 1000000
  int decimals;        ///< after the point: 1
  Rational last;       ///< one unit of the last digit: 100000
  Rational last_sure;  ///< of the last digit that is no trailing zero: all of "500" may be rounded
  std::string suffix;  ///< "M"
};

/// Nothing unless the text is such a number. K, M, G, T and P are powers of
/// 1000, a B after them says bytes, % is 1/100, x is a ratio.
std::optional<Printed> ParsePrinted(std::string_view text);

/// Whether the value rounds to what is printed.
bool Agrees(const Printed& printed, const Rational& value);

/// 1000 or 1/1000 where the value is that many times what is printed, to within
/// one unit of the last digit that is no trailing zero; else nothing. Sources
/// cut off digits as well as round them.
std::optional<Rational> SlipFactor(const Printed& printed, const Rational& value);

/// The value in the printed unit with two more decimals: "17,179.869M".
std::string InUnitOf(const Printed& printed, const Rational& value);

}  // namespace costcheck
