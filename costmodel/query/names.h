#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "costmodel/algebra/number.h"
#include "costmodel/algebra/symbol.h"

namespace costcheck {

/// Every name that can be set to a number: the symbols, then the parameters of
/// components, each once.
std::vector<std::string> SettableNames();

/// The symbol of that name, with its domain. CostError with the nearest name if
/// it is neither a symbol nor a parameter of a component.
Symbol SymbolNamed(std::string_view name);

/// Whether a symbol of that domain may have the value. By its sign: two rationals are compared by
/// dividing them.
bool IsIn(Domain domain, const Rational& value);

/// CostError unless the symbol may have this value: in its domain, and at most
/// kLargestValue.
void CheckValue(const Symbol& symbol, const Rational& value);

}  // namespace costcheck
