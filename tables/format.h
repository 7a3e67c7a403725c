#pragma once

#include <string>

#include "costmodel/algebra/number.h"
#include "tables/table.h"

namespace costcheck {

// Every number is rounded once, from its exact value, halves away from zero.
// A zero is "0"; below 0.0001 comes the form 1.000e-5.

/// All decimal digits in groups of three: "-1,234,567".
std::string GroupDigits(const Integer& value);

/// `decimals` digits after the point: 2/3 -> "0.6667". Requires decimals >= 0.
std::string FixedText(const Rational& value, int decimals);

/// `digits` significant digits and a prefix for powers of 1000, K M G T P E Z Y
/// R Q: 999950 -> "1.000M". Integers below 1000 as they are; from 1000Q on
/// "1.000e33". Requires digits >= 1.
std::string ScaledSi(const Rational& value, int digits = 4);

/// The same for powers of 1024, Ki to Qi: 1536 -> "1.500Ki"; from 1024Qi on
/// "1.298e33".
std::string ScaledBinary(const Rational& value, int digits = 4);

/// A number of tokens: powers of two from 1024 on as "1K", "128K", "1M"; else all
/// digits, so that 128000 cannot be taken for another length.
std::string LengthText(const Integer& value);

/// Four significant digits: "2.286x"; from 1000 on an integer: "12,500x".
std::string RatioText(const Rational& value);

/// `digits` significant digits; below 1 with a prefix m, u, n, p: "1.234m"; above
/// with none, and whole seconds in full: "12.35", "86400". Requires digits >= 1.
std::string SecondsText(const Rational& value, int digits = 4);

/// The fewest digits that read back as the same double: "0.1"; "nan", "inf".
std::string ShortestText(double value);

/// The cell as people see it in that column; "-" for null, "yes", "no".
/// With `exact` all digits: grouped integers, "p/q", shortest doubles.
std::string CellText(const Cell& cell, const Column& column, bool exact);

/// The cell as data: ungrouped digits, "p/q", shortest double, "true", "false",
/// "" for null.
std::string DataText(const Cell& cell);

/// True for Integer, Rational and double.
bool IsNumber(const Cell& cell);

/// The column's style, with kByUnit resolved.
NumberStyle StyleOf(const Column& column);

}  // namespace costcheck
