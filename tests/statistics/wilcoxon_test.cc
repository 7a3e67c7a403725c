#include "statistics/wilcoxon.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "costmodel/algebra/error.h"
#include "tests/catch.h"
#include "tests/statistics/samples.h"

namespace costcheck {
namespace {

/// Twice the mean rank of |value| among all: one and the number of smaller ones, and of those that
/// are not greater.
double DoubledRank(const std::vector<double>& values, double value) {
  double doubled = 1;
  for (const double other : values) {
    doubled += std::abs(other) < std::abs(value) ? 1 : 0;
    doubled += std::abs(other) <= std::abs(value) ? 1 : 0;
  }
  return doubled;
}

struct Tails {
  double less, greater, two_sided;
};

/// Every choice of signs, as the bits of a number.
Tails BruteForce(std::vector<double> values, Zeros zeros) {
  if (zeros == Zeros::kDropped) std::erase(values, 0.0);
  std::vector<double> ranks;
  double observed = 0;
  for (const double value : values) {
    if (value == 0) continue;
    ranks.push_back(DoubledRank(values, value));
    if (value > 0) observed += ranks.back();
  }
  double less = 0, greater = 0;
  for (std::uint64_t signs = 0; signs < std::uint64_t{1} << ranks.size(); ++signs) {
    double sum = 0;
    for (std::size_t i = 0; i < ranks.size(); ++i) sum += (signs >> i & 1) != 0 ? ranks[i] : 0;
    less += sum <= observed ? 1 : 0;
    greater += sum >= observed ? 1 : 0;
  }
  const double choices = std::ldexp(1, static_cast<int>(ranks.size()));
  return {less / choices, greater / choices, std::min(1.0, 2 * std::min(less, greater) / choices)};
}

void CheckTails(const std::vector<double>& values, const Tails& expected,
                Zeros zeros = Zeros::kDropped) {
  CAPTURE(values);
  CHECK(WilcoxonTest(values, Alternative::kLess, zeros).p == expected.less);
  CHECK(WilcoxonTest(values, Alternative::kGreater, zeros).p == expected.greater);
  CHECK(WilcoxonTest(values, Alternative::kTwoSided, zeros).p == expected.two_sided);
}

}  // namespace

TEST_CASE("The law of tied ranks is that of every choice of signs",
          "[statistics][wilcoxon][random]") {
  const std::uint64_t seed = 4201;
  CAPTURE(seed);
  RandomSource random(seed);
  for (std::size_t n = 1; n <= 12; ++n) {
    for (int repeat = 0; repeat < 8; ++repeat) {
      const std::vector<double> values = TiedDraws(random, n);
      CheckTails(values, BruteForce(values, Zeros::kDropped));
      CheckTails(values, BruteForce(values, Zeros::kRanked), Zeros::kRanked);
    }
  }
}

// scipy.stats.wilcoxon(x, alternative=..., mode="exact"); SciPy 1.10.1.
TEST_CASE("The test of eleven differences is SciPy's", "[statistics][wilcoxon]") {
  CheckTails(kEleven, {0.98388671875, 0.02099609375, 0.0419921875});
  CHECK(WilcoxonTest(kEleven, Alternative::kLess).exact);
}

TEST_CASE("Small samples give the p worked by hand", "[statistics][wilcoxon]") {
  // Ranks 1, 2, 3; W = 2 + 3 = 5 of the sums 0 1 2 3 3 4 5 6.
  CheckTails({-1, 20, 300}, {7.0 / 8, 2.0 / 8, 4.0 / 8});
  // Ranks 1.5, 1.5; W = 1.5 of the sums 0 1.5 1.5 3.
  CheckTails({-4, 4}, {3.0 / 4, 3.0 / 4, 1});
  CheckTails({0, 0, 0}, {1, 1, 1});
  CheckTails({7}, {1, 0.5, 1});
}

TEST_CASE("Ranking the zeros moves the ranks of the rest", "[statistics][wilcoxon]") {
  // Dropped: ranks 1, 2, 3, and 3 is also 1 + 2. Ranked: 4, 5, 6, and 6 is no sum of others.
  const std::vector<double> values = {0, 0, 0, 1, 2, -3};
  CheckTails(values, {5.0 / 8, 5.0 / 8, 1});
  CheckTails(values, {5.0 / 8, 4.0 / 8, 1}, Zeros::kRanked);
}

TEST_CASE("Differences that tie on paper tie, whatever their last bits", "[statistics][wilcoxon]") {
  const std::vector<double> decimal = {0.3 - 0.1, 7.3 - 7.1, 5.1 - 5.3, 0.7 - 0.8, 3.4 - 3.3};
  CheckTails(decimal, BruteForce({2, 2, -2, -1, 1}, Zeros::kDropped));
}

TEST_CASE("A factor and every increasing change of magnitudes keep p", "[statistics][wilcoxon]") {
  const Tails same = {0.98388671875, 0.02099609375, 0.0419921875};
  CheckTails(Times(kEleven, 1e-300), same);
  CheckTails(Times(kEleven, 2e307), same);
  std::vector<double> cubes = kEleven;
  for (double& value : cubes) value = value * value * value;
  CheckTails(cubes, same);
  CheckTails(Times(kEleven, -1), {same.greater, same.less, same.two_sided});
}

TEST_CASE("The approximation for many differences goes on where the exact law ends",
          "[statistics][wilcoxon][random]") {
  const std::uint64_t seed = 4202;
  CAPTURE(seed);
  RandomSource random(seed);
  std::vector<double> values = NormalDraws(random, kMostExactRanks, 0.08);
  const TestResult exact = WilcoxonTest(values, Alternative::kGreater);
  CHECK(exact.exact);
  // The least rank more, of either sign, hardly moves W.
  values.push_back(1e-12);
  const TestResult normal = WilcoxonTest(values, Alternative::kGreater);
  CHECK_FALSE(normal.exact);
  CHECK(Near(normal.p, exact.p, 0.02));
  CHECK(Near(WilcoxonTest(values, Alternative::kTwoSided).p,
             2 * std::min(normal.p, WilcoxonTest(values, Alternative::kLess).p), 1e-9));
}

TEST_CASE("The approximation counts the observed sum in both tails", "[statistics][wilcoxon]") {
  // Ranks 1 .. 401 with alternating signs: W is 0.04 standard deviations from its mean, and
  // P(W = w) is nearly 1 / sqrt(2 pi 401 402 803 / 24).
  std::vector<double> values;
  for (int i = 1; i <= 401; ++i) values.push_back(i % 2 == 0 ? i : -i);
  const double both =
      WilcoxonTest(values, Alternative::kLess).p + WilcoxonTest(values, Alternative::kGreater).p;
  CHECK(Near(both - 1, 1.7178e-4, 0.01));
}

TEST_CASE("The exact law of many ranks sums to 1", "[statistics][wilcoxon]") {
  const std::vector<double> ones(kMostExactRanks, 1.0);
  CHECK(Near(WilcoxonTest(ones, Alternative::kLess).p, 1, 1e-12));
  CHECK(Near(WilcoxonTest(ones, Alternative::kGreater).p, std::ldexp(1, -400), 1e-12));
}

TEST_CASE("No differences, and one that is not a number, are refused", "[statistics][wilcoxon]") {
  CHECK_THROWS_AS(WilcoxonTest({}, Alternative::kLess), CostError);
  const std::vector<double> unknown = {1, std::nan("")};
  CHECK_THROWS_AS(WilcoxonTest(unknown, Alternative::kLess), CostError);
}

}  // namespace costcheck
