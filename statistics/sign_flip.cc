#include "statistics/sign_flip.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "statistics/random.h"
#include "statistics/sample.h"
#include "statistics/summary.h"

namespace costcheck {
namespace {

/// The differences but zeros, whose flips change no sum, times a power of 2 that brings the largest
/// near 1: exact, and no sum overflows. Turned about for kLess, so that large sums are the extreme
/// ones.
std::vector<double> Scaled(std::span<const double> differences, Alternative alternative) {
  const int exponent = std::ilogb(LargestMagnitude(differences));
  const double sign = alternative == Alternative::kLess ? -1 : 1;
  std::vector<double> scaled;
  for (const double value : differences) {
    if (value != 0) scaled.push_back(sign * std::scalbn(value, -exponent));
  }
  return scaled;
}

/// The sums of all sign choices, ascending: each value merges the sums less it and plus it.
std::vector<double> SignedSums(std::span<const double> magnitudes) {
  std::vector<double> sums = {0.0};
  for (const double magnitude : magnitudes) {
    std::vector<double> less(sums), more(sums), merged(2 * sums.size());
    for (double& sum : less) sum -= magnitude;
    for (double& sum : more) sum += magnitude;
    std::merge(less.begin(), less.end(), more.begin(), more.end(), merged.begin());
    sums.swap(merged);
  }
  return sums;
}

/// Of all pairs of a left and a right sum, those that together reach the threshold.
std::uint64_t PairsReaching(const std::vector<double>& left, const std::vector<double>& right,
                            double threshold) {
  std::uint64_t pairs = 0;
  std::size_t first = right.size();  // right[first..] reach it with the left sum at hand
  for (const double sum : left) {
    while (first > 0 && sum + right[first - 1] >= threshold) --first;
    pairs += right.size() - first;
  }
  return pairs;
}

/// The part of all flips whose sum reaches the threshold.
double ExactTail(std::span<const double> magnitudes, double threshold) {
  const std::size_t half = magnitudes.size() / 2;
  const std::uint64_t flips = PairsReaching(SignedSums(magnitudes.first(half)),
                                            SignedSums(magnitudes.subspan(half)), threshold);
  return std::ldexp(static_cast<double>(flips), -static_cast<int>(magnitudes.size()));
}

double RandomSum(std::span<const double> magnitudes, RandomSource& random) {
  double sum = 0;
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < magnitudes.size(); ++i) {
    if (i % 64 == 0) bits = random.Bits();
    sum += (bits >> (i % 64) & 1) != 0 ? magnitudes[i] : -magnitudes[i];
  }
  return sum;
}

double DrawnTail(std::span<const double> magnitudes, double threshold, bool two_sided,
                 const SignFlipOptions& options) {
  RandomSource random(options.seed);
  std::uint64_t reached = 0;
  for (std::uint64_t i = 0; i < options.flips; ++i) {
    const double sum = RandomSum(magnitudes, random);
    if ((two_sided ? std::abs(sum) : sum) >= threshold) ++reached;
  }
  return (static_cast<double>(reached) + 1) / (static_cast<double>(options.flips) + 1);
}

}  // namespace

TestResult SignFlipTest(std::span<const double> differences, Alternative alternative,
                        const SignFlipOptions& options) {
  CheckSample(differences, 1, "The sign-flip test");
  CheckCount(options.flips, 1, "The number of random flips");
  if (LargestMagnitude(differences) == 0) return {1, true};
  const bool two_sided = alternative == Alternative::kTwoSided;
  std::vector<double> values = Scaled(differences, alternative);
  const double observed = two_sided ? std::abs(Sum(values)) : Sum(values);
  for (double& value : values) value = std::abs(value);
  const double threshold = observed - kTieTolerance * Sum(values);
  // Every flip is at least as far from 0 as a sum of 0.
  if (two_sided && threshold <= 0) return {1, true};
  if (values.size() > kMostExactFlips) {
    return {DrawnTail(values, threshold, two_sided, options), false};
  }
  // Each flip and its mirror image have opposite sums: both tails are equal.
  return {(two_sided ? 2 : 1) * ExactTail(values, threshold), true};
}

}  // namespace costcheck
