#include "statistics/comparison.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "costmodel/algebra/error.h"
#include "statistics/power.h"
#include "statistics/sign_flip.h"
#include "statistics/sign_test.h"
#include "statistics/student.h"
#include "statistics/wilcoxon.h"
#include "tests/catch.h"
#include "tests/statistics/samples.h"

namespace costcheck {
namespace {

constexpr Alternative kBoth = Alternative::kTwoSided;

const std::vector<double> kBase = {5.1, 4.7, 6.3, 5.9, 4.4, 5.5, 6.1, 4.9, 5.2, 5.8, 4.6};

/// A baseline and an arm that is lower by `benefits`, pair by pair.
PairedComparison Lower(const std::vector<double>& benefits, const ComparisonRule& rule = {}) {
  std::vector<double> a, b;
  for (std::size_t i = 0; i < benefits.size(); ++i) {
    b.push_back(kBase[i % kBase.size()]);
    a.push_back(b.back() - benefits[i]);
  }
  return ComparePairs(a, b, rule);
}

Conclusion ConclusionOf(const std::vector<double>& benefits, const ComparisonRule& rule = {}) {
  return Conclude(Lower(benefits, rule)).conclusion;
}

const std::vector<double> kClear = {1.1, 0.9, 1.3, 0.7,
                                    1.0, 1.2, 0.8};  // mean 1, t interval 0.8 to 1.2

}  // namespace

TEST_CASE("A comparison holds the figures of the single headers", "[statistics][comparison]") {
  const PairedComparison found = ComparePairs(kEleven, kBase, {.level = 0.9});
  std::vector<double> differences;
  for (std::size_t i = 0; i < kBase.size(); ++i) differences.push_back(kEleven[i] - kBase[i]);
  CHECK(found.pairs == 11);
  CHECK(found.different_pairs == 11);
  CHECK(Near(found.mean_difference, found.mean_a - found.mean_b, 1e-14));
  const Interval interval = MeanInterval(differences, 0.9);
  CHECK(Near(found.interval.value().lower, interval.lower, 1e-13));
  CHECK(Near(found.interval.value().upper, interval.upper, 1e-13));
  CHECK(Near(found.effect.value().d, found.mean_difference / found.standard_deviation.value(),
             1e-14));
  CHECK(Near(found.effect_interval.value().lower,
             PairedEffectInterval(found.effect->d, 11, 0.9).lower, 1e-9));
  CHECK(Near(found.smallest_resolvable.value(),
             SmallestDifference(*found.standard_deviation, 11, {.level = 0.9}), 1e-12));
  CHECK(found.smallest_p == 1.0 / 1024);
  CHECK(found.exact);
}

TEST_CASE("Each rule runs its own test, on both sides", "[statistics][comparison]") {
  const std::vector<double> zeros(kEleven.size());
  const auto p = [&](PairedTest test) {
    return ComparePairs(kEleven, zeros, {.test = test}).p.value();
  };
  CHECK(p(PairedTest::kSignFlip) == SignFlipTest(kEleven, kBoth).p);
  CHECK(p(PairedTest::kWilcoxon) == WilcoxonTest(kEleven, kBoth).p);
  CHECK(p(PairedTest::kSign) == SignTest(kEleven, kBoth).p);
  CHECK(p(PairedTest::kStudent) == StudentTest(kEleven, kBoth).p);
}

TEST_CASE("A clear benefit is supported, its reverse refuted", "[statistics][comparison]") {
  const Finding found = Conclude(Lower(kClear));
  CHECK(found.conclusion == Conclusion::kSupported);
  CHECK(found.reason ==
        "The 95 % interval [0.8002, 1.2] of the benefit lies above 0, and p = 0.01562 <= 0.05 "
        "(sign_flip).");
  const Finding reverse = Conclude(Lower(Times(kClear, -1)));
  CHECK(reverse.conclusion == Conclusion::kRefuted);
  CHECK(reverse.reason == "The 95 % interval [-1.2, -0.8002] of the benefit lies below 0.");
  CHECK(ConclusionOf(Times(kClear, -1), {.better = Better::kHigher}) == Conclusion::kSupported);
  CHECK(ConclusionOf(kClear, {.better = Better::kHigher}) == Conclusion::kRefuted);
}

TEST_CASE("The relevant benefit moves the border, and an interval about it is open",
          "[statistics][comparison]") {
  CHECK(ConclusionOf(kClear, {.relevant = 0.79}) == Conclusion::kSupported);
  CHECK(ConclusionOf(kClear, {.relevant = 0.81}) == Conclusion::kInconclusive);
  CHECK(ConclusionOf(kClear, {.relevant = 1.19}) == Conclusion::kInconclusive);
  CHECK(ConclusionOf(kClear, {.relevant = 1.21}) == Conclusion::kRefuted);
  const Finding open = Conclude(Lower(kClear, {.relevant = 0.9}));
  CHECK(open.reason ==
        "The 95 % interval [0.8002, 1.2] of the benefit contains 0.9; so many pairs resolve a "
        "difference of 0.2749 with power 0.8.");
}

TEST_CASE("A relative benefit is a part of the baseline's mean", "[statistics][comparison]") {
  const double mean = Lower(kClear).mean_b;
  const auto relative = [](double part) {
    return ComparisonRule{.relevant = part, .relevant_is_relative = true};
  };
  CHECK(Near(Lower(kClear, relative(0.1)).relevant, 0.1 * mean, 1e-14));
  CHECK(ConclusionOf(kClear, relative(0.79 / mean)) == Conclusion::kSupported);
  CHECK(ConclusionOf(kClear, relative(0.81 / mean)) == Conclusion::kInconclusive);
  CHECK(ConclusionOf(kClear, relative(1.21 / mean)) == Conclusion::kRefuted);
  // The size counts, not the sign.
  const std::vector<double> a = {-6.1, -5.9, -6.3, -5.7, -6.0, -6.2}, b(6, -5.0);
  CHECK(ComparePairs(a, b, relative(0.1)).relevant == 0.5);
  CHECK_THROWS_AS(ComparePairs(a, std::vector<double>(6, 0.0), relative(0.1)), CostError);
  CHECK_NOTHROW(ComparePairs(a, std::vector<double>(6, 0.0), relative(0)));
}

TEST_CASE("Where the interval and the test differ nothing is supported",
          "[statistics][comparison]") {
  // 3 of 11 against: the t interval lies above 0, the sign test says 0.227.
  const Finding found = Conclude(Lower(kEleven, {.test = PairedTest::kSign}));
  CHECK(found.conclusion == Conclusion::kInconclusive);
  CHECK(found.reason ==
        "The 95 % interval [0.1768, 4.241] of the benefit lies above 0, but p = 0.2266 > 0.05 "
        "(sign).");
  CHECK(ConclusionOf(kEleven) == Conclusion::kSupported);
}

TEST_CASE("Five pairs can never support or refute at 95 % by an exact test",
          "[statistics][comparison]") {
  for (const double benefit : {1.0, -1.0}) {
    const std::vector<double> benefits = Times({1000, 1001, 1000, 1001, 1000}, benefit);
    const Finding found = Conclude(Lower(benefits));
    CHECK(found.conclusion == Conclusion::kInconclusive);
    CHECK(found.reason.find("cannot reach p <= 0.05") != std::string::npos);
    const Conclusion by_t = ConclusionOf(benefits, {.test = PairedTest::kStudent});
    CHECK(by_t == (benefit > 0 ? Conclusion::kSupported : Conclusion::kRefuted));
  }
  CHECK(ConclusionOf(kClear, {.least_pairs = 8}) == Conclusion::kInconclusive);
}

TEST_CASE("Pairs of equal values do not count towards what a test can reach",
          "[statistics][comparison]") {
  const PairedComparison found = Lower({1, 1.1, 0.9, 1, 0, 0, 0, 0, 0});
  CHECK(found.different_pairs == 4);
  CHECK(found.smallest_p == 0.125);
  CHECK(Conclude(found).conclusion == Conclusion::kInconclusive);
}

TEST_CASE("One pair, two pairs, and differences without spread have no interval to offer",
          "[statistics][comparison]") {
  const PairedComparison one = Lower({1});
  CHECK_FALSE(one.standard_deviation.has_value());
  CHECK_FALSE(one.interval.has_value());
  CHECK(one.p == 1);
  CHECK(Conclude(one).reason == "The rule asks for at least 2 pairs, not 1.");
  const PairedComparison two = Lower({1, 2});
  CHECK(two.interval.has_value());
  CHECK_FALSE(two.effect.has_value());
  // 1.1 less in binary: the differences are equal but for their last bits.
  const PairedComparison same = Lower(std::vector<double>(9, 1.1), {.test = PairedTest::kStudent});
  CHECK_FALSE(same.interval.has_value());
  CHECK_FALSE(same.p.has_value());
  CHECK(Conclude(same).reason ==
        "The differences of the 9 pairs do not vary, so there is nothing to judge by.");
  CHECK(ConclusionOf(std::vector<double>(9, 0.0)) == Conclusion::kInconclusive);
}

TEST_CASE("Swapped arms and the other direction give the same finding",
          "[statistics][comparison][random]") {
  const std::uint64_t seed = 4701;
  CAPTURE(seed);
  RandomSource random(seed);
  for (int i = 0; i < 50; ++i) {
    const std::vector<double> a = NormalDraws(random, 7), b = NormalDraws(random, 7, 1.2);
    const Finding found = Conclude(ComparePairs(a, b, {.relevant = 0.3}));
    const Finding mirrored =
        Conclude(ComparePairs(b, a, {.better = Better::kHigher, .relevant = 0.3}));
    CHECK(found.conclusion == mirrored.conclusion);
    CHECK(found.reason == mirrored.reason);
  }
}

TEST_CASE("Without a difference hardly one comparison in twenty concludes anything",
          "[statistics][comparison][random]") {
  const std::uint64_t seed = 4702;
  CAPTURE(seed);
  RandomSource random(seed);
  int supported = 0, refuted = 0;
  for (int i = 0; i < 1500; ++i) {
    const Conclusion conclusion =
        Conclude(ComparePairs(NormalDraws(random, 10), NormalDraws(random, 10), {})).conclusion;
    supported += conclusion == Conclusion::kSupported ? 1 : 0;
    refuted += conclusion == Conclusion::kRefuted ? 1 : 0;
  }
  // One half of 5 % on each side is 37.5; four standard errors are 24.
  CHECK(supported > 13);
  CHECK(supported < 62);
  CHECK(refuted > 13);
  CHECK(refuted < 62);
}

TEST_CASE("Pairs that cannot be compared are refused", "[statistics][comparison]") {
  const std::vector<double> two = {1, 2}, three = {1, 2, 3}, unknown = {1, std::nan("")};
  CHECK_THROWS_AS(ComparePairs(two, three, {}), CostError);
  CHECK_THROWS_AS(ComparePairs({}, {}, {}), CostError);
  CHECK_THROWS_AS(ComparePairs(two, unknown, {}), CostError);
  CHECK_THROWS_AS(ComparePairs(two, two, {.level = 0}), CostError);
  CHECK(ConclusionName(Conclusion::kSupported) == "supported");
  CHECK(ConclusionName(Conclusion::kRefuted) == "refuted");
  CHECK(ConclusionName(Conclusion::kInconclusive) == "inconclusive");
}

}  // namespace costcheck
