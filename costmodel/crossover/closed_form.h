#pragma once

#include <optional>
#include <string>

#include "costmodel/algebra/expr.h"
#include "costmodel/algebra/roots.h"

namespace costcheck {

/// The root as text where it is a number or of degree 2: "640/3", "5 + 2*sqrt(3)",
/// "(33 + sqrt(65))/2", squares taken out of the root and common factors
/// cancelled. Nothing for irrational roots of higher degree.
std::optional<std::string> RootText(const RootIsolation& isolation, const RealRoot& root);

/// The x > 0 at which a = b, while other symbols stay free.
struct ClosedForm {
  std::string text;            ///< "640/(H - 1)", or with sqrt(...)
  std::string condition;       ///< for which it is positive: "H > 1"; "" for all
  std::optional<Ratio> ratio;  ///< the value, where the equation is linear
};

/// For a and b whose difference, as a polynomial in x without its factors of x,
/// has degree 1 or 2. With degree 2 and one sign change of the coefficients
/// there is one positive root; else "+-" stands for two, and the condition makes
/// them real. Nothing for other degrees, for a difference with an atom (min,
/// floor, log) that depends on x, and where no x > 0 solves it.
std::optional<ClosedForm> SymbolicClosedForm(const Expr& a, const Expr& b, const Symbol& x);

}  // namespace costcheck
