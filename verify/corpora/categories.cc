#include "verify/corpora/categories.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

#include "costmodel/algebra/error.h"
#include "verify/corpora/share.h"

namespace costcheck {
namespace {

constexpr BandRule Reference(BandSplit split, double high, double low, BandUnseen unseen,
                             BandOverlap overlap = BandOverlap::kHighWins) {
  return {split, high, low, BandTies::kFirstSeen, unseen, overlap};
}

void CheckRule(const BandRule& rule, std::int64_t types) {
  std::ostringstream message;
  const bool counts = rule.split == BandSplit::kCounts;
  const bool whole = rule.high == std::floor(rule.high) && rule.low == std::floor(rule.low);
  if (counts && !(whole && rule.high >= 0 && rule.low >= 0 &&
                  rule.high + rule.low <= static_cast<double>(types))) {
    message << "The first " << rule.high << " and the last " << rule.low << " of " << types
            << " types: both have to be whole numbers, together at most the types.";
  } else if (!counts && !(0 <= rule.high && rule.high <= rule.low && rule.low <= 1)) {
    message << "The shares where the band of frequent types ends and that of rare ones begins "
               "have to rise from 0 to 1, but are "
            << rule.high << " and " << rule.low << ".";
  }
  if (!message.str().empty()) throw CostError(message.str());
}

std::vector<std::int32_t> RankedTypes(const TypeCounts& counts, const BandRule& rule) {
  const auto at = [](const std::vector<std::int64_t>& numbers, std::int32_t type) {
    return numbers[static_cast<std::size_t>(type)];
  };
  std::vector<std::int32_t> ranked(counts.count.size());
  std::iota(ranked.begin(), ranked.end(), 0);
  if (rule.unseen != BandUnseen::kRanked) {
    std::erase_if(ranked, [&](std::int32_t type) { return at(counts.count, type) == 0; });
  }
  std::stable_sort(ranked.begin(), ranked.end(), [&](std::int32_t a, std::int32_t b) {
    if (at(counts.count, a) != at(counts.count, b)) {
      return at(counts.count, a) > at(counts.count, b);
    }
    return rule.ties == BandTies::kFirstSeen &&
           at(counts.first_position, a) < at(counts.first_position, b);
  });
  return ranked;
}

FrequencyBand BandAt(std::int64_t rank, std::int64_t high_end, std::int64_t low_begin,
                     BandOverlap overlap) {
  const bool high = rank < high_end;
  const bool low = rank >= low_begin;
  if (high && !(low && overlap == BandOverlap::kLowWins)) return FrequencyBand::kHigh;
  return low ? FrequencyBand::kLow : FrequencyBand::kMid;
}

// Ranks before the share of all occurrences is reached.
std::int64_t RanksBelow(double share, const TypeCounts& counts,
                        const std::vector<std::int32_t>& ranked) {
  const auto all = std::accumulate(counts.count.begin(), counts.count.end(), std::int64_t{0});
  std::int64_t before = 0;
  std::int64_t rank = 0;
  for (const std::int32_t type : ranked) {
    if (!(static_cast<double>(before) / static_cast<double>(all) < share)) break;
    before += counts.count[static_cast<std::size_t>(type)];
    ++rank;
  }
  return rank;
}

// Ranks at which the high band ends and the low one begins.
std::pair<std::int64_t, std::int64_t> Bounds(const TypeCounts& counts, const BandRule& rule,
                                             const std::vector<std::int32_t>& ranked) {
  const auto types = static_cast<std::int64_t>(ranked.size());
  switch (rule.split) {
    case BandSplit::kCounts:
      return {static_cast<std::int64_t>(rule.high), types - static_cast<std::int64_t>(rule.low)};
    case BandSplit::kOccurrences:
      return {RanksBelow(rule.high, counts, ranked), RanksBelow(rule.low, counts, ranked)};
    case BandSplit::kTypes:
      break;
  }
  return {ShareOf(rule.high, types), ShareOf(rule.low, types)};
}

void PutInOrder(const std::vector<std::int32_t>& ranked, TypeBands& bands) {
  std::vector<std::int64_t> rank(bands.band.size(), static_cast<std::int64_t>(bands.band.size()));
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    rank[static_cast<std::size_t>(ranked[i])] = static_cast<std::int64_t>(i);
  }
  bands.order.resize(bands.band.size());
  std::iota(bands.order.begin(), bands.order.end(), 0);
  const auto key = [&](std::int32_t type) {
    const auto i = static_cast<std::size_t>(type);
    return std::pair(bands.band[i], rank[i]);
  };
  std::stable_sort(bands.order.begin(), bands.order.end(),
                   [&](std::int32_t a, std::int32_t b) { return key(a) < key(b); });
  bands.place.resize(bands.order.size());
  for (std::size_t i = 0; i < bands.order.size(); ++i) {
    bands.place[static_cast<std::size_t>(bands.order[i])] = static_cast<std::int32_t>(i);
  }
}

}  // namespace

const std::array<NamedBandRule, 8> kReferenceBandRules = {{
    {"B1", Reference(BandSplit::kCounts, 20, 80, BandUnseen::kMid)},
    {"B2", Reference(BandSplit::kCounts, 30, 170, BandUnseen::kMid, BandOverlap::kLowWins)},
    {"B3", Reference(BandSplit::kOccurrences, 0.8, 0.95, BandUnseen::kNone)},
    {"B4", Reference(BandSplit::kTypes, 0.1, 0.2, BandUnseen::kNone)},
    {"B5", Reference(BandSplit::kCounts, 20, 50, BandUnseen::kMid)},
    {"B6", Reference(BandSplit::kTypes, 0.1, 0.8, BandUnseen::kMid)},
    {"B7", Reference(BandSplit::kOccurrences, 0.6, 0.85, BandUnseen::kNone)},
    {"B7L", Reference(BandSplit::kOccurrences, 0.7, 0.9, BandUnseen::kNone)},
}};

TypeBands SortIntoBands(const TypeCounts& counts, const BandRule& rule) {
  const std::size_t types = counts.count.size();
  COSTCHECK_CHECK(counts.first_position.size() == types);
  CheckRule(rule, static_cast<std::int64_t>(types));
  const std::vector<std::int32_t> ranked = RankedTypes(counts, rule);
  const auto [high_end, low_begin] = Bounds(counts, rule, ranked);
  TypeBands bands;
  bands.band.assign(types,
                    rule.unseen == BandUnseen::kNone ? FrequencyBand::kNone : FrequencyBand::kMid);
  for (std::size_t rank = 0; rank < ranked.size(); ++rank) {
    bands.band[static_cast<std::size_t>(ranked[rank])] =
        BandAt(static_cast<std::int64_t>(rank), high_end, low_begin, rule.overlap);
  }
  for (const FrequencyBand band : bands.band) ++bands.sizes[static_cast<std::size_t>(band)];
  PutInOrder(ranked, bands);
  return bands;
}

std::vector<std::int64_t> Renumber(std::span<const std::int64_t> tokens, const TypeBands& bands) {
  std::vector<std::int64_t> places;
  places.reserve(tokens.size());
  for (const std::int64_t token : tokens) {
    COSTCHECK_CHECK(0 <= token && token < static_cast<std::int64_t>(bands.place.size()));
    places.push_back(bands.place[static_cast<std::size_t>(token)]);
  }
  return places;
}

}  // namespace costcheck
