#include "costmodel/algebra/grammar_call.h"

#include <algorithm>
#include <iterator>

#include "costmodel/algebra/bounded_ratio.h"
#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

Expr Folded(const std::vector<Ratio>& arguments, Expr (*combine)(const Expr&, const Expr&)) {
  Expr result = ExprOf(arguments[0]);
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    result = combine(result, ExprOf(arguments[i]));
  }
  return result;
}

/// The parts of a floor's argument. A divisor that is never positive is a slip.
const Ratio& WithPositiveDivisor(const Ratio& quotient) {
  const Sign sign = SignOf(quotient.denominator);
  if (sign == Sign::kNegative || sign == Sign::kNonPositive) {
    throw CostError("a floor or ceil of a quotient needs a positive divisor");
  }
  return quotient;
}

constexpr std::size_t kAnyNumber = ~std::size_t{0};
using Arguments = std::vector<Ratio>;

constexpr GrammarCall kGrammarCalls[] = {
    {"min", 2, kAnyNumber, [](const Arguments& a) { return Folded(a, Min); }},
    {"max", 2, kAnyNumber, [](const Arguments& a) { return Folded(a, Max); }},
    {"floor", 1, 1,
     [](const Arguments& a) {
       const Ratio& quotient = WithPositiveDivisor(a[0]);
       return FloorDiv(quotient.numerator, quotient.denominator);
     }},
    {"ceil", 1, 1,
     [](const Arguments& a) {
       const Ratio& quotient = WithPositiveDivisor(a[0]);
       return CeilDiv(quotient.numerator, quotient.denominator);
     }},
    {"floordiv", 2, 2, [](const Arguments& a) { return FloorDiv(ExprOf(a[0]), ExprOf(a[1])); }},
    {"ceildiv", 2, 2, [](const Arguments& a) { return CeilDiv(ExprOf(a[0]), ExprOf(a[1])); }},
    {"ceillog2", 1, 1, [](const Arguments& a) { return CeilLog2(ExprOf(a[0])); }},
};

}  // namespace

const GrammarCall* FindGrammarCall(std::string_view name) {
  const auto* const call = std::find_if(std::begin(kGrammarCalls), std::end(kGrammarCalls),
                                        [&](const GrammarCall& c) { return c.name == name; });
  return call == std::end(kGrammarCalls) ? nullptr : call;
}

std::vector<std::string> GrammarCallNames() {
  std::vector<std::string> names;
  for (const GrammarCall& call : kGrammarCalls) names.emplace_back(call.name);
  return names;
}

}  // namespace costcheck
