#include "tables/axis.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/number.h"
#include "tables/format.h"

namespace costcheck {
namespace {

constexpr int kMostLinesALabel = 4;

/// Exponents of the axis' ends.
struct Span {
  int low;
  int high;
};

Span Around(const std::vector<double>& values, double (*logarithm)(double)) {
  if (values.empty()) return {0, 1};
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  COSTCHECK_CHECK(*least > 0 && std::isfinite(*greatest));
  const int low = static_cast<int>(std::floor(logarithm(*least)));
  const int high = static_cast<int>(std::ceil(logarithm(*greatest)));
  return {low, std::max(high, low + 1)};
}

/// The first of `steps` that labels few enough exponents; doubled from the last on.
int LabelStep(const Span& span, int most_labels, std::initializer_list<int> steps) {
  COSTCHECK_CHECK(most_labels >= 2);
  const int intervals = span.high - span.low;
  for (const int step : steps) {
    if (intervals / step + 1 <= most_labels) return step;
  }
  int step = *(steps.end() - 1);
  while (intervals / step + 1 > most_labels) step *= 2;
  return step;
}

std::string PowerOfTwoLabel(int exponent) {
  const Integer power = Numerator(Pow(Rational(2), std::abs(exponent)));
  return (exponent < 0 ? "1/" : "") + LengthText(power);
}

/// factor * 10^exponent, for a factor of one digit.
std::string PowerOfTenLabel(int exponent, int factor) {
  const Rational value = factor * Pow(Rational(10), exponent);
  return exponent >= 0 ? ScaledSi(value, 1) : SecondsText(value, 1);
}

/// The powers of the base, those labelled whose exponent `step` divides; the
/// others left out where they would be too many for lines as well.
Axis MakeAxis(const Span& span, int step, double base, std::string (*label)(int)) {
  Axis axis{std::pow(base, span.low), std::pow(base, span.high), {}};
  for (int exponent = span.low; exponent <= span.high; ++exponent) {
    const bool labelled = exponent % step == 0;
    if (!labelled && step > kMostLinesALabel) continue;
    axis.ticks.push_back({std::pow(base, exponent), labelled ? label(exponent) : ""});
  }
  return axis;
}

/// A line along the frame's edge is hard to see: a short axis goes on by one
/// power there.
Span WithRoomAtEnds(const Span& span, const std::vector<double>& values) {
  constexpr int kShort = 2;
  constexpr double kEdge = 0.02;  // of a power
  if (values.empty() || span.high - span.low > kShort) return span;
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  return {span.low - (std::log10(*least) < span.low + kEdge ? 1 : 0),
          span.high + (std::log10(*greatest) > span.high - kEdge ? 1 : 0)};
}

/// 2 and 5 times each power, in order, where powers alone would be too few.
void AddTwosAndFives(const Span& span, Axis& axis) {
  for (int exponent = span.low; exponent < span.high; ++exponent) {
    for (const int factor : {2, 5}) {
      axis.ticks.push_back({factor * std::pow(10, exponent), PowerOfTenLabel(exponent, factor)});
    }
  }
  std::sort(axis.ticks.begin(), axis.ticks.end(),
            [](const Tick& a, const Tick& b) { return a.value < b.value; });
}

}  // namespace

Axis PowerOfTwoAxis(const std::vector<double>& values, int most_labels) {
  const Span span = Around(values, std::log2);
  return MakeAxis(span, LabelStep(span, most_labels, {1, 2, 4}), 2, PowerOfTwoLabel);
}

Axis PowerOfTenAxis(const std::vector<double>& values, int most_labels) {
  const Span span = WithRoomAtEnds(Around(values, std::log10), values);
  const int step = LabelStep(span, most_labels, {1, 3});
  Axis axis = MakeAxis(span, step, 10, [](int exponent) { return PowerOfTenLabel(exponent, 1); });
  if (3 * (span.high - span.low) + 1 <= most_labels) AddTwosAndFives(span, axis);
  return axis;
}

double Position(const Axis& axis, double value) {
  return (std::log(value) - std::log(axis.low)) / (std::log(axis.high) - std::log(axis.low));
}

}  // namespace costcheck
