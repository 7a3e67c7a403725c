#include "claims/statistic.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "claims/statistic_names.h"
#include "costmodel/algebra/error.h"
#include "statistics/effect.h"
#include "statistics/sign_flip.h"
#include "statistics/sign_test.h"
#include "statistics/smallest_p.h"
#include "statistics/student.h"
#include "statistics/summary.h"
#include "statistics/wilcoxon.h"

namespace costcheck {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

using Sample = std::vector<Rational>;

std::vector<double> Doubles(const Sample& sample) {
  std::vector<double> values;
  for (const Rational& value : sample) values.push_back(ToDouble(value));
  return values;
}

Sample Difference(const Sample& of, const Sample& against) {
  if (of.size() != against.size()) {
    throw CostError("a pair needs two cells: there are " + std::to_string(of.size()) + " and " +
                    std::to_string(against.size()) + " against them");
  }
  Sample differences;
  for (std::size_t i = 0; i < of.size(); ++i) differences.push_back(of[i] - against[i]);
  return differences;
}

Sample SampleOf(const StatisticCells& cells) {
  return cells.against.empty() ? cells.of : Difference(cells.of, cells.against);
}

Rational Total(const Sample& sample) {
  Rational sum = 0;
  for (const Rational& value : sample) sum += value;
  return sum;
}

Rational MedianOf(Sample sample) {
  std::sort(sample.begin(), sample.end());
  const std::size_t half = sample.size() / 2;
  return sample.size() % 2 == 1 ? sample[half] : (sample[half - 1] + sample[half]) / 2;
}

/// Of those that are exact, but for `count`: a value of rational cells.
std::optional<Rational> ExactFigure(const std::string& name, const Sample& sample) {
  const Rational count(sample.size());
  if (name == "mean") return Total(sample) / count;
  if (name == "median") return MedianOf(sample);
  if (name == "minimum") return *std::min_element(sample.begin(), sample.end());
  if (name == "maximum") return *std::max_element(sample.begin(), sample.end());
  if (name == "share_below_1") {
    return Rational(std::count_if(sample.begin(), sample.end(),
                                  [](const Rational& value) { return value < 1; })) /
           count;
  }
  return std::nullopt;
}

struct ExactTest {
  std::string_view name;
  TestResult (*run)(std::span<const double> differences, Alternative alternative);
};

constexpr std::array<ExactTest, 3> kTests = {{
    {"sign_p_", [](std::span<const double> d, Alternative side) { return SignTest(d, side); }},
    {"wilcoxon_p_",
     [](std::span<const double> d, Alternative side) { return WilcoxonTest(d, side); }},
    {"sign_flip_p_",
     [](std::span<const double> d, Alternative side) { return SignFlipTest(d, side); }},
}};

const ExactTest* FindTest(const std::string& name) {
  for (const ExactTest& test : kTests) {
    if (name.starts_with(test.name)) return &test;
  }
  return nullptr;
}

bool IsTwoSided(const std::string& name) { return name.ends_with("_two_sided"); }

/// The law of the statistic is symmetric about its middle, so that the two-sided p is twice the
/// smaller of the two others.
double ExactP(const std::string& name, double p_greater, double p_less) {
  const double p = std::min(p_greater, p_less);
  return IsTwoSided(name) ? std::min(1.0, 2 * p) : p;
}

double TestP(const ExactTest& test, const Sample& sample, Alternative side) {
  return test.run(Doubles(sample), side).p;
}

double SmallestPOf(const StatisticRequest& request, const Sample& sample) {
  const auto zeros = std::count(sample.begin(), sample.end(), Rational(0));
  const std::size_t n = request.pairs > 0 ? static_cast<std::size_t>(request.pairs)
                                          : sample.size() - static_cast<std::size_t>(zeros);
  return SmallestP(n, IsTwoSided(request.name) ? Sides::kTwo : Sides::kOne);
}

double RealFigure(const StatisticRequest& request, const StatisticCells& cells,
                  const Sample& sample) {
  const std::string& name = request.name;
  const std::vector<double> values = Doubles(sample);
  if (name == "geometric_mean") return GeometricMean(values);
  if (name == "sd") return StandardDeviation(values);
  if (name == "t_lower") return MeanInterval(values, request.level).lower;
  if (name == "t_upper") return MeanInterval(values, request.level).upper;
  if (name == "cohen_dz") return PairedEffect(values).d;
  if (name == "cohen_d_pooled") return PooledEffect(Doubles(cells.of), Doubles(cells.against)).d;
  if (name == "paired_t_p_two_sided") return StudentTest(values, Alternative::kTwoSided).p;
  if (const ExactTest* test = FindTest(name)) {
    return ExactP(name, TestP(*test, sample, Alternative::kGreater),
                  TestP(*test, sample, Alternative::kLess));
  }
  throw CostError("there is no statistic '" + name + "'" +
                  DidYouMean(name, {StatisticNames().begin(), StatisticNames().end()}));
}

bool IsSmallestP(const std::string& name) { return name.starts_with("smallest_p_"); }

void CheckCells(const StatisticRequest& request, const StatisticCells& cells) {
  if (cells.of.empty()) {
    throw CostError("the statistic '" + request.name + "' needs cells" +
                    (IsSmallestP(request.name) ? " or 'pairs'" : ""));
  }
  if (request.name == "cohen_d_pooled" && cells.against.empty()) {
    throw CostError("the statistic 'cohen_d_pooled' needs 'against'");
  }
}

// What encloses a figure that neither rises nor falls with every cell.

struct Enclosure {
  double lower = 0, upper = 0;
};

struct Moments {
  Enclosure mean, deviation;
};

Sample Middle(const Sample& lower, const Sample& upper) {
  Sample middle;
  for (std::size_t i = 0; i < lower.size(); ++i) middle.push_back((lower[i] + upper[i]) / 2);
  return middle;
}

/// Sum of the squares of half the widths.
double SquaredReach(const Sample& lower, const Sample& upper) {
  double sum = 0;
  for (std::size_t i = 0; i < lower.size(); ++i) {
    const double half = ToDouble(Rational(upper[i] - lower[i])) / 2;
    sum += half * half;
  }
  return sum;
}

Enclosure Around(double value, double reach) {
  return {std::max(0.0, value - reach), value + reach};
}

Moments MomentsOf(const Sample& lower, const Sample& upper) {
  const double deviation = StandardDeviation(Doubles(Middle(lower, upper)));
  const auto degrees = static_cast<double>(lower.size() - 1);
  const Rational count(lower.size());
  return {{ToDouble(Rational(Total(lower) / count)), ToDouble(Rational(Total(upper) / count))},
          Around(deviation, std::sqrt(SquaredReach(lower, upper) / degrees))};
}

/// `mean` over a deviation above 0; infinite where that may be 0.
Enclosure Quotient(const Enclosure& mean, const Enclosure& deviation) {
  if (deviation.lower <= 0) return {-kInfinity, kInfinity};
  return {mean.lower / (mean.lower < 0 ? deviation.lower : deviation.upper),
          mean.upper / (mean.upper < 0 ? deviation.upper : deviation.lower)};
}

Enclosure PooledRange(const StatisticCells& lower, const StatisticCells& upper) {
  const auto degrees = static_cast<double>(lower.of.size() + lower.against.size() - 2);
  const StatisticCells middle = {Middle(lower.of, upper.of), Middle(lower.against, upper.against)};
  const std::vector<double> of = Doubles(middle.of), against = Doubles(middle.against);
  const double deviation = std::sqrt((Variance(of) * static_cast<double>(of.size() - 1) +
                                      Variance(against) * static_cast<double>(against.size() - 1)) /
                                     degrees);
  const double reach = std::sqrt(
      (SquaredReach(lower.of, upper.of) + SquaredReach(lower.against, upper.against)) / degrees);
  const Moments a = MomentsOf(lower.of, upper.of), b = MomentsOf(lower.against, upper.against);
  return Quotient({a.mean.lower - b.mean.upper, a.mean.upper - b.mean.lower},
                  Around(deviation, reach));
}

/// Of the p of |t| = |d_z| sqrt(n).
Enclosure StudentRange(const Enclosure& effect, std::size_t count) {
  const double root = std::sqrt(static_cast<double>(count));
  const auto p = [&](double d) {
    return std::isinf(d)
               ? 0
               : StudentP(d * root, static_cast<double>(count - 1), Alternative::kTwoSided);
  };
  const bool zero = effect.lower <= 0 && effect.upper >= 0;
  const double far = std::max(std::abs(effect.lower), std::abs(effect.upper));
  const double near = std::min(std::abs(effect.lower), std::abs(effect.upper));
  return {p(far), zero ? 1 : p(near)};
}

/// Nothing for a figure that is not made of mean and standard deviation.
std::optional<Enclosure> SpreadRange(const StatisticRequest& request, const Sample& lower,
                                     const Sample& upper) {
  const std::string& name = request.name;
  const bool is_interval = name == "t_lower" || name == "t_upper";
  if (!is_interval && name != "sd" && name != "cohen_dz" && name != "paired_t_p_two_sided") {
    return std::nullopt;
  }
  const auto [mean, deviation] = MomentsOf(lower, upper);
  if (name == "sd") return deviation;
  const std::size_t n = lower.size();
  if (is_interval) {
    const double widths = MeanInterval(0, 1, n, request.level).upper;
    if (name == "t_upper") {
      return Enclosure{mean.lower + widths * deviation.lower,
                       mean.upper + widths * deviation.upper};
    }
    return Enclosure{mean.lower - widths * deviation.upper, mean.upper - widths * deviation.lower};
  }
  const Enclosure effect = Quotient(mean, deviation);
  return name == "cohen_dz" ? effect : StudentRange(effect, n);
}

StatisticRange Ends(const Enclosure& ends) {
  StatisticRange range;
  if (std::isfinite(ends.lower)) range.lower = ends.lower;
  if (std::isfinite(ends.upper)) range.upper = ends.upper;
  return range;
}

Sample EndOf(const StatisticCells& of, const StatisticCells& against) {
  return against.against.empty() ? of.of : Difference(of.of, against.against);
}

}  // namespace

