#include "costmodel/query/names.h"

#include <algorithm>

#include "costmodel/algebra/error.h"
#include "costmodel/component.h"
#include "costmodel/query/largest_value.h"
#include "costmodel/symbols.h"

namespace costcheck {
namespace {

const Parameter* FindParameter(std::string_view name) {
  for (const Component* component : Components()) {
    for (const Parameter& parameter : component->parameters) {
      if (parameter.name == name) return &parameter;
    }
  }
  return nullptr;
}

std::string_view Describe(Domain domain) {
  switch (domain) {
    case Domain::kPositiveInteger:
      return "a positive integer";
    case Domain::kNonNegativeInteger:
      return "an integer from 0 up";
    case Domain::kPositiveRational:
      return "a positive number";
  }
  CheckFailed("domain is one of Domain", __FILE__, __LINE__);
}

}  // namespace

std::vector<std::string> SettableNames() {
  std::vector<std::string> names;
  const auto add = [&names](std::string_view name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
  };
  for (const SymbolInfo& symbol : Symbols()) add(symbol.name);
  for (const Component* component : Components()) {
    for (const Parameter& parameter : component->parameters) add(parameter.name);
  }
  return names;
}

Symbol SymbolNamed(std::string_view name) {
  if (const SymbolInfo* info = FindSymbol(name)) return Symbol(std::string(name), info->domain);
  if (const Parameter* parameter = FindParameter(name)) {
    return Symbol(std::string(name), parameter->domain);
  }
  throw CostError("'" + std::string(name) + "' is neither a symbol nor a parameter" +
                  DidYouMean(name, SettableNames()) + " (see costcheck list symbols)");
}

bool IsIn(Domain domain, const Rational& value) {
  const int sign = Numerator(value).sign();
  if (domain == Domain::kPositiveRational) return sign > 0;
  return IsInteger(value) && sign >= (domain == Domain::kPositiveInteger ? 1 : 0);
}

void CheckValue(const Symbol& symbol, const Rational& value) {
  const auto is = [&] { return symbol.name() + " = " + ToString(value) + " is "; };
  if (!IsIn(symbol.domain(), value)) {
    throw CostError(is() + "not " + std::string(Describe(symbol.domain())));
  }
  if (Numerator(value) > kLargestValue * Denominator(value)) {
    throw CostError(is() + "above 10^18, the largest value");
  }
}

}  // namespace costcheck
