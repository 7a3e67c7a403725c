#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "verify/corpora/source.h"

namespace costcheck {

/// A text in tokens.
struct Corpus {
  std::string name;
  std::int64_t types;  ///< V: tokens are 0 .. V-1
  std::vector<std::int32_t> tokens;
  std::shared_ptr<const Source> source;  ///< the law it was drawn by; null for a text
  std::int64_t bytes = 0;                ///< of the text, for losses per byte; 0 if drawn
};

/// `count` tokens of a source. Throws CostError unless count is at least 1.
Corpus DrawCorpus(std::string name, std::shared_ptr<const Source> source, std::int64_t count,
                  Stream& stream);

/// Throws a CostError with corpus, position and range for the first token outside of 0 .. V-1.
void CheckTokens(const Corpus& corpus);

struct Split {
  std::span<const std::int32_t> training;
  std::span<const std::int32_t> validation;
};

/// Throws CostError unless 0 < share <= 1.
void CheckTrainingShare(double share, const std::string& corpus_name);

/// The first ShareOf(share, N) tokens (share.h) and the others. The corpus must outlive the result.
/// Throws CostError unless 0 < share <= 1.
Split SplitByPosition(const Corpus& corpus, double training_share);

/// How often every type occurs, and where first (the length of the text: nowhere).
struct TypeCounts {
  std::vector<std::int64_t> count;
  std::vector<std::int64_t> first_position;
};

/// Requires tokens in 0 .. types-1 (CheckTokens).
TypeCounts CountTypes(std::span<const std::int32_t> tokens, std::int64_t types);

}  // namespace costcheck
