#include "claims/statistic.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "claims/statistic_names.h"
#include "statistics/random.h"
#include "tests/algebra/error_text.h"
#include "tests/approx.h"

namespace costcheck {
namespace {

/// "3.85" exactly.
std::vector<Rational> Numbers(const std::vector<std::string>& texts) {
  std::vector<Rational> numbers;
  for (const std::string& text : texts) numbers.push_back(*ParseNumber(text));
  return numbers;
}

/// Seven published pairs of losses, and the quotients printed beside them.
const std::vector<Rational> kStandard =
    Numbers({"3.2157", "3.85", "4.67", "3.62", "2.42", "4.39", "4.28"});
const std::vector<Rational> kBespoke =
    Numbers({"3.0796", "3.81", "0.87", "0.15", "0.87", "3.85", "4.67"});
const std::vector<Rational> kRatios =
    Numbers({"0.958", "0.989", "0.186", "0.042", "0.358", "0.876", "1.090"});
const std::vector<Rational> kFour = Numbers({"0.989", "0.186", "0.042", "0.358"});

double Figure(const std::string& name, const StatisticCells& cells, double level = 0.95,
              int pairs = 0) {
  return RealValue(StatisticValue({name, level, pairs}, cells));
}

TEST_CASE("figures of published cells are those worked out by hand", "[statistic]") {
  CHECK(StatisticValue({"mean"}, {kFour, {}}) == Recomputed(*ParseNumber("0.39375")));
  CHECK(StatisticValue({"mean"}, {kRatios, {}}) == Recomputed(Rational(4499, 7000)));
  CHECK(StatisticValue({"median"}, {kRatios, {}}) == Recomputed(Rational(876, 1000)));
  CHECK(StatisticValue({"median"}, {kFour, {}}) == Recomputed(*ParseNumber("0.272")));
  CHECK(StatisticValue({"minimum"}, {kRatios, {}}) == Recomputed(Rational(42, 1000)));
  CHECK(StatisticValue({"maximum"}, {kFour, {}}) == Recomputed(Rational(989, 1000)));
  CHECK(StatisticValue({"count"}, {kRatios, {}}) == Recomputed(Rational(7)));
  CHECK(StatisticValue({"share_below_1"}, {kRatios, {}}) == Recomputed(Rational(6, 7)));
  // Of 2, 4, 4, 4, 5, 5, 7, 9 the squared deviations from 5 add up to 32; 64^(1/3) = 4.
  CHECK(Figure("sd", {Numbers({"2", "4", "4", "4", "5", "5", "7", "9"}), {}}) ==
        Approx(std::sqrt(32.0 / 7)));
  CHECK(Figure("geometric_mean", {Numbers({"2", "4", "8"}), {}}) == Approx(4));
}

TEST_CASE("an interval is the mean and a quantile of Student's law", "[statistic]") {
  // sd of the four: deviations 0.59525, -0.20775, -0.35175, -0.03575; t(0.975; 3) = 3.182446.
  const double sd = std::sqrt(
      (0.59525 * 0.59525 + 0.20775 * 0.20775 + 0.35175 * 0.35175 + 0.03575 * 0.03575) / 3);
  CHECK(Figure("t_lower", {kFour, {}}) == Approx(0.39375 - 3.182446305 * sd / 2));
  CHECK(Figure("t_lower", {kFour, {}}) == Approx(-0.270).margin(0.0005));
  CHECK(Figure("t_upper", {kFour, {}}) == Approx(1.058).margin(0.0005));
  CHECK(Figure("t_lower", {kRatios, {}}) == Approx(0.242).margin(0.0005));
  CHECK(Figure("t_upper", {kRatios, {}}) == Approx(1.043).margin(0.0005));
  // t(0.95; 3) = 2.353363.
  CHECK(Figure("t_upper", {kFour, {}}, 0.9) == Approx(0.39375 + 2.353363435 * sd / 2));
}

TEST_CASE("effect sizes of the seven pairs differ by the standard deviation they are in",
          "[statistic]") {
  CHECK(Figure("cohen_dz", {kStandard, kBespoke}) == Approx(0.767).margin(0.0005));
  CHECK(Figure("cohen_d_pooled", {kStandard, kBespoke}) == Approx(0.943).margin(0.0005));
  CHECK(Figure("mean", {kStandard, kBespoke}) == Approx(1.3066).margin(0.00005));
}

/// The smaller tail over all 2^n signs of the statistic of signed values.
template <class Function>
double BruteForceP(const std::vector<double>& values, const Function& statistic) {
  const double observed = statistic(values, (1U << values.size()) - 1);
  double above = 0, below = 0;
  for (unsigned flips = 0; flips < 1U << values.size(); ++flips) {
    const double other = statistic(values, flips);
    above += other >= observed - 1e-12 ? 1 : 0;
    below += other <= observed + 1e-12 ? 1 : 0;
  }
  return std::min(above, below) / std::pow(2, values.size());
}

double SumOf(const std::vector<double>& values, unsigned kept) {
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) sum += kept >> i & 1U ? values[i] : -values[i];
  return sum;
}

double RankSum(const std::vector<double>& values, unsigned kept) {
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if ((values[i] > 0) != (kept >> i & 1U)) continue;
    sum += 1 + static_cast<double>(std::count_if(values.begin(), values.end(), [&](double other) {
             return std::abs(other) < std::abs(values[i]);
           }));
  }
  return sum;
}

