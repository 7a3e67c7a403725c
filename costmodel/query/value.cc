#include "costmodel/query/value.h"

#include <set>

#include "costmodel/algebra/error.h"
#include "costmodel/query/names.h"
#include "costmodel/query/place.h"

namespace costcheck {
namespace {

std::string Names(const std::set<Symbol>& symbols) {
  std::string names;
  for (const Symbol& symbol : symbols) names += (names.empty() ? "" : ", ") + symbol.name();
  return names;
}

Rational NumberOf(const Ratio& ratio) {
  std::set<Symbol> open = SymbolsOf(ratio.numerator);
  open.merge(SymbolsOf(ratio.denominator));
  if (!open.empty()) {
    throw CostError(Names(open) + (open.size() == 1 ? " is" : " are") +
                    " not set; give values with --set NAME=VALUE");
  }
  const std::optional<Rational> value = Evaluate(ratio, {});
  if (!value) throw CostError("division by zero");
  return *value;
}

}  // namespace

Rational ValueOf(const std::string& text, const Assignments& assignments, const Counting& counting,
                 const CostRule& cost_of) {
  Vocabulary vocabulary = MakeVocabulary(assignments, counting, cost_of);
  vocabulary.symbol = [settings = assignments.Resolve()](std::string_view name) {
    SymbolNamed(name);  // an error unless there is one
    return settings.Get(name);
  };
  return At("'" + text + "'", [&] { return NumberOf(ParseRatio(text, vocabulary)); });
}

}  // namespace costcheck
