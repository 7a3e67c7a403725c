#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "costmodel/algebra/expr.h"

namespace costcheck {

__extension__ typedef __int128 Wide;

/// An integer-valued cost in T, written twice: as an expression, and as plain
/// machine arithmetic that shares no code with it. Good for T up to some 10^4.
struct RandomCost {
  Expr expr;
  std::function<Wide(Wide)> value;
  int degree = 0;  ///< an upper bound
};

/// Sums, products, minima, maxima, floors and ceilings by small blocks. At least
/// 0 where `logs` is false or true alike; logs adds ceil(log2).
class RandomCosts {
 public:
  RandomCosts(std::uint64_t seed, bool logs) : random_(seed), logs_(logs) {}

  RandomCost Next(int depth);
  int Pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

 private:
  RandomCost Leaf();
  RandomCost Block(const RandomCost& a);

  std::mt19937_64 random_;
  bool logs_;
};

/// A change of strict order found by stepping through the integers.
struct BruteChange {
  std::int64_t first_integer;
  bool b_cheaper_after;
  bool tie_before;
  friend bool operator==(const BruteChange& a, const BruteChange& b) = default;
};

struct BruteAnswer {
  std::vector<BruteChange> changes;  ///< reversals only
  std::int64_t first_cheaper = 0;    ///< the first T with B < A; 0 if there is none
  std::int64_t first_dearer = 0;     ///< the first T with B > A; 0 if there is none
  std::vector<std::int64_t> ties;
};

/// By the signs of a - b at from, from + 1, ..., to.
BruteAnswer BruteForce(const std::function<Wide(Wide)>& a, const std::function<Wide(Wide)>& b,
                       std::int64_t from, std::int64_t to);

}  // namespace costcheck
