#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "verify/corpora/random.h"

namespace costcheck {

/// What a window of T tokens is to predict.
enum class Target {
  kNextToken,     ///< at every position the next token; the last one's lies behind the window
  kFollowing,     ///< the token behind the window, one a row
  kMostFrequent,  ///< the window's own most frequent token, one a row; of several the smallest
  kFirst,  ///< the window's first token, one a row; the input is the other T-1, and then a token 0
};

/// Tokens that a window reads: T + 1 where a target lies behind it, else T.
std::int64_t WindowSpan(Target target, std::int64_t length);
/// Targets a row: T for kNextToken, else 1.
std::int64_t TargetsPerRow(Target target, std::int64_t length);

/// Where windows of a batch start.
enum class WindowOrder {
  kConsecutive,  ///< one behind the other, T apart: the targets of kNextToken cover the text once
  kStepped,      ///< row r of batch b at b * batch_step + r * row_step
  kRandom,       ///< anywhere, with replacement, each position equally often
};

struct WindowSettings {
  std::int64_t length;  ///< T
  std::int64_t rows;    ///< B
  Target target = Target::kNextToken;
  WindowOrder order = WindowOrder::kRandom;
  std::int64_t row_step = 0;    ///< of kStepped
  std::int64_t batch_step = 0;  ///< of kStepped
  std::int64_t batches = 0;     ///< kConsecutive and kStepped: so many at most; 0: all there are
};

struct Batch {
  std::int64_t rows;
  std::int64_t length;                ///< T
  std::vector<std::int64_t> inputs;   ///< [rows, T]
  std::vector<std::int64_t> targets;  ///< [rows, TargetsPerRow]
};

/// `count` starts, each of 0 .. tokens - span equally often. Requires span <= tokens. (The seeds'
/// programs never draw the last one.)
std::vector<std::int64_t> RandomStarts(std::int64_t tokens, std::int64_t span, std::int64_t count,
                                       Stream& stream);

/// Windows at these starts, each of which must lie within the tokens with its targets.
Batch MakeBatch(std::span<const std::int32_t> tokens, std::span<const std::int64_t> starts,
                Target target, std::int64_t length);

/// The batches of a run: batch i is the same whenever and however often it is asked for, whatever
/// else was drawn, so that all arms of a comparison see the same ones, and a run that goes on after
/// a break has nothing to restore.
class Batches {
 public:
  /// `name`: of the stream that random starts are from; batch i is from Stream(seed, name, i). The
  /// tokens must outlive the object. Throws CostError where not a single batch fits, or for a
  /// length, a step or a number of rows out of range; `place` begins the sentence.
  Batches(std::span<const std::int32_t> tokens, const WindowSettings& settings, std::uint64_t seed,
          std::string name, const std::string& place);

  /// Batches of an epoch; 0 where they are drawn at random. The last one of kConsecutive may have
  /// fewer rows, and fewer than T tokens at the end of the text are in none of its windows; those
  /// of kStepped are whole.
  std::int64_t PerEpoch() const { return per_epoch_; }
  /// Batch i, 0 or more; after an epoch they begin again.
  Batch At(std::int64_t index) const;

 private:
  std::int64_t CountPerEpoch() const;
  std::vector<std::int64_t> StartsOf(std::int64_t index) const;
  std::vector<std::int64_t> ConsecutiveStarts(std::int64_t batch) const;

  std::span<const std::int32_t> tokens_;
  WindowSettings settings_;
  std::int64_t span_;
  std::uint64_t seed_;
  std::string name_;
  std::int64_t per_epoch_ = 0;
};

}  // namespace costcheck
