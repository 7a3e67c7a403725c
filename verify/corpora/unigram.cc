#include "verify/corpora/unigram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <numeric>
#include <string>

#include "costmodel/algebra/compensated_sum.h"
#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

constexpr std::int64_t kMostTypes = std::int64_t{1} << 20;
constexpr int kTotalBits = 52;  // totals stay exact in a double

// The greatest power of two that, `types` times, is at most 2^52.
std::int64_t CapacityFor(std::int64_t types) {
  const auto bits = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(types - 1)));
  return std::int64_t{1} << (kTotalBits - bits);
}

double CheckedSum(std::span<const double> weights) {
  CompensatedSum sum;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!(weights[i] >= 0 && std::isfinite(weights[i]))) {
      throw CostError("The weight of type " + std::to_string(i) + " is " +
                      std::to_string(weights[i]) + "; a weight is finite and at least 0.");
    }
    sum.Add(weights[i]);
  }
  const bool in_range = !weights.empty() && static_cast<std::int64_t>(weights.size()) <= kMostTypes;
  if (!in_range || !(sum.Value() > 0) || !std::isfinite(sum.Value())) {
    throw CostError("A law of tokens has 1 to " + std::to_string(kMostTypes) +
                    " weights with a positive, finite sum, but these are " +
                    std::to_string(weights.size()) + " with the sum " +
                    std::to_string(sum.Value()) + ".");
  }
  return sum.Value();
}

std::vector<std::int64_t> MassesOf(std::span<const double> weights, std::int64_t total) {
  const double weight_sum = CheckedSum(weights);
  std::vector<std::int64_t> masses;
  masses.reserve(weights.size());
  for (const double weight : weights) {
    const auto mass = static_cast<std::int64_t>(
        std::floor(weight / weight_sum * static_cast<double>(total) + 0.5));
    masses.push_back(weight > 0 ? std::max<std::int64_t>(mass, 1) : 0);
  }
  const std::int64_t sum = std::accumulate(masses.begin(), masses.end(), std::int64_t{0});
  *std::max_element(masses.begin(), masses.end()) += total - sum;
  return masses;
}

}  // namespace

double Entropy(std::span<const double> probabilities) {
  CompensatedSum sum;
  for (const double p : probabilities) {
    if (p > 0) sum.Add(-p * std::log(p));
  }
  return sum.Value();
}

UnigramLaw::UnigramLaw(std::span<const double> weights)
    : capacity_(weights.empty() ? 1 : CapacityFor(static_cast<std::int64_t>(weights.size()))),
      masses_(MassesOf(weights, capacity_ * static_cast<std::int64_t>(weights.size()))) {
  const auto total = static_cast<double>(Total());
  for (const std::int64_t mass : masses_) {
    probabilities_.push_back(static_cast<double>(mass) / total);
  }
  entropy_ = Entropy(probabilities_);
  FillColumns();
}

// Every column too small for its capacity is filled up by a type that has more than it.
void UnigramLaw::FillColumns() {
  std::vector<std::int64_t> left = masses_;
  std::vector<std::size_t> small, large;
  columns_.resize(left.size());
  const auto sort = [&](std::size_t type) {
    (left[type] < capacity_ ? small : large).push_back(type);
  };
  for (std::size_t type = 0; type < left.size(); ++type) sort(type);
  while (!small.empty()) {
    const std::size_t type = small.back();
    const std::size_t donor = large.back();  // the left masses are as many capacities as columns
    small.pop_back();
    large.pop_back();
    columns_[type] = {left[type], static_cast<std::int32_t>(donor)};
    left[donor] -= capacity_ - left[type];
    sort(donor);
  }
  for (const std::size_t type : large) {
    columns_[type] = {capacity_, static_cast<std::int32_t>(type)};
  }
}

double UnigramLaw::EntropyBits() const { return entropy_ / std::numbers::ln2; }

void UnigramLaw::Conditional(std::int32_t /*previous*/, std::span<double> next) const {
  COSTCHECK_CHECK(next.size() == probabilities_.size());
  std::copy(probabilities_.begin(), probabilities_.end(), next.begin());
}

std::int32_t UnigramLaw::DrawOne(Stream& stream) const {
  const std::uint64_t type = stream.Below(columns_.size());
  const Column& column = columns_[type];
  const std::uint64_t place = stream.Below(static_cast<std::uint64_t>(capacity_));
  return static_cast<std::int64_t>(place) < column.own ? static_cast<std::int32_t>(type)
                                                       : column.alias;
}

std::vector<std::int32_t> UnigramLaw::Draw(std::int64_t count, Stream& stream) const {
  std::vector<std::int32_t> tokens(static_cast<std::size_t>(count));
  for (std::int32_t& token : tokens) token = DrawOne(stream);
  return tokens;
}

}  // namespace costcheck
