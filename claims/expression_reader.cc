#include "claims/expression_reader.h"

#include "costmodel/algebra/error.h"
#include "costmodel/query/names.h"
#include "costmodel/query/place.h"

namespace costcheck {
namespace {

constexpr std::string_view kModelCall = "model";

bool IsSettable(std::string_view name) {
  try {
    SymbolNamed(name);
    return true;
  } catch (const CostError&) {
    return false;
  }
}

}  // namespace

ExpressionReader::ExpressionReader(const ClaimNames& names) : names_(names) {
  vocabulary_.symbol = [this](std::string_view name) { return OfName(name); };
  vocabulary_.call = [this](std::string_view name, const std::vector<Argument>& arguments) {
    return OfCall(name, arguments);
  };
  vocabulary_.calls = ComponentNames();
  vocabulary_.calls.emplace_back(kModelCall);
}

Ratio ExpressionReader::Read(const std::string& expression) {
  return At("'" + expression + "'", [&] { return ParseRatio(expression, vocabulary_); });
}

Expr ExpressionReader::OfNumber(std::string_view, const PrintedNumber& number) {
  return number.value;
}

std::optional<Ratio> ExpressionReader::OfCall(std::string_view name,
                                              const std::vector<Argument>& arguments) {
  if (arguments.empty()) {
    if (const std::string* definition = names_.Definition(name)) {
      return OfDefinition(name, *definition);
    }
    if (const PrintedNumber* number = names_.Number(name)) {
      return MakeRatio(OfNumber(name, *number), 1);
    }
  }
  if (const Component* component = FindComponent(name)) {
    return MakeRatio(OfComponent(*component, arguments), 1);
  }
  if (name == kModelCall) return MakeRatio(OfModel(arguments), 1);
  if (arguments.empty()) return std::nullopt;
  throw CostError("it is neither a component nor 'model'" + DidYouMean(name, ComponentNames()));
}

Ratio ExpressionReader::OfDefinition(std::string_view name, const std::string& expression) {
  const auto known = definitions_.find(name);
  if (known != definitions_.end()) return known->second;
  Ratio value = ParseRatio(expression, vocabulary_);
  return definitions_.emplace(name, std::move(value)).first->second;
}

Expr ExpressionReader::OfName(std::string_view name) {
  if (!IsSettable(name)) names_.FailUnknown(name);
  return OfSymbol(name);
}

std::string NotSet(const Expr& value) {
  const std::set<Symbol> symbols = SymbolsOf(value);
  std::string names;
  for (const Symbol& symbol : symbols) names += (names.empty() ? "" : ", ") + symbol.name();
  return names + (symbols.size() == 1 ? " is" : " are") + " not set";
}

}  // namespace costcheck
