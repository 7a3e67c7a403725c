#pragma once

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "claims/claim.h"
#include "claims/set_values.h"
#include "costmodel/query/counting.h"

// What layers of ClaimCounting come to, each found once.

namespace costcheck {

/// How one expression is counted: layers of ClaimCounting, later ones above earlier ones. The
/// first is the claim's own, then a reading's, then what a scope or a slip tries.
using CountingLayers = std::span<const ClaimCounting* const>;

/// A way of counting with a number of its own, for keys.
struct KnownCounting {
  Counting counting;
  bool scope_is_set = false;  ///< by name, not by the convention
  int id = 0;
  std::string key;
};

/// Symbols that are set, with a number of their own. No two have the same.
struct KnownValues {
  SetValues values;
  int id = 0;
};

class CountingTable {
 public:
  /// The convention of the last layer that names one, and above it what the layers override;
  /// first-principles, causal, a forward pass where none does. `causal` may be a rule of pairs
  /// besides yes and no: full, half, exact. CostError for unknown words, with the nearest.
  const KnownCounting& Counted(CountingLayers layers);
  /// The same with a thing of CountingNames() or the convention overridden.
  const KnownCounting& Counted(const KnownCounting& counting, const std::vector<Argument>& own);

  /// What the layers set. Valid until this is called again.
  const KnownValues& Set(CountingLayers layers);
  /// These, and `own` above them. Valid as long.
  const KnownValues& Set(const KnownValues& values, const std::vector<Argument>& own);

 private:
  std::unordered_map<std::string, KnownCounting> countings_;
  std::unordered_map<std::string, KnownValues> values_;
  int next_values_ = 0;
};

}  // namespace costcheck
