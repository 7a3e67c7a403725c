#include "costmodel/embedding/token_law.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "costmodel/algebra/compensated_sum.h"
#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

constexpr std::int64_t kMostTypes = 100'000'000;

template <class Operation>
Mass Combine(const Mass& a, const Mass& b, Operation operation) {
  if (a.exact() && b.exact()) {
    return {operation(std::get<Rational>(a.value), std::get<Rational>(b.value))};
  }
  return {operation(ToDouble(a), ToDouble(b))};
}

/// The index at which the sums before it first reach `border`.
template <class Number>
Integer FirstReaching(const std::vector<Number>& before, const Number& border) {
  return Integer(std::lower_bound(before.begin(), before.end() - 1, border) - before.begin());
}

std::string_view Trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

bool IsComment(std::string_view line) { return line == "#" || line.substr(0, 2) == "# "; }

Integer ParseCount(std::string_view line, std::string_view file, std::size_t number) {
  const std::size_t separator = line.find_last_of("\t ,");
  const std::string count(separator == std::string_view::npos ? line : line.substr(separator + 1));
  if (count.empty() || count.find_first_not_of("0123456789") != std::string::npos) {
    throw CostError(fmt::format(
        "{}:{}: '{}' is not a count; a line is a whole number, or a token and a whole number.",
        file, number, count));
  }
  // A leading 0 would make the number octal.
  const std::size_t digits = std::min(count.find_first_not_of('0'), count.size() - 1);
  return Integer(count.substr(digits));
}

}  // namespace

double ToDouble(const Mass& mass) {
  if (mass.exact()) return ToDouble(std::get<Rational>(mass.value));
  return std::get<double>(mass.value);
}

Mass operator+(const Mass& a, const Mass& b) { return Combine(a, b, std::plus<>()); }
Mass operator-(const Mass& a, const Mass& b) { return Combine(a, b, std::minus<>()); }
Mass operator*(const Mass& a, const Rational& factor) {
  return Combine(a, Mass{factor}, std::multiplies<>());
}

TokenLaw TokenLaw::FromCounts(std::vector<Integer> counts) {
  std::sort(counts.begin(), counts.end(), std::greater<>());
  if (counts.empty() || counts.front() == 0) {
    throw CostError("A token law needs at least one count above 0.");
  }
  if (counts.back() < 0) {
    throw CostError(fmt::format("A token cannot occur {} times.", ToString(counts.back())));
  }
  TokenLaw law;
  law.types_ = counts.size();
  law.counts_before_.assign(1, 0);
  for (const Integer& count : counts) {
    law.counts_before_.push_back(law.counts_before_.back() + count);
  }
  law.counts_ = std::move(counts);
  law.description_ = fmt::format("counts of {} tokens of {} types",
                                 ToString(law.counts_before_.back()), law.types_);
  return law;
}

TokenLaw TokenLaw::Zipf(double s, std::int64_t types) {
  if (!(s >= 0) || !std::isfinite(s)) {
    throw CostError(fmt::format("A Zipf exponent is a number of at least 0, not {}.", s));
  }
  if (types < 1 || types > kMostTypes) {
    throw CostError(fmt::format("A Zipf law needs 1 to {} types, not {}.", kMostTypes, types));
  }
  TokenLaw law;
  law.types_ = static_cast<std::size_t>(types);
  law.weights_.reserve(law.types_);
  law.weights_before_.reserve(law.types_ + 1);
  CompensatedSum sum;
  law.weights_before_.push_back(0);
  for (std::size_t k = 1; k <= law.types_; ++k) {
    law.weights_.push_back(std::pow(static_cast<double>(k), -s));
    sum.Add(law.weights_.back());
    law.weights_before_.push_back(sum.Value());
  }
  law.description_ = fmt::format("Zipf, s = {}, V = {}", s, types);
  return law;
}

Mass TokenLaw::MassOfFirst(const Integer& types) const {
  COSTCHECK_CHECK(types >= 0);
  const Integer known = types < Integer(types_) ? types : Integer(types_);
  const std::size_t first = static_cast<std::size_t>(*ToInt64(known));
  if (exact()) return {Rational(counts_before_[first], counts_before_.back())};
  return {weights_before_[first] / weights_before_.back()};
}

Integer TokenLaw::TypesBelow(const Rational& share) const {
  if (exact()) {
    // A whole count is below the border just where it is below its ceiling.
    return FirstReaching(counts_before_, Ceil(share * Rational(counts_before_.back())));
  }
  return FirstReaching(weights_before_, ToDouble(share) * weights_before_.back());
}

double TokenLaw::EntropyNats() const {
  CompensatedSum sum;
  const double total = exact() ? ToDouble(counts_before_.back()) : weights_before_.back();
  for (std::size_t rank = 0; rank < types_; ++rank) {
    const double mass = (exact() ? ToDouble(counts_[rank]) : weights_[rank]) / total;
    if (mass > 0) sum.Add(-mass * std::log(mass));
  }
  return sum.Value();
}

std::vector<Integer> ParseCounts(std::string_view text, std::string_view file) {
  std::vector<Integer> counts;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = Trim(text.substr(0, end));
    ++number;
    if (!line.empty() && !IsComment(line)) counts.push_back(ParseCount(line, file, number));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (counts.empty()) throw CostError(fmt::format("{} holds no counts.", file));
  return counts;
}

}  // namespace costcheck
