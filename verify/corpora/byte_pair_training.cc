#include "verify/corpora/byte_pair_training.h"

#include <algorithm>
#include <queue>
#include <tuple>
#include <unordered_map>

#include "verify/corpora/chunks.h"

namespace costcheck {
namespace {

using Pair = std::pair<std::int32_t, std::int32_t>;

struct PairHash {
  std::size_t operator()(const Pair& pair) const {
    const auto first = static_cast<std::uint64_t>(pair.first);
    const std::uint64_t both = first << 32 | static_cast<std::uint32_t>(pair.second);
    return static_cast<std::size_t>((both * 0x9e3779b97f4a7c15) >> 20);
  }
};

// A chunk of the text, each once.
struct Word {
  std::vector<std::int32_t> tokens;
  std::int64_t count;
};

struct Occurrences {
  std::int64_t count = 0;
  std::vector<std::size_t> words;  // those that had the pair at some time, some of them twice
};

struct Candidate {
  std::int64_t count;
  Pair pair;

  // The most frequent pair is the greatest, then the smaller one.
  bool operator<(const Candidate& other) const {
    return std::tie(count, other.pair) < std::tie(other.count, pair);
  }
};

class Trainer {
 public:
  explicit Trainer(std::string_view text) {
    std::unordered_map<std::string_view, std::int64_t> counts;
    ForEachChunk(text, [&](std::string_view chunk) { ++counts[chunk]; });
    for (const auto& [chunk, count] : counts) {
      Word word{{}, count};
      for (const char c : chunk) word.tokens.push_back(static_cast<unsigned char>(c));
      words_.push_back(std::move(word));
    }
    for (std::size_t i = 0; i < words_.size(); ++i) CountPairs(i, words_[i].count);
    Propose();
  }

  // The pair to be joined next; its count is 0 if none is left.
  Candidate Best() {
    while (!candidates_.empty()) {
      const Candidate best = candidates_.top();
      // A count that has changed since was proposed anew.
      if (best.count > 0 && best.count == pairs_[best.pair].count) return best;
      candidates_.pop();
    }
    return {0, {}};
  }

  void Join(const Pair& pair, std::int32_t joined) {
    const std::vector<std::size_t> words = std::move(pairs_[pair].words);
    pairs_[pair].words.clear();
    for (const std::size_t i : words) {
      std::vector<std::int32_t> tokens = words_[i].tokens;
      if (!JoinPair(pair, joined, tokens)) continue;
      CountPairs(i, -words_[i].count);
      words_[i].tokens = std::move(tokens);
      CountPairs(i, words_[i].count);
    }
    Propose();
  }

 private:
  void CountPairs(std::size_t index, std::int64_t count) {
    const std::vector<std::int32_t>& tokens = words_[index].tokens;
    for (std::size_t i = 1; i < tokens.size(); ++i) {
      const Pair pair{tokens[i - 1], tokens[i]};
      Occurrences& occurrences = pairs_[pair];
      occurrences.count += count;
      if (count > 0) occurrences.words.push_back(index);
      changed_.push_back(pair);
    }
  }

  void Propose() {
    std::sort(changed_.begin(), changed_.end());
    changed_.erase(std::unique(changed_.begin(), changed_.end()), changed_.end());
    for (const Pair& pair : changed_) candidates_.push({pairs_[pair].count, pair});
    changed_.clear();
  }

  std::vector<Word> words_;
  std::unordered_map<Pair, Occurrences, PairHash> pairs_;
  std::priority_queue<Candidate> candidates_;
  std::vector<Pair> changed_;
};

}  // namespace

bool JoinPair(const Pair& pair, std::int32_t joined, std::vector<std::int32_t>& tokens) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool here = i + 1 < tokens.size() && Pair{tokens[i], tokens[i + 1]} == pair;
    tokens[kept++] = here ? joined : tokens[i];
    if (here) ++i;
  }
  const bool any = kept < tokens.size();
  tokens.resize(kept);
  return any;
}

std::vector<Pair> TrainMerges(std::string_view text, std::int64_t count) {
  constexpr std::int32_t kBytes = 256;
  Trainer trainer(text);
  std::vector<Pair> merges;
  while (static_cast<std::int64_t>(merges.size()) < count) {
    const Candidate best = trainer.Best();
    if (best.count == 0) break;
    trainer.Join(best.pair, kBytes + static_cast<std::int32_t>(merges.size()));
    merges.push_back(best.pair);
  }
  return merges;
}

}  // namespace costcheck
