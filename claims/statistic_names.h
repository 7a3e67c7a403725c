#pragma once

#include <span>
#include <string_view>

namespace costcheck {

/// Begins the expression of a reading that is another figure of the same cells:
/// "statistic:cohen_dz".
inline constexpr std::string_view kStatisticReading = "statistic:";

/// Every name that ClaimStatistic::name may have; statistic.h says what each is.
std::span<const std::string_view> StatisticNames();

/// For a sentence: "geometric mean", "one-sided p of the sign test".
std::string_view StatisticPhrase(std::string_view name);

}  // namespace costcheck
