#pragma once

#include <string>

#include "costmodel/query/assignments.h"
#include "costmodel/query/counting.h"
#include "costmodel/query/subject.h"

namespace costcheck {

/// The exact value of an expression in symbols and calls (subject.h). A symbol
/// that is not set has the value that components take for it: B = 1, H = d/w.
/// CostError that names the symbols that are open, or where it divides by zero.
Rational ValueOf(const std::string& text, const Assignments& assignments, const Counting& counting,
                 const CostRule& cost_of = CostOf);

}  // namespace costcheck
