#include "costmodel/algebra/symbol.h"

#include <algorithm>
#include <vector>

#include "tests/catch.h"

namespace costcheck {
TEST_CASE("a symbol is a positive integer unless told otherwise", "[symbol]") {
  CHECK(Symbol("T").domain() == Domain::kPositiveInteger);
  CHECK(Symbol("p", Domain::kPositiveRational).domain() == Domain::kPositiveRational);
}

TEST_CASE("symbols are equal by name and ordered by name", "[symbol]") {
  CHECK(Symbol("T") == Symbol("T"));
  CHECK(Symbol("T") != Symbol("t"));
  std::vector<Symbol> symbols = {Symbol("d"), Symbol("T"), Symbol("H_kv"), Symbol("H")};
  std::sort(symbols.begin(), symbols.end());
  const std::vector<Symbol> expected = {Symbol("H"), Symbol("H_kv"), Symbol("T"), Symbol("d")};
  CHECK(symbols == expected);
}

}  // namespace costcheck
