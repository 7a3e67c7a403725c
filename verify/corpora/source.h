#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "verify/corpora/random.h"

namespace costcheck {

/// A source of tokens 0 .. Types()-1 whose law is known, so that the loss of any predictor has an
/// exact expectation and a floor. Of the past, at most the last token matters; the law of every
/// single token is the same (the source is stationary).
class Source {
 public:
  virtual ~Source() = default;

  virtual std::int64_t Types() const = 0;
  /// p(token), whatever came before; Types() numbers.
  virtual std::span<const double> Unigram() const = 0;
  /// Nats a token, given the whole past: no predictor that does not see its target has an expected
  /// loss below it.
  virtual double EntropyRate() const = 0;
  /// Writes p(next | previous) for every next; `next` has Types() numbers.
  virtual void Conditional(std::int32_t previous, std::span<double> next) const = 0;
  /// `count` tokens in a row, the first by the unigram law. The same stream gives the same tokens
  /// everywhere; a longer draw begins with a shorter one.
  virtual std::vector<std::int32_t> Draw(std::int64_t count, Stream& stream) const = 0;
};

/// Expected loss in nats of the token after `previous` for a predictor with these
/// log-probabilities: -sum over next of p(next | previous) * log_probabilities[next].
double ExpectedLoss(const Source& source, std::int32_t previous,
                    std::span<const float> log_probabilities);

}  // namespace costcheck
