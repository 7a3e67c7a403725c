#pragma once

#include "costmodel/algebra/expr.h"

namespace costcheck {

struct Decision {
  enum class Kind {
    kEqual,      ///< at every admissible point
    kDifferent,  ///< at `witness`
    kUnknown
  };
  Kind kind = Kind::kUnknown;
  Values witness;  ///< values of every symbol in f and g
};

/// Whether f = g at every integer of `free`'s domain, which is the only free
/// symbol: by the piecewise form of the difference, so windows and blocks
/// written in different ways are recognised. The witness is the smallest one.
/// Unknown only where the form does not fit its limits and no difference is met
/// before. CostError if another symbol is free.
Decision Decide(const Expr& f, const Expr& g, const Symbol& free);

/// The same for any number of symbols. Equal where the normal forms are, or
/// where one symbol is left; different where a point tells; without atoms one of
/// the two. Unknown where atoms are left and no tried point tells.
Decision Decide(const Expr& f, const Expr& g);

}  // namespace costcheck
