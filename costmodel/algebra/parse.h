#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "costmodel/algebra/expr.h"

namespace costcheck {

/// One argument of a call: `T=8K` is {"T", "8K"}; a positional one has no name.
/// A value may be bracketed: `bands=[20:192,160:16]` keeps its commas.
struct Argument {
  std::string name;
  std::string text;
};

/// What names and calls mean to the parser. Either may throw CostError; an empty
/// function means that no such thing is known.
struct Vocabulary {
  /// The symbol or bound value of a name.
  std::function<Expr(std::string_view name)> symbol;
  /// A call that is not one of the grammar's own, for example full(T=8K), or a
  /// bare name that is one (arguments empty): nothing if it is not one.
  std::function<std::optional<Ratio>(std::string_view name, const std::vector<Argument>& arguments)>
      call;
  /// Names of such calls, to tell what is near one that is none.
  std::vector<std::string> calls{};
};

/// The symbols of a list; any other name is a CostError that tells what is near.
Vocabulary KnownSymbols(const std::vector<Symbol>& symbols);

/// expression := term (('+' | '-') term)* ; term := factor (('*' | '/') factor)* ;
/// factor := ('-' | '+') factor | primary ('^' integer)? ;
/// primary := number | name | name '(' arguments ')' | '(' expression ')'.
/// Numbers as ParseNumber reads them. Calls of the grammar: min, max (two or
/// more), floor(a/b) and ceil(a/b) (one argument), floordiv(a,b), ceildiv(a,b),
/// ceillog2(a). CostError tells the column and, for an unknown name, what is near.
/// Bounded: 1 MB of text, 200 levels of parentheses, exponents within +-1000,
/// powers and products of at most some 50,000 terms.
Ratio ParseRatio(std::string_view text, const Vocabulary& vocabulary);
/// As ParseRatio, where the division must come out: CostError if it does not.
Expr ParseExpr(std::string_view text, const Vocabulary& vocabulary);
/// Every name is a positive-integer symbol: for tests.
Expr ParseExpr(std::string_view text);

/// Splits "a=1,b=min(2,3),c=[x,y]" at the commas outside brackets.
std::vector<Argument> SplitArguments(std::string_view text);

}  // namespace costcheck
