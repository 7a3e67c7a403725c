#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "costmodel/algebra/number.h"

namespace costcheck {

/// What a printed unit is made of: "GiB" is 2^30 of "byte", "%" is 1/100 of "1".
struct PrintedUnit {
  Rational size;
  std::string base;
};

/// A unit in the singular; "" is 1. Three kinds (PrintedUnits lists them, docs/claim-files.md
/// explains them): units with a prefix k, M, G, T, P, E, Z (powers of 1000) or Ki, Mi, Gi, Ti, Pi
/// (of 1024), such as FLOP, B, parameter, token; units without, such as x, %, s, ms, day, nat,
/// epoch; and thousand, million, billion or trillion, alone or with a space before any of the
/// others. CostError with the nearest for any other text.
PrintedUnit FindPrintedUnit(std::string_view unit);

/// Every unit that FindPrintedUnit knows, but for those with a word of number before them.
std::vector<std::string> PrintedUnits();

}  // namespace costcheck
