#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "verify/kernels/patterns.h"

// Patterns of random sizes, each with a mask that is drawn cell by cell from the definition and
// shares no code with it.

namespace costcheck {

using Random = std::mt19937_64;
/// From `least` to `most`.
std::int64_t Draw(Random& random, std::int64_t least, std::int64_t most);

struct PatternCase {
  TextLengths text{};
  std::int64_t sequences = 1, heads = 1, selecting_heads = 1;

  std::string component;                           ///< in costmodel
  std::map<std::string, std::int64_t> parameters;  ///< its own
  bool whole_blocks = false;                       ///< executes more than it uses

  std::vector<std::int32_t> index;  ///< chosen keys or blocks, else empty
  std::function<std::unique_ptr<KeyPattern>(const std::int32_t* index)> make;
  /// Whether a query attends to a key; the causal mask included.
  std::function<bool(std::int64_t sequence, std::int64_t head, std::int64_t row, std::int64_t key)>
      sees;

  std::unique_ptr<KeyPattern> Make() const { return make(index.data()); }
  std::string Describe() const;
};

/// Lengths, numbers of heads, and whether causal.
struct CaseSizes {
  TextLengths text;
  std::int64_t sequences, heads, selecting_heads;
};
/// T and S from 1 to `longest`, equal in half of the cases.
CaseSizes DrawSizes(Random& random, std::int64_t longest);

using CaseMaker = PatternCase (*)(const CaseSizes& sizes, Random& random);
/// One for every class of patterns.h.
const std::vector<CaseMaker>& CaseMakers();

}  // namespace costcheck
