#include "statistics/sample.h"

#include <cmath>
#include <string>

#include "costmodel/algebra/error.h"

namespace costcheck {

void CheckCount(std::size_t count, std::size_t least, std::string_view user) {
  if (count >= least) return;
  throw CostError(std::string(user) + " needs at least " + std::to_string(least) +
                  (least == 1 ? " value" : " values") + ", not " + std::to_string(count) + ".");
}

void CheckSample(std::span<const double> values, std::size_t least, std::string_view user) {
  CheckCount(values.size(), least, user);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) continue;
    throw CostError(std::string(user) + " needs finite values, but value " + std::to_string(i + 1) +
                    " of " + std::to_string(values.size()) + " is " + std::to_string(values[i]) +
                    ".");
  }
}

void CheckFraction(double value, std::string_view name) {
  if (value > 0 && value < 1) return;
  throw CostError(std::string(name) + " must lie between 0 and 1, both excluded, not be " +
                  std::to_string(value) + ".");
}

void CheckPositive(double value, std::string_view name) {
  if (value > 0 && std::isfinite(value)) return;
  throw CostError(std::string(name) + " must be a finite number above 0, not " +
                  std::to_string(value) + ".");
}

std::vector<double> Differences(std::span<const double> a, std::span<const double> b) {
  if (a.size() != b.size()) {
    throw CostError("Pairs need as many values on one side as on the other, not " +
                    std::to_string(a.size()) + " and " + std::to_string(b.size()) + ".");
  }
  CheckSample(a, 1, "The first side of the pairs");
  CheckSample(b, 1, "The second side of the pairs");
  std::vector<double> differences(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) differences[i] = a[i] - b[i];
  CheckSample(differences, 1, "The difference of the pairs");
  return differences;
}

}  // namespace costcheck
