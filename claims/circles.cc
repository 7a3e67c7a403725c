#include "claims/circles.h"

#include <algorithm>
#include <utility>

#include "claims/circle.h"
#include "costmodel/algebra/error.h"
#include "costmodel/query/place.h"

namespace costcheck {
namespace {

std::vector<std::string> ExpressionsOf(const ClaimNumber& number) {
  std::vector<std::string> expressions = number.is;
  if (number.statistic) {
    const ClaimStatistic& statistic = *number.statistic;
    expressions.insert(expressions.end(), statistic.of.begin(), statistic.of.end());
    expressions.insert(expressions.end(), statistic.against.begin(), statistic.against.end());
  }
  if (number.crossover) {
    expressions.push_back(number.crossover->a);
    expressions.push_back(number.crossover->b);
  }
  return expressions;
}

std::vector<std::string> SourcesOf(const ClaimNumber& number, ClaimEvaluator& evaluator) {
  std::vector<std::string> sources;
  for (const std::string& expression : ExpressionsOf(number)) {
    for (std::string& name : evaluator.NumbersIn(expression)) sources.push_back(std::move(name));
  }
  return sources;
}

}  // namespace

void CheckCircles(const ClaimFile& file, ClaimEvaluator& evaluator) {
  MadeOf names;
  std::vector<const ClaimNumber*> numbers;
  for (const Claim& claim : file.claims) {
    for (std::size_t i = 0; i < claim.numbers.size(); ++i) {
      const ClaimNumber& number = claim.numbers[i];
      At(PlaceText(number.place),
         [&] { names.emplace_back(NumberName(claim, i), SourcesOf(number, evaluator)); });
      numbers.push_back(&number);
    }
  }
  const std::vector<std::string> circle = FindCircle(names);
  if (circle.empty()) return;
  const auto first = std::find_if(names.begin(), names.end(),
                                  [&](const auto& name) { return name.first == circle.front(); });
  throw CostError(PlaceText(numbers[static_cast<std::size_t>(first - names.begin())]->place) +
                  ": numbers are recomputed from each other in a circle: " + CircleText(circle));
}

}  // namespace costcheck
