#pragma once

#include <optional>
#include <string>

#include "costmodel/algebra/expr.h"

namespace costcheck {

struct Limit {
  enum class Kind {
    kFinite,         ///< `value`
    kInfinity,       ///< A / B exceeds every number
    kMinusInfinity,  ///< and so does -A / B
    kNone,           ///< it depends on x modulo something for ever, or B = 0 for ever
    kUnknown         ///< not decided
  };
  Kind kind = Kind::kUnknown;
  Rational value = 0;

  friend bool operator==(const Limit& a, const Limit& b) = default;
};

/// "7/2", "0", "infinity", "-infinity"; nothing where there is none or it is unknown.
std::optional<std::string> LimitText(const Limit& limit);

/// The limit of a / b as x grows through the integers: exact, from the leading
/// terms of the polynomials (on every residue class) that hold in the end.
/// Powers of one and the same ceil(log2(...)) are ranked between powers of x;
/// with two different ones the limit is unknown. CostError as FindCrossovers.
Limit LimitRatio(const Expr& a, const Expr& b, const Symbol& x);

}  // namespace costcheck
