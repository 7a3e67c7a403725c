#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "costmodel/algebra/number.h"

namespace costcheck {

/// A share of the tokens, or an expectation under such shares: exact from
/// counts, a double (irrational, so marked as one) from Zipf's law.
struct Mass {
  std::variant<Rational, double> value = Rational(0);

  bool exact() const { return std::holds_alternative<Rational>(value); }
  /// Exact only if both are.
  friend Mass operator+(const Mass& a, const Mass& b);
  friend Mass operator-(const Mass& a, const Mass& b);
  friend Mass operator*(const Mass& a, const Rational& factor);
};

double ToDouble(const Mass& mass);

/// How often each token type occurs, the most frequent first. Ranks count from 0.
class TokenLaw {
 public:
  /// Any order. CostError if there is none, one is negative, or all are 0.
  static TokenLaw FromCounts(std::vector<Integer> counts);

  /// Type of rank r has mass (r + 1)^-s / sum over k = 1..V of k^-s. The sums are
  /// compensated: each is good to a few units in the last place. O(V) time, 16 V
  /// bytes. CostError unless s >= 0 is finite and 1 <= V <= 10^8.
  static TokenLaw Zipf(double s, std::int64_t types);

  std::int64_t types() const { return static_cast<std::int64_t>(types_); }
  bool exact() const { return !counts_.empty(); }

  /// Mass of the `types` most frequent types; 1 from the last type on, since a
  /// type that the law does not know never occurs. Requires types >= 0.
  Mass MassOfFirst(const Integer& types) const;

  /// The number of types with less than `share` of the mass before them. This is
  /// the rule "freq_percentile < share" in order of frequency, so the type that
  /// carries the sum across the border is still inside. O(log V).
  Integer TypesBelow(const Rational& share) const;

  /// - sum p ln p, in nats: a double.
  double EntropyNats() const;

  /// One clause for people: "Zipf, s = 1.2, V = 100".
  const std::string& description() const { return description_; }

 private:
  TokenLaw() = default;

  std::size_t types_ = 0;
  std::string description_;
  // Weights in descending order, with their running sums ([n]: of the first n);
  // one of the two pairs is empty.
  std::vector<Integer> counts_;
  std::vector<Integer> counts_before_;
  std::vector<double> weights_;
  std::vector<double> weights_before_;
};

/// Reads the text of a counts file: one type a line, either its count or the
/// token, a tab, space or comma, and its count (the last of these separates, so
/// that a token may hold the others). Skipped: empty lines, and comments, which are
/// a line of "#" alone or one that begins with "# " ("##ing<tab>7" is a token).
/// CostError with `file` and the line if a count is not a whole number of at
/// least 0, or with `file` if there is none.
std::vector<Integer> ParseCounts(std::string_view text, std::string_view file);

}  // namespace costcheck
