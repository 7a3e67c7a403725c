#pragma once

#include <functional>

#include "costmodel/algebra/expr.h"
#include "costmodel/operators/graph.h"

// Exact sums from which the patterns count their query-key pairs.
//
// Queries and keys of unequal number are aligned at the end: the query in row i
// (from 0) of T stands at position a = S - T + i and sees, under the causal
// mask, the n = a + 1 keys j <= a; none if a < 0. A pattern says how many of
// these n it keeps, g(n), and what that adds up to, G(n) = g(1) + ... + g(n).
// The pairs of all rows are then G(S) - G(max(S - T, 0)). Everything is exact
// for windows longer than the text, blocks that do not divide, T > S and 0.

namespace costcheck {

/// Who asks and who is asked, in tokens of one sequence.
struct Lengths {
  Expr queries;         ///< T; 1 in decode
  Expr keys;            ///< S
  bool causal = true;   ///< a query sees no later key
  bool decode = false;  ///< one query, at the position of the last key
};

Expr Positive(const Expr& value);  ///< max(value, 0)

/// 1 + 2 + ... + n = n(n+1)/2. Requires n >= -1.
Expr Triangle(const Expr& n);
/// min(1, cap) + ... + min(n, cap), cap of either sign. Requires n >= 0.
Expr SumMin(const Expr& n, const Expr& cap);
/// floor(0/b) + ... + floor((n-1)/b): n terms. Requires n >= 0, b >= 1.
Expr SumFloor(const Expr& n, const Expr& b);
/// The same n terms, each min(floor(i/b), cap). Requires cap >= 0 too.
Expr SumMinFloor(const Expr& n, const Expr& b, const Expr& cap);

/// How many of its n visible keys a causal query keeps, and the sum of that.
struct CausalPattern {
  std::function<Expr(const Expr& n)> kept;  ///< g(n), n >= 1
  std::function<Expr(const Expr& n)> sum;   ///< G(n), n >= 0
};

/// G(S) - G(max(S - T, 0)), and g(S) in decode.
Expr CausalPairs(const Lengths& lengths, const CausalPattern& pattern);

/// Sum over all rows of what `sum` adds up over positions 0 .. n-1; rows before
/// the first key count nothing. For patterns that see both ways.
Expr SumOverPositions(const Lengths& lengths, const std::function<Expr(const Expr& n)>& sum);

/// Pairs with a - left <= j <= a + right, seen both ways: N(right) - N(-left - 1),
/// where N(c) counts j <= a + c. Rows before the first key keep what the band
/// still reaches. Requires left, right >= 0.
Expr BandPairs(const Expr& queries, const Expr& keys, const Expr& left, const Expr& right);

/// What a pattern comes to under each rule. Without a causal mask the unmasked
/// count is the exact one of the pattern that sees both ways, which is what a
/// convention then reads; in decode likewise it is what the one token keeps.
struct PatternCounts {
  Expr unmasked;  ///< causal form, mask ignored: a plain closed form
  Expr useful;    ///< of the form that the lengths ask for
  Expr executed;
};
Pairs MakePairs(const Lengths& lengths, const PatternCounts& counts);

}  // namespace costcheck
