#include "claims/expression_calls.h"

#include <algorithm>

#include "costmodel/algebra/error.h"
#include "costmodel/algebra/parse.h"

namespace costcheck {
namespace {

bool Holds(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool HasParameter(std::span<const Parameter> parameters, std::string_view name) {
  return std::any_of(parameters.begin(), parameters.end(),
                     [name](const Parameter& parameter) { return parameter.name == name; });
}

/// Of a model only lengths and sequences are set from outside.
bool Knows(const Component* component, std::string_view name) {
  if (component == nullptr) return name == "T" || name == "B" || name == "S";
  return HasParameter(component->parameters, name) || HasParameter(CommonParameters(), name);
}

}  // namespace

bool ExpressionCalls::CallsAttention() const {
  return std::any_of(calls.begin(), calls.end(), [](const Call& call) {
    return call.component == nullptr || call.component->family == Family::kAttention;
  });
}

bool ExpressionCalls::Takes(std::string_view name) const {
  if (Holds(symbols, name)) return true;
  return std::any_of(calls.begin(), calls.end(), [name](const Call& call) {
    return Knows(call.component, name) && !Holds(call.own, name);
  });
}

ExpressionCalls FindCalls(const ClaimNames& names, const std::string& expression) {
  ExpressionCalls found;
  names.Visit(expression, [&](const ExpressionName& part) {
    if (!part.is_called && names.IsNumber(part.name)) return;
    const Component* component = FindComponent(part.name);
    if (component == nullptr && !(part.is_called && part.name == "model")) {
      if (!part.is_called) found.symbols.push_back(part.name);
      return;
    }
    ExpressionCalls::Call call{component, {}};
    for (const Argument& argument : SplitArguments(part.arguments))
      call.own.push_back(argument.name);
    found.calls.push_back(std::move(call));
  });
  return found;
}

}  // namespace costcheck
