#pragma once

#include <cstdint>
#include <vector>

#include "verify/corpora/unigram.h"

namespace costcheck {

/// Weights 1/rank^s of `types` types: type 0 has rank 1. s = 0 makes all equally frequent. The same
/// bits on every machine. Throws CostError unless types is 1 .. 2^20 and 0 <= s <= 20.
std::vector<double> ZipfWeights(std::int64_t types, double s);

/// Independent tokens by Zipf's law (Zipf 1935; with an exponent and a last rank).
UnigramLaw Zipf(std::int64_t types, double s);

}  // namespace costcheck
