#include "costmodel/component.h"

#include "costmodel/algebra/error.h"
#include "costmodel/symbols.h"
#include "tests/catch.h"
#include "tests/costmodel/small_component.h"

namespace costcheck {
namespace {

using Given = std::vector<std::pair<const char*, Expr>>;

Settings With(const Given& given) {
  Settings settings;
  for (const auto& [name, value] : given) settings.Set(name, value);
  return settings.For(kSmallParameters);
}

Expr Get(std::string_view name, const Given& given = {}) { return With(given).Get(name); }

std::string ErrorOf(const Given& given, const Component& component = kSmall) {
  try {
    CheckSettings(component, With(given));
  } catch (const CostError& error) {
    return error.what();
  }
  return "";
}

const Expr T = Symbol("T"), d = Symbol("d"), H = Symbol("H"), w = Symbol("w");

TEST_CASE("a name without value and default is its symbol", "[settings]") {
  CHECK(Get("T") == T);
  CHECK(Get("V") == Expr(Symbol("V")));
  CHECK(Get("anything") == Expr(Symbol("anything")));
}

TEST_CASE("what is set wins over defaults", "[settings]") {
  CHECK(Get("S", {{"S", 7}, {"T", 5}}) == Expr(7));
  CHECK(Get("w", {{"w", 11}, {"d", 64}, {"H", 4}}) == Expr(11));
}

TEST_CASE("defaults of free symbols apply", "[settings]") {
  CHECK(Get("S") == T);
  CHECK(Get("B") == Expr(1));
  CHECK(Get("L") == Expr(1));
  CHECK(Get("p") == Expr(2));
  CHECK(Get("H_kv") == H);
  CHECK(Get("f") == 4 * d);
  CHECK(Get("S", {{"T", 5}}) == Expr(5));
}

TEST_CASE("of model width, heads and head width none is defaulted before two are set",
          "[settings]") {
  CHECK(Get("d") == d);
  CHECK(Get("H") == H);
  CHECK(Get("w") == w);
  CHECK(Get("H", {{"d", 30}}) == H);
  CHECK(Get("w", {{"d", 30}}) == w);
  CHECK(Get("f", {{"d", 30}}) == Expr(120));
}

TEST_CASE("of model width, heads and head width any two give the third", "[settings]") {
  CHECK(Get("w", {{"d", 30}, {"H", 5}}) == Expr(6));
  CHECK(Get("H", {{"d", 30}, {"w", 6}}) == Expr(5));
  CHECK(Get("d", {{"H", 5}, {"w", 6}}) == Expr(30));
  CHECK(Get("H_kv", {{"d", 30}, {"w", 6}}) == Expr(5));
  CHECK(Get("f", {{"H", 5}, {"w", 6}}) == Expr(120));
  CHECK(Get("w", {{"d", d}, {"H", H}}) == d / H);
}

TEST_CASE("a default may be made of another default", "[settings]") {
  CHECK(Get("sparse_heads") == H);
  CHECK(Get("exact_heads").IsZero());
  CHECK(Get("exact_heads", {{"sparse_heads", 2}}) == H - 2);
  CHECK(Get("exact_heads", {{"sparse_heads", 2}, {"d", 30}, {"w", 6}}) == Expr(3));
}

TEST_CASE("a second default stands in where the first one leads back", "[settings]") {
  static constexpr std::array<std::string_view, 2> kWidth = {"d/H", "64"};
  static constexpr std::array<Parameter, 1> kOwn = {
      {{"w", Domain::kPositiveInteger, "head width", kWidth}}};
  const auto get = [](std::string_view name, const Given& given) {
    return With(given).For(kOwn).Get(name);
  };
  CHECK(get("w", {}) == Expr(64));
  CHECK(get("H", {{"d", 128}}) == Expr(2));
  CHECK(get("d", {{"H", 3}}) == Expr(192));
  CHECK(get("w", {{"d", 128}, {"H", 4}}) == Expr(32));
}

TEST_CASE("names inside a value are taken from the same settings", "[settings]") {
  CHECK(Get("K", {{"K", T / 4}, {"T", 24}}) == Expr(6));
  CHECK(Get("K", {{"T", 24}}) == Expr(3));
  CHECK(Get("d", {{"d", 2 * T}, {"T", w}, {"w", 3}}) == Expr(6));
  CHECK(Get("K", {{"K", Expr(Symbol("S")) / 2}}) == T / 2);
}

TEST_CASE("a name set to itself is free, and a circle is an error", "[settings]") {
  CHECK(Get("T", {{"T", T}}) == T);
  CHECK(Get("w", {{"w", w}, {"d", 30}, {"H", 5}}) == w);
  CHECK_THROWS_AS(Get("d", {{"d", d + 1}}), CostError);
  CHECK_THROWS_AS(Get("d", {{"d", 2 * w}, {"w", d / 2}}), CostError);
}

TEST_CASE("a value tells where it comes from", "[settings]") {
  CHECK(With({{"T", 24}}).DefinitionOf("K") == "T/8");
  CHECK(With({{"K", T / 4}}).DefinitionOf("K") == "T/4");
  CHECK(With({{"K", 3}}).DefinitionOf("K").empty());
  CHECK(With({}).DefinitionOf("B").empty());
  CHECK(With({}).DefinitionOf("T").empty());
}

TEST_CASE("a decoded token is one query", "[settings]") {
  Settings settings = With({{"T", 7}});
  CHECK(settings.Queries() == Expr(7));
  settings.phase = Phase::kDecode;
  CHECK(settings.Queries() == Expr(1));
  CHECK(settings.Keys() == Expr(7));
}

TEST_CASE("values outside their domain are refused with their definition", "[check]") {
  CHECK(ErrorOf({{"T", 100}}) == "small: K = T/8 is 25/2, not an integer");
  CHECK(ErrorOf({{"T", 8}, {"K", 0}}) == "small: K is 0, not positive");
  CHECK(ErrorOf({{"T", 8}, {"H", 2}, {"sparse_heads", 5}}) ==
        "small: exact_heads = H - sparse_heads is -3, less than 0");
  CHECK(ErrorOf({{"T", -8}, {"K", 1}}) == "small: T is -8, less than 0");
  CHECK(ErrorOf({{"T", 8}, {"p", 0}}) == "small: p is 0, not positive");
  CHECK(ErrorOf({{"T", 8}, {"d", 30}, {"H", 4}}) == "small: w = d/H is 15/2, not an integer");
  CHECK(ErrorOf({{"T", 8}, {"H", 0}}) == "small: H is 0, not positive");
}

TEST_CASE("values in their domain are accepted", "[check]") {
  CHECK(ErrorOf({}).empty());
  CHECK(ErrorOf({{"T", 0}, {"K", 1}}).empty());
  CHECK(ErrorOf({{"T", 8}, {"S", 0}}).empty());
  CHECK(ErrorOf({{"T", 8}, {"p", Rational(1, 2)}}).empty());
  CHECK(ErrorOf({{"T", 8}, {"H", 2}, {"sparse_heads", 0}}).empty());
  CHECK(ErrorOf({{"T", 8}, {"d", 30}, {"H", 5}, {"w", 6}}).empty());
}

TEST_CASE("model width, heads and head width must agree unless told apart", "[check]") {
  const Given given = {{"T", 8}, {"d", 4096}, {"H", 32}, {"w", 100}};
  CHECK(ErrorOf(given) == "small: d = 4096, H = 32 and w = 100 contradict each other: H*w is 3200");
  Settings settings = With(given);
  settings.own_head_width = true;
  CHECK_NOTHROW(CheckSettings(kSmall, settings));
}

TEST_CASE("key heads must divide the heads", "[check]") {
  CHECK(ErrorOf({{"T", 8}, {"H", 6}, {"H_kv", 4}}) == "small: H_kv = 4 does not divide H = 6");
  CHECK(ErrorOf({{"T", 8}, {"H", 6}, {"H_kv", 3}}).empty());
  CHECK(ErrorOf({{"T", 8}, {"H", 6}, {"H_kv", 12}}) == "small: H_kv = 12 does not divide H = 6");
}

TEST_CASE("an embedding is not held to attention's widths", "[check]") {
  CHECK(ErrorOf({{"d", 30}, {"H", 4}}, kTable).empty());
  CHECK(ErrorOf({{"d", 0}}, kTable) == "table: d is 0, not positive");
}

TEST_CASE("a component is built with its own defaults", "[check]") {
  Settings settings;
  settings.Set("T", 8);
  const Graph graph = BuildGraph(kSmall, settings);
  CHECK(graph.heads.at(0).heads == H);
  settings.Set("K", Rational(1, 2));
  CHECK_THROWS_AS(BuildGraph(kSmall, settings), CostError);
}

TEST_CASE("common parameters are known symbols of the same domain", "[settings]") {
  for (const Parameter& parameter : CommonParameters()) {
    const SymbolInfo* symbol = FindSymbol(parameter.name);
    REQUIRE(symbol != nullptr);
    CHECK(symbol->domain == parameter.domain);
    CHECK_FALSE(parameter.meaning.empty());
  }
}

}  // namespace
}  // namespace costcheck
