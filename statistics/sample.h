#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

// The checks that all of this room makes of its input. Values and levels come from files of
// people, so what is wrong with them is a CostError; the caller, who knows the file, adds the
// place.

namespace costcheck {

/// CostError if there are fewer than `least` values, or one is NaN or infinite. `user` begins
/// the sentence: "The mean".
void CheckSample(std::span<const double> values, std::size_t least, std::string_view user);

/// CostError if the number of values is below `least`, for what knows only that number.
void CheckCount(std::size_t count, std::size_t least, std::string_view user);

/// CostError unless 0 < value < 1. `name` begins the sentence: "The level".
void CheckFraction(double value, std::string_view name);

/// CostError unless value is finite and above 0. `name` begins the sentence.
void CheckPositive(double value, std::string_view name);

/// a[i] - b[i]. CostError if the lengths differ, there is no pair, or a value is NaN or infinite.
std::vector<double> Differences(std::span<const double> a, std::span<const double> b);

}  // namespace costcheck
