#include "costmodel/crossover/inverse.h"

#include <fmt/format.h>

#include "costmodel/algebra/error.h"
#include "costmodel/crossover/sign_chart.h"

namespace costcheck {

namespace {

void CheckPositive(const Expr& b, const Symbol& x, const Range& range) {
  const SignChart chart = MakeSignChart(b, x, range);
  for (const int sign : {0, -1}) {
    if (const auto where = chart.First(sign)) {
      throw CostError(fmt::format("B is not above 0 at {} = {}, so A / B cannot be compared.",
                                  x.name(), ToString(*where)));
    }
  }
}

std::optional<Rational> RatioAt(const Expr& a, const Expr& b, const Symbol& x, const Integer& at) {
  return Evaluate(Ratio{a, b}, {{x.name(), Rational(at)}});
}

}  // namespace

LargestAnswer LargestWithRatio(const Expr& a, const Expr& b, const Symbol& x, const Rational& ratio,
                               const CrossoverOptions& options) {
  const Range range = CheckedRange(x, options);
  CheckPositive(b, x, range);
  const SignChart chart = MakeSignChart(a - ratio * b, x, range);
  LargestAnswer answer;
  answer.complete_to = chart.complete_to;
  chart.ForEachPattern([&](const Range& part, const SignPattern& pattern) {
    for (const int sign : {0, 1}) {
      if (!part.last) {
        answer.forever = answer.forever || !pattern.WithSign(sign).empty();
        continue;
      }
      const auto last = pattern.Previous(*part.last, sign);
      const bool inside = last && *last >= part.first;
      if (inside && (!answer.largest || *last > *answer.largest)) answer.largest = last;
    }
    return true;
  });
  if (answer.forever) answer.largest.reset();
  if (answer.largest) {
    answer.ratio_there = RatioAt(a, b, x, *answer.largest);
    answer.ratio_after = RatioAt(a, b, x, *answer.largest + 1);
  }
  return answer;
}

}  // namespace costcheck
