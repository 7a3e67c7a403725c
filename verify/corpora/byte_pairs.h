#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace costcheck {

/// A vocabulary of byte strings: tokens 0 .. 255 are the bytes, token 256 + k is what merge k joins
/// (byte-pair encoding: Gage 1994; Sennrich, Haddow & Birch 2016, Sec. 3.2, on bytes).
///
/// Training begins with the text in bytes and joins, again and again, the pair of neighbouring
/// tokens that occurs most often, every occurrence from left to right; of equally frequent pairs
/// the one whose first token, then whose second token has the smaller number. No pair crosses the
/// end of a chunk (chunks.h); neighbours count where they overlap too ("aaa" has 2 pairs).
///
/// Encoding does the merges in the order of training, chunk by chunk. Decode(Encode(t)) = t for any
/// bytes.
class BytePairs {
 public:
  using Merge = std::pair<std::int32_t, std::int32_t>;

  /// A vocabulary of `types` tokens. Throws CostError for fewer than 256 types, and where the text
  /// has no pair left to join; `name` is the text's in the sentence.
  static BytePairs Train(std::string_view text, std::int64_t types, const std::string& name);

  std::int64_t Types() const { return static_cast<std::int64_t>(bytes_.size()); }
  std::span<const Merge> Merges() const { return merges_; }
  /// The bytes of a token, 0 .. Types()-1.
  std::string_view BytesOf(std::int32_t token) const {
    return bytes_[static_cast<std::size_t>(token)];
  }

  std::vector<std::int32_t> Encode(std::string_view text) const;
  /// Throws CostError with its position for a token that the vocabulary lacks.
  std::string Decode(std::span<const std::int32_t> tokens) const;

 private:
  explicit BytePairs(std::vector<Merge> merges);

  std::vector<Merge> merges_;
  std::vector<std::string> bytes_;
};

}  // namespace costcheck