double PositiveCount(const std::vector<double>& values, unsigned kept) {
  double count = 0;
  for (std::size_t i = 0; i < values.size(); ++i) count += (values[i] > 0) == (kept >> i & 1U);
  return count;
}

TEST_CASE("p values of exact tests are those of all flips", "[statistic]") {
  const StatisticCells cells = {kStandard, kBespoke};
  std::vector<double> differences;
  for (std::size_t i = 0; i < 7; ++i) {
    differences.push_back(ToDouble(Rational(kStandard[i] - kBespoke[i])));
  }
  const double sign = BruteForceP(differences, PositiveCount);
  const double wilcoxon = BruteForceP(differences, RankSum);
  const double flip = BruteForceP(differences, SumOf);
  CHECK(sign == 0.0625);
  CHECK(Figure("sign_p_one_sided", cells) == Approx(sign));
  CHECK(Figure("wilcoxon_p_one_sided", cells) == Approx(wilcoxon));
  CHECK(Figure("wilcoxon_p_two_sided", cells) == Approx(2 * wilcoxon));
  CHECK(Figure("sign_flip_p_one_sided", cells) == Approx(flip));
  CHECK(Figure("sign_flip_p_two_sided", cells) == Approx(2 * flip));
  CHECK(Figure("wilcoxon_p_one_sided", cells) == Approx(0.039).margin(0.0005));
  CHECK(Figure("wilcoxon_p_one_sided", {kBespoke, kStandard}) == Approx(wilcoxon));
}

TEST_CASE("the smallest p is one flip of all, or two", "[statistic]") {
  CHECK(Figure("smallest_p_one_sided", {}, 0.95, 7) == 0.0078125);
  CHECK(Figure("smallest_p_two_sided", {}, 0.95, 7) == 0.015625);
  CHECK(Figure("smallest_p_one_sided", {kStandard, kBespoke}) == 0.0078125);
  CHECK(Figure("smallest_p_one_sided", {Numbers({"1", "0", "-2"}), {}}) == 0.25);
}

TEST_CASE("the paired t test is two-sided", "[statistic]") {
  // Differences 1, 2, 3: t = 2 sqrt(3), and with 2 degrees p = 1 - t / sqrt(2 + t^2).
  const double t = 2 * std::sqrt(3.0);
  CHECK(Figure("paired_t_p_two_sided", {Numbers({"1", "2", "3"}), {}}) ==
        Approx(1 - t / std::sqrt(2 + t * t)));
}

TEST_CASE("every name has a value and a phrase", "[statistic]") {
  for (const std::string_view name : StatisticNames()) {
    CAPTURE(name);
    CHECK(!StatisticPhrase(name).empty());
    const bool positive = name == "geometric_mean";  // the differences are not
    const StatisticCells cells =
        positive ? StatisticCells{kRatios, {}} : StatisticCells{kStandard, kBespoke};
    CHECK(std::isfinite(Figure(std::string(name), cells)));
  }
}

