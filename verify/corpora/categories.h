#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "verify/corpora/corpus.h"

// Which token types are called frequent and which rare. The programs of the seeds do it in six
// ways, with side effects; each way and each side effect is an option here with a name, beside the
// form without it. Types are ranked by falling count.

namespace costcheck {

enum class FrequencyBand : std::int8_t {
  kHigh,
  kMid,
  kLow,
  kNone,  ///< a type that no table has: the reference gives it noise, a new one at each look-up
};

/// What `high` and `low` of a rule are.
enum class BandSplit {
  kCounts,       ///< high: the first `high` ranked types; low: the LAST `low` of them
  kOccurrences,  ///< a type is high where those ranked before it have less than the share `high` of
                 ///< all occurrences, else mid where less than `low`, else low
  kTypes,  ///< high: the first floor(high * n) of the n ranked types; low: from floor(low * n) on
};

/// Equal counts are ranked by ...
enum class BandTies {
  kSmallerId,
  kFirstSeen,  ///< the reference: the type that occurs first in the text
};

/// Types that never occur.
enum class BandUnseen {
  kRanked,  ///< ranked behind the others by id, as types that occur 0 times
  kMid,     ///< the reference of B1, B2, B5, B6: not ranked, mid
  kNone,    ///< the reference of B3, B4, B7, B7L: not ranked, in no band
};

/// Types both high and low, which kCounts has where fewer than high + low are ranked (never where
/// all are).
enum class BandOverlap {
  kHighWins,
  kLowWins,  ///< the reference of B2: with every type low in the extreme
};

/// Every default is the corrected form.
struct BandRule {
  BandSplit split;
  double high;
  double low;
  BandTies ties = BandTies::kSmallerId;
  BandUnseen unseen = BandUnseen::kRanked;
  BandOverlap overlap = BandOverlap::kHighWins;
};

/// The names of the options, for files.
inline constexpr std::array kBandSplitNames = {
    std::pair<std::string_view, BandSplit>{"counts", BandSplit::kCounts},
    std::pair<std::string_view, BandSplit>{"occurrences", BandSplit::kOccurrences},
    std::pair<std::string_view, BandSplit>{"types", BandSplit::kTypes},
};
inline constexpr std::array kBandTiesNames = {
    std::pair<std::string_view, BandTies>{"smaller-id", BandTies::kSmallerId},
    std::pair<std::string_view, BandTies>{"first-seen", BandTies::kFirstSeen},
};
inline constexpr std::array kBandUnseenNames = {
    std::pair<std::string_view, BandUnseen>{"ranked", BandUnseen::kRanked},
    std::pair<std::string_view, BandUnseen>{"mid", BandUnseen::kMid},
    std::pair<std::string_view, BandUnseen>{"none", BandUnseen::kNone},
};
inline constexpr std::array kBandOverlapNames = {
    std::pair<std::string_view, BandOverlap>{"high-wins", BandOverlap::kHighWins},
    std::pair<std::string_view, BandOverlap>{"low-wins", BandOverlap::kLowWins},
};

/// The rules of the reference, of their experiment's vocabulary. (B1 and B2 mean the last 20 and 15
/// percent by "low", but name the last 80 and 85: with all types seen, none is mid.)
/// B5's and later ones count the whole text, what is held out for validation too.
struct NamedBandRule {
  std::string_view name;
  BandRule rule;
};
extern const std::array<NamedBandRule, 8> kReferenceBandRules;

/// Types in bands, and renumbered so that bands are runs of types, as banded embeddings have them.
struct TypeBands {
  std::vector<FrequencyBand> band;         ///< of every type
  std::vector<std::int32_t> order;         ///< types by band, then by rank (those not ranked: id)
  std::vector<std::int32_t> place;         ///< of every type in `order`
  std::array<std::int64_t, 4> sizes = {};  ///< types of every band, by FrequencyBand
};

/// Throws CostError for a rule out of range: shares 0 <= high <= low <= 1, numbers of types whole
/// and at least 0, high + low at most V.
TypeBands SortIntoBands(const TypeCounts& counts, const BandRule& rule);

/// The tokens by their places: what a banded embedding looks up. Targets keep their own numbers, as
/// does what depends on a number: the token 0 that pads a window, the smallest most frequent one.
std::vector<std::int64_t> Renumber(std::span<const std::int64_t> tokens, const TypeBands& bands);

}  // namespace costcheck
