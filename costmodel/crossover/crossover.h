#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "costmodel/algebra/expr.h"
#include "costmodel/crossover/limit.h"
#include "costmodel/crossover/track.h"

// Where two costs meet. Both depend on one free symbol x; everything else is
// bound. Only integers are admissible for x, whatever its domain. "Cheaper" means
// strictly below.

namespace costcheck {

enum class Verdict {
  kNever,      ///< B is nowhere cheaper: it costs as much as A or more everywhere
  kAlways,     ///< B is somewhere cheaper and nowhere dearer
  kCrosses,    ///< each is cheaper somewhere, and the order settles in the end
  kOscillates  ///< the order is reversed for ever, with a period
};
std::string_view VerdictName(Verdict verdict);  ///< "never", "always", "crosses", "oscillates"

struct CrossoverOptions {
  Integer from = 1;                  ///< the first admissible x; >= 0
  std::optional<Integer> to{};       ///< the last one; missing: no end
  int digits = 6;                    ///< of Change::decimal, after the point
  std::size_t most_changes = 10000;  ///< rows; more end the list, see complete_to
  bool limit = true;                 ///< find Crossovers::limit, too
};

/// The range of the options. CostError if it is empty or begins below 0.
Range CheckedRange(const Symbol& x, const CrossoverOptions& options);

/// The order of A and B is strictly reversed. Where one polynomial holds between
/// the integers beside it, the real root is known and the second half is filled;
/// where floors act only integers matter, and it is empty.
struct Change {
  Integer first_integer;  ///< the first integer at which the new order holds
  bool b_cheaper_after = false;
  std::optional<Integer> tie;  ///< first_integer - 1 where A = B there

  std::optional<Rational> lower;           ///< lower <= root <= upper, at most 10^-digits apart,
  std::optional<Rational> upper;           ///< equal where the root is rational
  std::string decimal;                     ///< "213.333333", rounded, zeros at the end left out
  std::optional<std::string> closed_form;  ///< "(33 + sqrt(65))/2"; missing for higher degrees
  std::string condition;  ///< where that polynomial holds: "T >= 8"; "" if everywhere
};

/// A tangent (a tie without a reversal) is no change; runs of ties inside a
/// reversal belong to one change.
struct Crossovers {
  Verdict verdict = Verdict::kNever;
  bool identical = false;  ///< A = B at every x
  /// kCrosses and kOscillates: every reversal, in ascending order. kAlways: one
  /// row, for the first integer at which B is cheaper. kNever: none.
  std::vector<Change> changes;
  /// The integers at which A = B, as maximal runs; at most the first 1000.
  std::vector<Range> ties;
  /// The answer covers x from `from` to here; missing: the whole range.
  std::optional<Integer> complete_to;
  /// kOscillates: in the end the order depends on x modulo this.
  Integer period = 1;
  /// kOscillates: tail_signs[r] is the sign of A - B where x = r (mod period).
  std::vector<int> tail_signs;
  Limit limit;  ///< of A / B as x grows, whatever `to` is; unknown if not asked for
};

/// CostError if a symbol but x is free, a cost is divided by 0, or the range is empty.
Crossovers FindCrossovers(const Expr& a, const Expr& b, const Symbol& x,
                          const CrossoverOptions& options = {});

}  // namespace costcheck
