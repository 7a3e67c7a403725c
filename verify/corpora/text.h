#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "verify/corpora/byte_pairs.h"
#include "verify/corpora/corpus.h"
#include "verify/corpora/unigram.h"

namespace costcheck {

/// All bytes of a file. Throws CostError with the path and the reason if it cannot be read, and for
/// an empty file.
std::string ReadText(const std::string& path);

/// The bytes as tokens: 256 types.
Corpus ByteCorpus(std::string name, std::string_view text);

/// The text in byte pairs, trained on its first ShareOf(training_share, bytes) bytes (share.h),
/// so that the part held out has no say in the vocabulary; a split of the tokens by the same share
/// lies near that place. Throws CostError as BytePairs::Train, and unless
/// 0 < training_share <= 1.
struct EncodedText {
  Corpus corpus;
  BytePairs vocabulary;
};
EncodedText BytePairCorpus(std::string name, std::string_view text, std::int64_t types,
                           double training_share);

/// The law by which types occur in a text. Its entropy is what a predictor reaches on that text
/// that knows the counts and ignores the past, not the entropy of the language.
UnigramLaw LawOf(const TypeCounts& counts);

}  // namespace costcheck
