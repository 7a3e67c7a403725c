// Seven pairs of losses as printed in BESPOKE_RESEARCH.md of MikeyBeez/sparse-attention-mlp, whose
// statistics are claimed beside them: what each of these can be.
#include <cmath>
#include <vector>

#include "statistics/comparison.h"
#include "statistics/effect.h"
#include "statistics/sign_flip.h"
#include "statistics/sign_test.h"
#include "statistics/smallest_p.h"
#include "statistics/student.h"
#include "statistics/summary.h"
#include "statistics/wilcoxon.h"
#include "tests/catch.h"
#include "tests/statistics/samples.h"

namespace costcheck {
namespace {

constexpr Alternative kGreater = Alternative::kGreater;
constexpr Alternative kTwoSided = Alternative::kTwoSided;

// Initial, 1K, 5K, 20K, 50K, Optimized, Ultra-Efficient.
const std::vector<double> kStandard = {3.2157, 3.85, 4.67, 3.62, 2.42, 4.39, 4.28};
const std::vector<double> kBespoke = {3.0796, 3.81, 0.87, 0.15, 0.87, 3.85, 4.67};
// Bespoke over standard, as printed, in the same order.
const std::vector<double> kPrintedRatios = {0.958, 0.989, 0.186, 0.042, 0.358, 0.876, 1.090};
const std::vector<double> kScalingRatios(kPrintedRatios.begin() + 1, kPrintedRatios.begin() + 5);

std::vector<double> Gains() {
  std::vector<double> gains;
  for (std::size_t i = 0; i < 7; ++i) gains.push_back(kStandard[i] - kBespoke[i]);
  return gains;
}

std::vector<double> Quotients() {
  std::vector<double> quotients;
  for (std::size_t i = 0; i < 7; ++i) quotients.push_back(kStandard[i] / kBespoke[i]);
  return quotients;
}

std::vector<double> LogQuotients() {
  std::vector<double> logs = Quotients();
  for (double& value : logs) value = std::log(value);
  return logs;
}

bool Prints(double value, double printed, double unit) {
  return std::abs(value - printed) <= unit / 2 * (1 + 1e-9);
}

void CheckInterval(const std::vector<double>& values, double lower, double upper) {
  const Interval interval = MeanInterval(values, 0.95);
  CAPTURE(interval.lower, interval.upper);
  CHECK(Prints(interval.lower, lower, 0.001));
  CHECK(Prints(interval.upper, upper, 0.001));
}

/// 1 / (parameter ratio) / (loss ratio, but at least 0.1).
double Efficiency(double parameters, double loss) { return 1 / parameters / std::max(loss, 0.1); }

}  // namespace

TEST_CASE("p < 0.001 is out of reach of the seven pairs", "[statistics][published]") {
  const std::vector<double> gains = Gains();
  CHECK(Near(SignTest(gains, kGreater).p, 0.0625, 1e-14));
  CHECK(Near(SignTest(gains, kTwoSided).p, 0.125, 1e-14));
  CHECK(WilcoxonTest(gains, kGreater).p == 5.0 / 128);
  CHECK(WilcoxonTest(gains, kTwoSided).p == 10.0 / 128);
  CHECK(SignFlipTest(gains, kGreater).p == 5.0 / 128);
  CHECK(SignFlipTest(gains, kTwoSided).p == 10.0 / 128);
  CHECK(SmallestP(7, Sides::kOne) == 1.0 / 128);
  CHECK(SmallestPairs(0.001, Sides::kOne) == 10);
}

// scipy.stats.ttest_1samp(numpy.log(standard / bespoke), 0, alternative=...); and of the
// differences; SciPy 1.10.1.
TEST_CASE("Nor does the t test come near it", "[statistics][published]") {
  CHECK(Near(StudentTest(LogQuotients(), kTwoSided).p, 0.11290132065120595, 1e-11));
  CHECK(Near(StudentTest(LogQuotients(), kGreater).p, 0.056450660325602975, 1e-11));
  CHECK(Near(StudentTest(Gains(), kTwoSided).p, 0.08864738093170726, 1e-11));
  CHECK(WilcoxonTest(LogQuotients(), kGreater).p == 5.0 / 128);
}

TEST_CASE("The mean ratio is that of four rows of seven, and its interval contains 1",
          "[statistics][published]") {
  CHECK(Near(Mean(kScalingRatios), 0.39375, 1e-14));
  CHECK(Prints(Mean(kPrintedRatios), 0.643, 0.001));
  // Printed as a 95 % interval: the least and the greatest of the four.
  CHECK(Summarize(kScalingRatios).least == 0.042);
  CHECK(Summarize(kScalingRatios).greatest == 0.989);
  CheckInterval(kScalingRatios, -0.270, 1.058);
  CheckInterval(kPrintedRatios, 0.242, 1.043);
  // Of the quotients of the printed losses the ends move in the third digit.
  std::vector<double> ratios = Quotients();
  for (double& ratio : ratios) ratio = 1 / ratio;
  CheckInterval(ratios, 0.243, 1.044);
}

TEST_CASE("The interval of the parameter ratio is its least and greatest",
          "[statistics][published]") {
  const std::vector<double> ratios = {1.455, 1.907, 1.190};
  CHECK(Prints(Mean(ratios), 1.5173, 0.0001));
  CHECK(Summarize(ratios).least == 1.190);
  CHECK(Summarize(ratios).greatest == 1.907);
  CheckInterval(ratios, 0.617, 2.418);
  const std::vector<double> all = {1.455, 2.626, 2.626, 2.626, 2.626, 1.907, 1.190};
  CHECK(Prints(Mean(all), 2.151, 0.001));
}

TEST_CASE("The efficiency score's interval mixes rows that its mean leaves out",
          "[statistics][published]") {
  std::vector<double> scores;
  for (const double ratio : kScalingRatios) scores.push_back(Efficiency(2.626, ratio));
  CHECK(Prints(Mean(scores), 1.826, 0.001));
  CHECK(Prints(Summarize(scores).least, 0.385, 0.001));
  CHECK(Prints(Summarize(scores).greatest, 3.808, 0.001));
  CheckInterval(scores, -0.540, 4.192);
  CHECK(Prints(Efficiency(1.455, 0.958), 0.717, 0.001));
  CHECK(Prints(1 / 2.626 / 0.042, 9.07, 0.01));
  for (const auto& [parameters, loss] :
       {std::pair{1.455, 0.958}, std::pair{1.907, 0.876}, std::pair{1.190, 1.090}}) {
    scores.push_back(Efficiency(parameters, loss));
  }
  CHECK(Prints(Mean(scores), 1.342, 0.001));
}

TEST_CASE("d > 0.8 holds of the pooled effect alone, and its interval contains 0",
          "[statistics][published]") {
  const EffectSize paired = PairedEffect(Gains());
  CHECK(Prints(Mean(Gains()), 1.3066, 0.0001));
  CHECK(Prints(paired.d, 0.767, 0.001));
  CHECK(Prints(paired.g, 0.667, 0.001));
  CHECK(Prints(PooledEffect(kStandard, kBespoke).d, 0.943, 0.001));
  const Interval interval = PairedEffectInterval(paired.d, 7, 0.95);
  CHECK(Near(interval.lower, -0.10942839327380176, 1e-9));
  CHECK(Near(interval.upper, 1.5979144289482028, 1e-9));
}

TEST_CASE("An average improvement of 5.2 is an arithmetic mean of quotients",
          "[statistics][published]") {
  const Summary summary = Summarize(Quotients());
  CHECK(Prints(summary.mean, 5.199, 0.001));
  CHECK(Prints(*summary.geometric_mean, 2.35, 0.01));
  CHECK(Prints(summary.median, 1.14, 0.01));
  std::vector<double> without_20k = Quotients();
  without_20k.erase(without_20k.begin() + 3);
  CHECK(Prints(Mean(without_20k), 2.04, 0.01));
  std::vector<double> rounded;
  for (const double ratio : kPrintedRatios) rounded.push_back(1 / ratio);
  CHECK(Prints(Mean(rounded), 5.156, 0.001));
}

TEST_CASE("By a rule stated beforehand the seven pairs are inconclusive",
          "[statistics][published]") {
  const PairedComparison found = ComparePairs(kBespoke, kStandard, {});
  CHECK(Conclude(found).conclusion == Conclusion::kInconclusive);
  CHECK(found.interval->lower < 0);
  CHECK(found.interval->upper > 0);
  // Seven such pairs resolve a difference of 2.2 nats: more than half of any loss here.
  CHECK(Prints(found.smallest_resolvable.value(), 2.2, 0.1));
}

}  // namespace costcheck
