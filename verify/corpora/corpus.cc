#include "verify/corpora/corpus.h"

#include <algorithm>
#include <utility>

#include "costmodel/algebra/error.h"
#include "verify/corpora/share.h"

namespace costcheck {

Corpus DrawCorpus(std::string name, std::shared_ptr<const Source> source, std::int64_t count,
                  Stream& stream) {
  COSTCHECK_CHECK(source != nullptr);
  if (count < 1) {
    throw CostError("The corpus " + name + " has to have at least 1 token, not " +
                    std::to_string(count) + ".");
  }
  const std::int64_t types = source->Types();
  std::vector<std::int32_t> tokens = source->Draw(count, stream);
  return {std::move(name), types, std::move(tokens), std::move(source), 0};
}

void CheckTokens(const Corpus& corpus) {
  const auto outside = [&](std::int32_t token) { return token < 0 || token >= corpus.types; };
  const auto found = std::find_if(corpus.tokens.begin(), corpus.tokens.end(), outside);
  if (found == corpus.tokens.end()) return;
  throw CostError("The corpus " + corpus.name + " has the token " + std::to_string(*found) +
                  " at position " + std::to_string(found - corpus.tokens.begin()) +
                  " (the first is 0), but its " + std::to_string(corpus.types) +
                  " types are 0 to " + std::to_string(corpus.types - 1) + ".");
}

void CheckTrainingShare(double share, const std::string& corpus_name) {
  if (0 < share && share <= 1) return;
  throw CostError("The share of the corpus " + corpus_name +
                  " for training has to be above 0 and at most 1, not " + std::to_string(share) +
                  ".");
}

Split SplitByPosition(const Corpus& corpus, double training_share) {
  CheckTrainingShare(training_share, corpus.name);
  const std::span<const std::int32_t> tokens = corpus.tokens;
  const auto training =
      static_cast<std::size_t>(ShareOf(training_share, static_cast<std::int64_t>(tokens.size())));
  return {tokens.first(training), tokens.subspan(training)};
}

TypeCounts CountTypes(std::span<const std::int32_t> tokens, std::int64_t types) {
  const auto nowhere = static_cast<std::int64_t>(tokens.size());
  TypeCounts counts;
  counts.count.assign(static_cast<std::size_t>(types), 0);
  counts.first_position.assign(static_cast<std::size_t>(types), nowhere);
  for (std::size_t position = 0; position < tokens.size(); ++position) {
    COSTCHECK_CHECK(0 <= tokens[position] && tokens[position] < types);
    const auto type = static_cast<std::size_t>(tokens[position]);
    if (counts.count[type]++ == 0) {
      counts.first_position[type] = static_cast<std::int64_t>(position);
    }
  }
  return counts;
}

}  // namespace costcheck
