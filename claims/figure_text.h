#pragma once

#include <string>
#include <vector>

#include "claims/outcome.h"
#include "costmodel/algebra/number.h"

// Numbers in sentences: six significant digits, separators of thousands, and no exponent from 1e-4
// to 1e15 ("2,111,060,000", "0.0414365"). Zeros behind the point that say nothing are left out.

namespace costcheck {

std::string FigureText(double value);
/// Whole numbers below 1e15 with all their digits: "2,147,483,648".
std::string FigureText(const Rational& value);

/// A unit as it stands behind a figure: "x" and "%" without a space.
std::string UnitText(const std::string& unit);

/// In the unit that was claimed, and with it: "2,111,062,325 MFLOP", "18.18%", "0.0909x", "640".
/// "" for no value. The unit is one that FindPrintedUnit (printed_unit.h) knows.
std::string FigureText(const Recomputed& value, const std::string& unit);

/// "1.0895 to 1.0905", or one figure for a point; with as many digits as tell the two apart.
std::string RangeText(const RationalInterval& range);

/// A probability: "1.2%", "below 0.01%".
std::string ChanceText(double chance);

/// "a", "a and b", "a, b and c".
std::string ListText(const std::vector<std::string>& words);

/// The first letter in upper case.
std::string Capitalized(std::string text);

}  // namespace costcheck
