#include "verify/corpora/byte_pairs.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "costmodel/algebra/error.h"
#include "verify/corpora/byte_pair_training.h"
#include "verify/corpora/chunks.h"

namespace costcheck {
namespace {

constexpr std::int64_t kBytes = 256;

using MergeTokens = std::map<BytePairs::Merge, std::int32_t>;

// The token of the earliest merge that joins two neighbours; kNone if no merge does.
constexpr std::int32_t kNone = -1;
std::int32_t EarliestMerge(const std::vector<std::int32_t>& tokens, const MergeTokens& joined) {
  std::int32_t earliest = kNone;
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    const auto found = joined.find({tokens[i - 1], tokens[i]});
    if (found == joined.end()) continue;
    if (earliest == kNone || found->second < earliest) earliest = found->second;
  }
  return earliest;
}

}  // namespace

BytePairs::BytePairs(std::vector<Merge> merges) : merges_(std::move(merges)) {
  for (std::int64_t byte = 0; byte < kBytes; ++byte) {
    bytes_.emplace_back(1, static_cast<char>(byte));
  }
  for (const Merge& merge : merges_) {
    bytes_.push_back(std::string(BytesOf(merge.first)) + std::string(BytesOf(merge.second)));
  }
}

BytePairs BytePairs::Train(std::string_view text, std::int64_t types, const std::string& name) {
  if (types < kBytes) {
    throw CostError("A vocabulary of byte pairs has the " + std::to_string(kBytes) +
                    " bytes at least, but for " + name + " it is to have " + std::to_string(types) +
                    " types.");
  }
  std::vector<Merge> merges = TrainMerges(text, types - kBytes);
  if (static_cast<std::int64_t>(merges.size()) < types - kBytes) {
    throw CostError("The " + std::to_string(text.size()) + " bytes of " + name +
                    " are too few for a vocabulary of " + std::to_string(types) +
                    " types: no pair is left to join at " +
                    std::to_string(kBytes + static_cast<std::int64_t>(merges.size())) + ".");
  }
  return BytePairs(std::move(merges));
}

std::vector<std::int32_t> BytePairs::Encode(std::string_view text) const {
  MergeTokens joined;
  for (std::size_t k = 0; k < merges_.size(); ++k) {
    joined[merges_[k]] = static_cast<std::int32_t>(kBytes) + static_cast<std::int32_t>(k);
  }
  // A text says most of its chunks again and again.
  std::unordered_map<std::string_view, std::vector<std::int32_t>> known;
  std::vector<std::int32_t> encoded;
  ForEachChunk(text, [&](std::string_view chunk) {
    const auto [found, unknown] = known.try_emplace(chunk);
    std::vector<std::int32_t>& tokens = found->second;
    if (unknown) {
      for (const char c : chunk) tokens.push_back(static_cast<unsigned char>(c));
      for (std::int32_t merge; (merge = EarliestMerge(tokens, joined)) != kNone;) {
        JoinPair(merges_[static_cast<std::size_t>(merge - kBytes)], merge, tokens);
      }
    }
    encoded.insert(encoded.end(), tokens.begin(), tokens.end());
  });
  return encoded;
}

std::string BytePairs::Decode(std::span<const std::int32_t> tokens) const {
  std::string text;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i] < 0 || tokens[i] >= Types()) {
      throw CostError("The token " + std::to_string(tokens[i]) + " at position " +
                      std::to_string(i) + " (the first is 0) is none of the vocabulary's 0 to " +
                      std::to_string(Types() - 1) + ".");
    }
    text += BytesOf(tokens[i]);
  }
  return text;
}

}  // namespace costcheck
