#include "statistics/sign_flip.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "costmodel/algebra/error.h"
#include "tests/catch.h"
#include "tests/statistics/samples.h"

namespace costcheck {
namespace {

struct Tails {
  double less, greater, two_sided;
};

/// Whole numbers, so that sums are exact and ties are ties.
void CountFlips(const std::vector<double>& values, std::size_t i, double sum, double observed,
                Tails& counts) {
  if (i == values.size()) {
    if (sum <= observed) ++counts.less;
    if (sum >= observed) ++counts.greater;
    if (std::abs(sum) >= std::abs(observed)) ++counts.two_sided;
    return;
  }
  CountFlips(values, i + 1, sum + values[i], observed, counts);
  CountFlips(values, i + 1, sum - values[i], observed, counts);
}

Tails BruteForce(const std::vector<double>& values) {
  double observed = 0;
  for (const double value : values) observed += value;
  Tails counts{};
  CountFlips(values, 0, 0, observed, counts);
  const double flips = std::ldexp(1, static_cast<int>(values.size()));
  return {counts.less / flips, counts.greater / flips, counts.two_sided / flips};
}

double P(const std::vector<double>& values, Alternative alternative) {
  return SignFlipTest(values, alternative).p;
}

void CheckTails(const std::vector<double>& values, const Tails& expected) {
  CAPTURE(values);
  CHECK(P(values, Alternative::kLess) == expected.less);
  CHECK(P(values, Alternative::kGreater) == expected.greater);
  CHECK(P(values, Alternative::kTwoSided) == expected.two_sided);
}

}  // namespace

TEST_CASE("Every flip is counted, as one by one", "[statistics][sign_flip][random]") {
  const std::uint64_t seed = 4101;
  CAPTURE(seed);
  RandomSource random(seed);
  for (std::size_t n = 1; n <= 13; ++n) {
    for (int repeat = 0; repeat < 8; ++repeat) {
      const std::vector<double> values = TiedDraws(random, n);
      CheckTails(values, BruteForce(values));
    }
  }
}

// scipy.stats.permutation_test((x,), lambda v, axis: v.mean(axis=axis),
//     permutation_type="samples", n_resamples=numpy.inf, alternative=...); SciPy 1.10.1.
TEST_CASE("The test of eleven differences is SciPy's", "[statistics][sign_flip]") {
  CheckTails(kEleven, {0.98291015625, 0.0185546875, 0.037109375});
  CHECK(SignFlipTest(kEleven, Alternative::kLess).exact);
}

TEST_CASE("Three differences give the p worked by hand", "[statistics][sign_flip]") {
  // Sums of +-1 +-2 +-4: the odd numbers from -7 to 7, once each. Observed: 5.
  CheckTails({-1, 2, 4}, {7.0 / 8, 2.0 / 8, 4.0 / 8});
  CheckTails({5}, {1, 0.5, 1});
  CheckTails({0, 0}, {1, 1, 1});
}

TEST_CASE("Differences that tie on paper tie, whatever their last bits",
          "[statistics][sign_flip]") {
  // On paper 0.2, 0.2, -0.2, -0.1, 0.1: each flip ties with its whole number counterpart.
  const std::vector<double> decimal = {0.3 - 0.1, 7.3 - 7.1, 5.1 - 5.3, 0.7 - 0.8, 3.4 - 3.3};
  CHECK(decimal[0] != decimal[1]);
  CheckTails(decimal, BruteForce({2, 2, -2, -1, 1}));
}

TEST_CASE("Neither a factor nor the largest and smallest numbers change p",
          "[statistics][sign_flip]") {
  for (const double factor : {1e-300, 3e-5, 7.0, 2e307}) {
    CAPTURE(factor);
    CheckTails(Times(kEleven, factor), {0.98291015625, 0.0185546875, 0.037109375});
  }
  CheckTails(Times(kEleven, -1), {0.0185546875, 0.98291015625, 0.037109375});
}

TEST_CASE("A zero difference changes nothing", "[statistics][sign_flip]") {
  std::vector<double> with_zeros = kEleven;
  with_zeros.insert(with_zeros.begin() + 4, 31, 0.0);
  CheckTails(with_zeros, {0.98291015625, 0.0185546875, 0.037109375});
}

TEST_CASE("Forty differences are counted exactly, to the last flip", "[statistics][sign_flip]") {
  const std::vector<double> ones(kMostExactFlips, 1.0);
  CHECK(P(ones, Alternative::kGreater) == std::ldexp(1, -40));
  CHECK(P(ones, Alternative::kTwoSided) == std::ldexp(1, -39));
  std::vector<double> one_against = ones;
  one_against[17] = -1;
  // All, or all but any one.
  CHECK(P(one_against, Alternative::kGreater) == std::ldexp(41, -40));
}

TEST_CASE("More differences are flipped at random, marked so, and near the exact p",
          "[statistics][sign_flip][random]") {
  // Equal magnitudes: the number of positive signs is binomial. 25 of 41: P(X >= 25) = 0.10559.
  std::vector<double> values(41, 1.0);
  for (std::size_t i = 0; i < 16; ++i) values[i] = -1;
  const TestResult drawn = SignFlipTest(values, Alternative::kGreater);
  CHECK_FALSE(drawn.exact);
  double exact = 0;
  for (int k = 25; k <= 41; ++k) {
    exact +=
        std::exp(std::lgamma(42) - std::lgamma(k + 1) - std::lgamma(42 - k) - 41 * std::log(2.0));
  }
  CHECK(std::abs(drawn.p - exact) < 4 * std::sqrt(exact / 99999));
  CHECK(std::abs(P(values, Alternative::kTwoSided) - 2 * exact) < 8 * std::sqrt(exact / 99999));
  CHECK(std::abs(P(Times(values, -1), Alternative::kLess) - drawn.p) < 1e-15);
}

TEST_CASE("Random flips never give 0, and a seed gives its p again", "[statistics][sign_flip]") {
  const std::vector<double> ones(67, 1.0);
  CHECK(SignFlipTest(ones, Alternative::kGreater, {.flips = 999}).p == 1.0 / 1000);
  RandomSource random(4102);
  const std::vector<double> values = NormalDraws(random, 67, 0.1);
  const double first = SignFlipTest(values, Alternative::kLess, {.flips = 999, .seed = 5}).p;
  CHECK(SignFlipTest(values, Alternative::kLess, {.flips = 999, .seed = 5}).p == first);
  CHECK(SignFlipTest(values, Alternative::kLess, {.flips = 999, .seed = 6}).p != first);
}

TEST_CASE("Each random flip has a bit of its own, past the word's 64", "[statistics][sign_flip]") {
  // Two large differences, 64 apart, decide: both are positive in a quarter of the flips.
  std::vector<double> values(67, -0.001);
  values[0] = values[64] = 1000;
  CHECK(Near(P(values, Alternative::kGreater), 0.25, 0.03));
}

TEST_CASE("Nothing to flip, and no flips, are refused", "[statistics][sign_flip]") {
  CHECK_THROWS_AS(SignFlipTest({}, Alternative::kLess), CostError);
  CHECK_THROWS_AS(SignFlipTest(kEleven, Alternative::kLess, {.flips = 0}), CostError);
  const std::vector<double> unknown = {1, std::nan("")};
  CHECK_THROWS_AS(SignFlipTest(unknown, Alternative::kLess), CostError);
}

}  // namespace costcheck
