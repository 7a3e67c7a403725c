#include "costmodel/symbols.h"

#include "tests/catch.h"

namespace costcheck {
namespace {

TEST_CASE("the symbols stand in their order, each with unit and meaning", "[symbols]") {
  std::string names;
  for (const SymbolInfo& symbol : Symbols()) {
    names += std::string(symbol.name) + " ";
    CHECK_FALSE(symbol.unit.empty());
    CHECK_FALSE(symbol.meaning.empty());
  }
  CHECK(names == "T S B L d H H_kv w f V K W G b r s C R h m E p ");
}

TEST_CASE("bytes of an element may be a fraction, global and random blocks none", "[symbols]") {
  for (const SymbolInfo& symbol : Symbols()) {
    const bool fraction = symbol.name == "p";
    const bool none = symbol.name == "G" || symbol.name == "r";
    CHECK((symbol.domain == Domain::kPositiveRational) == fraction);
    CHECK((symbol.domain == Domain::kNonNegativeInteger) == none);
  }
}

TEST_CASE("a letter that does not exist is not found", "[symbols]") {
  CHECK(FindSymbol("q") == nullptr);
  REQUIRE(FindSymbol("H_kv") != nullptr);
  CHECK(FindSymbol("H_kv")->unit == "head");
}

}  // namespace
}  // namespace costcheck
