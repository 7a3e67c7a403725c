#include "statistics/wilcoxon.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "statistics/sample.h"

namespace costcheck {
namespace {

/// Ranks are doubled throughout, so that the mean rank of ties is a whole number.
struct DoubledRanks {
  std::vector<std::size_t> ranks;  ///< of the differences that are not 0
  std::size_t total = 0;           ///< their sum
  std::size_t positive = 0;        ///< the part of positive differences
};

std::vector<double> ByMagnitude(std::span<const double> differences, Zeros zeros) {
  std::vector<double> sorted(differences.begin(), differences.end());
  if (zeros == Zeros::kDropped) std::erase(sorted, 0.0);
  std::sort(sorted.begin(), sorted.end(),
            [](double a, double b) { return std::abs(a) < std::abs(b); });
  return sorted;
}

DoubledRanks Rank(std::span<const double> differences, Zeros zeros) {
  const std::vector<double> sorted = ByMagnitude(differences, zeros);
  DoubledRanks result;
  for (std::size_t first = 0, end = 0; first < sorted.size(); first = end) {
    const double most = std::abs(sorted[first]) * (1 + kTieTolerance);
    while (end < sorted.size() && std::abs(sorted[end]) <= most) ++end;
    // The ranks first + 1 .. end have the mean (first + 1 + end) / 2.
    const std::size_t doubled = first + 1 + end;
    for (std::size_t i = first; i < end; ++i) {
      if (sorted[i] == 0) continue;
      result.ranks.push_back(doubled);
      result.total += doubled;
      if (sorted[i] > 0) result.positive += doubled;
    }
  }
  return result;
}

/// The probability that a sum of ranks, each in or out with probability 1/2, is at least `least`.
/// Doubles hold the multiples of 2^-n exactly to n = 53; beyond, all terms being positive, the
/// relative error stays below n units in the last place.
double ExactTail(const DoubledRanks& ranks, std::size_t least) {
  std::vector<double> law(ranks.total + 1);
  law[0] = 1;
  std::size_t reach = 0;
  for (const std::size_t rank : ranks.ranks) {
    reach += rank;
    for (std::size_t sum = reach; sum >= rank; --sum) law[sum] = (law[sum] + law[sum - rank]) / 2;
    for (std::size_t sum = 0; sum < rank; ++sum) law[sum] /= 2;
  }
  return std::accumulate(law.begin() + static_cast<std::ptrdiff_t>(least), law.end(), 0.0);
}

double NormalTail(const DoubledRanks& ranks, std::size_t least) {
  double variance = 0;
  for (const std::size_t rank : ranks.ranks) {
    variance += static_cast<double>(rank) * static_cast<double>(rank) / 4;
  }
  const double mean = static_cast<double>(ranks.total) / 2;
  // Half a rank for continuity is 1 of the doubled ones.
  const double z = (static_cast<double>(least) - 1 - mean) / std::sqrt(variance);
  return std::erfc(z / std::sqrt(2.0)) / 2;
}

}  // namespace

TestResult WilcoxonTest(std::span<const double> differences, Alternative alternative, Zeros zeros) {
  CheckSample(differences, 1, "The signed-rank test");
  const DoubledRanks ranks = Rank(differences, zeros);
  if (ranks.ranks.empty()) return {1, true};
  const bool exact = ranks.ranks.size() <= kMostExactRanks;
  const std::size_t negative = ranks.total - ranks.positive;
  // The law is symmetric: the lower tail of one sign's sum is the upper tail of the other's.
  std::size_t least = std::max(ranks.positive, negative);
  if (alternative == Alternative::kGreater) least = ranks.positive;
  if (alternative == Alternative::kLess) least = negative;
  const double tail = exact ? ExactTail(ranks, least) : NormalTail(ranks, least);
  return {std::min(1.0, alternative == Alternative::kTwoSided ? 2 * tail : tail), exact};
}

}  // namespace costcheck
