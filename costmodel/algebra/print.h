#pragma once

#include <string>

#include "costmodel/algebra/expr.h"

namespace costcheck {

enum class Notation {
  kText,   ///< 2*T^2*d + T*min(T, W); ParseExpr reads it back to the same Expr
  kLatex,  ///< 2 T^{2} d + T \min(T, W)
  kC,      ///< a C expression in doubles: 2.0*T*T*d + T*fmin(T, W)
};

std::string Print(const Expr& expr, Notation notation = Notation::kText);
std::string Print(const Ratio& ratio, Notation notation = Notation::kText);

}  // namespace costcheck