Recomputed StatisticValue(const StatisticRequest& request, const StatisticCells& cells) {
  const Sample sample = SampleOf(cells);
  if (IsSmallestP(request.name) && (request.pairs > 0 || !sample.empty())) {
    return SmallestPOf(request, sample);
  }
  CheckCells(request, cells);
  if (request.name == "count") return Rational(sample.size());
  if (const auto exact = ExactFigure(request.name, sample)) return *exact;
  return RealFigure(request, cells, sample);
}

StatisticRange RangeOfStatistic(const StatisticRequest& request, const StatisticCells& lower,
                                const StatisticCells& upper) {
  const std::string& name = request.name;
  if (IsSmallestP(name) || name == "count") {
    const Recomputed value = StatisticValue(request, upper);
    return {value, value};
  }
  CheckCells(request, lower);
  if (name == "cohen_d_pooled") return Ends(PooledRange(lower, upper));
  const Sample from = EndOf(lower, upper), to = EndOf(upper, lower);
  if (const auto spread = SpreadRange(request, from, to)) return Ends(*spread);
  if (const ExactTest* test = FindTest(name)) {
    constexpr Alternative kGreater = Alternative::kGreater, kLess = Alternative::kLess;
    return Ends({ExactP(name, TestP(*test, to, kGreater), TestP(*test, from, kLess)),
                 ExactP(name, TestP(*test, from, kGreater), TestP(*test, to, kLess))});
  }
  const Recomputed low = StatisticValue(request, {from, {}});
  const Recomputed high = StatisticValue(request, {to, {}});
  return name == "share_below_1" ? StatisticRange{high, low} : StatisticRange{low, high};
}

}  // namespace costcheck