TEST_CASE("what a figure lacks is said", "[statistic]") {
  const auto error = [](const std::string& name, const StatisticCells& cells) {
    return ErrorTextOf([&] { StatisticValue({name}, cells); });
  };
  CHECK(error("mean", {}) == "the statistic 'mean' needs cells");
  CHECK(error("smallest_p_one_sided", {}) ==
        "the statistic 'smallest_p_one_sided' needs cells or 'pairs'");
  CHECK(error("cohen_d_pooled", {kFour, {}}) == "the statistic 'cohen_d_pooled' needs 'against'");
  CHECK(error("cohen_dz", {kFour, kRatios}) ==
        "a pair needs two cells: there are 4 and 7 against them");
  CHECK(error("meen", {kFour, {}}) == "there is no statistic 'meen'; did you mean 'mean'?");
  CHECK(!error("sd", {Numbers({"1"}), {}}).empty());
  CHECK(!error("geometric_mean", {Numbers({"1", "-1"}), {}}).empty());
}

/// Cells drawn within their digits, evenly or at the ends.
std::vector<Rational> Drawn(const std::vector<Rational>& values, const Rational& half,
                            RandomSource& random) {
  std::vector<Rational> drawn;
  for (const Rational& value : values) {
    const Rational part(random.Below(9), 8);
    drawn.push_back(value - half + 2 * half * part);
  }
  return drawn;
}

std::vector<Rational> Moved(std::vector<Rational> values, const Rational& by) {
  for (Rational& value : values) value += by;
  return values;
}

TEST_CASE("a range holds the figure of all cells within their digits", "[statistic]") {
  const std::uint64_t seed = 7;
  CAPTURE(seed);
  RandomSource random(seed);
  for (const Rational& half : {Rational(1, 2000), Rational(1, 3)}) {
    const StatisticCells lower = {Moved(kStandard, -half), Moved(kBespoke, -half)};
    const StatisticCells upper = {Moved(kStandard, half), Moved(kBespoke, half)};
    for (const std::string_view text : StatisticNames()) {
      const std::string name(text);
      if (name == "geometric_mean") continue;  // some differences are below 0
      CAPTURE(name, half);
      const StatisticRange range = RangeOfStatistic({name}, lower, upper);
      const double slack = 1e-12;
      for (int i = 0; i < 100; ++i) {
        const double value =
            Figure(name, {Drawn(kStandard, half, random), Drawn(kBespoke, half, random)});
        CHECK(value >= RealValue(range.lower) - slack);
        CHECK(value <= RealValue(range.upper) + slack);
      }
    }
  }
}

TEST_CASE("the ends of exact figures are those of the cells' ends", "[statistic]") {
  const Rational half(1, 2000);
  const StatisticCells lower = {Moved(kRatios, -half), {}}, upper = {Moved(kRatios, half), {}};
  for (const std::string name : {"mean", "median", "minimum", "maximum", "geometric_mean"}) {
    CAPTURE(name);
    const StatisticRange range = RangeOfStatistic({name}, lower, upper);
    CHECK(range.lower == StatisticValue({name}, lower));
    CHECK(range.upper == StatisticValue({name}, upper));
  }
  const StatisticCells near_one = {Numbers({"0.9", "0.999", "1.001"}), {}};
  const StatisticRange share =
      RangeOfStatistic({"share_below_1"}, {Moved(near_one.of, -Rational(1, 100)), {}},
                       {Moved(near_one.of, Rational(1, 100)), {}});
  CHECK(share.lower == Recomputed(Rational(1, 3)));
  CHECK(share.upper == Recomputed(Rational(1)));
}

TEST_CASE("a range of spread is no wider than what its cells move", "[statistic]") {
  // Two cells 0 and 2, each +- 1/4: sd = (difference) / sqrt(2) from 1.5 to 2.5 over sqrt(2).
  const StatisticCells lower = {Numbers({"-0.25", "1.75"}), {}};
  const StatisticCells upper = {Numbers({"0.25", "2.25"}), {}};
  const StatisticRange sd = RangeOfStatistic({"sd"}, lower, upper);
  CHECK(RealValue(sd.lower) == Approx(std::sqrt(2.0) - std::sqrt(2.0) / 4));
  CHECK(RealValue(sd.upper) == Approx(2.5 / std::sqrt(2.0)));
  const StatisticCells same = {Numbers({"1", "1", "1.1"}), {}};
  const StatisticRange effect = RangeOfStatistic({"cohen_dz"}, {Moved(same.of, Rational(-1)), {}},
                                                 {Moved(same.of, Rational(1)), {}});
  CHECK(effect.lower == Recomputed());
}

}  // namespace
}  // namespace costcheck
