#include "claims/statistic_names.h"

#include <algorithm>
#include <array>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

constexpr std::array<std::string_view, 20> kNames = {
    "mean",
    "geometric_mean",
    "median",
    "minimum",
    "maximum",
    "sd",
    "t_lower",
    "t_upper",
    "cohen_dz",
    "cohen_d_pooled",
    "smallest_p_one_sided",
    "smallest_p_two_sided",
    "sign_p_one_sided",
    "wilcoxon_p_one_sided",
    "wilcoxon_p_two_sided",
    "sign_flip_p_one_sided",
    "sign_flip_p_two_sided",
    "paired_t_p_two_sided",
    "count",
    "share_below_1",
};

/// In the order of the names.
constexpr std::array<std::string_view, kNames.size()> kPhrases = {
    "mean",
    "geometric mean",
    "median",
    "minimum",
    "maximum",
    "standard deviation",
    "lower end of the t interval",
    "upper end of the t interval",
    "effect size d_z",
    "effect size d with a pooled standard deviation",
    "smallest one-sided p that an exact test can give",
    "smallest two-sided p that an exact test can give",
    "one-sided p of the sign test",
    "one-sided p of the signed-rank test",
    "two-sided p of the signed-rank test",
    "one-sided p of the sign-flip test",
    "two-sided p of the sign-flip test",
    "two-sided p of the paired t test",
    "number",
    "share below 1",
};

}  // namespace

std::span<const std::string_view> StatisticNames() { return kNames; }

std::string_view StatisticPhrase(std::string_view name) {
  const auto* const found = std::find(kNames.begin(), kNames.end(), name);
  COSTCHECK_CHECK(found != kNames.end());
  return kPhrases[static_cast<std::size_t>(found - kNames.begin())];
}

}  // namespace costcheck
