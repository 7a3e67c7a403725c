#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace costcheck {

/// The merges that training on a text does (byte_pairs.h), `count` of them or fewer if no pair is
/// left. Time is about that of the occurrences that merges change: a few seconds for 8,000 merges
/// of 10 MB of prose.
std::vector<std::pair<std::int32_t, std::int32_t>> TrainMerges(std::string_view text,
                                                               std::int64_t count);

/// Joins every occurrence of a pair, from left to right; whether there was one.
bool JoinPair(const std::pair<std::int32_t, std::int32_t>& pair, std::int32_t joined,
              std::vector<std::int32_t>& tokens);

}  // namespace costcheck
