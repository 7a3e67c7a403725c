#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "verify/corpora/source.h"

namespace costcheck {

/// Tokens drawn independently, each by the same law: weights, scaled to whole masses that sum to
/// exactly Total(), between 2^51 and 2^52. That law, mass / total, is what is drawn and what every
/// figure is of; it is within 2^-51 (absolutely) of the given one, but for the greatest
/// probability, which takes what rounding leaves (less than V * 2^-51).
///
/// Draws use Walker's alias method (1977; the table as in Vose 1991) in whole numbers: two draws of
/// the stream a token.
class UnigramLaw final : public Source {
 public:
  /// Weights: finite, at least 0, one of them positive; at most 2^20 of them. A positive weight
  /// keeps a positive mass. Throws CostError with the number of the weight otherwise.
  explicit UnigramLaw(std::span<const double> weights);

  std::int64_t Types() const override { return static_cast<std::int64_t>(masses_.size()); }
  std::span<const double> Unigram() const override { return probabilities_; }
  /// -sum p ln p, by compensated summation.
  double EntropyRate() const override { return entropy_; }
  double EntropyBits() const;
  void Conditional(std::int32_t previous, std::span<double> next) const override;
  std::vector<std::int32_t> Draw(std::int64_t count, Stream& stream) const override;

  std::int32_t DrawOne(Stream& stream) const;
  /// The exact law: Masses()[i] / Total().
  std::span<const std::int64_t> Masses() const { return masses_; }
  std::int64_t Total() const { return capacity_ * Types(); }

  /// A column of the alias table: of its capacity, `own` belongs to the column's type and the rest
  /// to `alias`.
  struct Column {
    std::int64_t own;
    std::int32_t alias;
  };
  std::span<const Column> Columns() const { return columns_; }
  /// Mass of every column, a power of two.
  std::int64_t Capacity() const { return capacity_; }

 private:
  void FillColumns();

  std::int64_t capacity_;
  std::vector<std::int64_t> masses_;
  std::vector<double> probabilities_;
  std::vector<Column> columns_;
  double entropy_;
};

/// -sum p ln p in nats by compensated summation, 0 ln 0 = 0.
double Entropy(std::span<const double> probabilities);

}  // namespace costcheck
