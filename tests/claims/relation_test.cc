#include "claims/relation.h"

#include "tests/algebra/error_text.h"
#include "tests/catch.h"

namespace costcheck {
namespace {

TEST_CASE("a relation splits at the sign outside brackets", "[relation]") {
  const Relation call = ParseRelation(" full(T=8K) / flash(T=8K) >= 1 ");
  CHECK(call.left == "full(T=8K) / flash(T=8K)");
  CHECK(call.kind == RelationKind::kAtLeast);
  CHECK(call.right == "1");
  CHECK(ParseRelation("a<b").kind == RelationKind::kLess);
  CHECK(ParseRelation("a<=b").kind == RelationKind::kAtMost);
  CHECK(ParseRelation("a > b").kind == RelationKind::kMore);
  CHECK(ParseRelation("a = full(bands=[20:192,180:16])").right == "full(bands=[20:192,180:16])");
}

TEST_CASE("what is not one relation is refused", "[relation]") {
  const auto error = [](const std::string& text) {
    return ErrorTextOf([&] { ParseRelation(text); });
  };
  const std::string sentence = " is not one relation of two expressions with =, <, <=, > or >=";
  for (const std::string text : {"a", "", "full(T=8)", "a <", "< a", "a < b < c", "a == b"}) {
    CHECK(error(text) == "'" + text + "'" + sentence);
  }
}

TEST_CASE("a relation can hold if some values of both sides satisfy it", "[relation]") {
  const RationalInterval low = {1, 3}, high = {3, 5}, apart = {6, 7};
  CHECK(CanHold(low, RelationKind::kEqual, high));
  CHECK(!CanHold(low, RelationKind::kEqual, apart));
  CHECK(!CanHold(apart, RelationKind::kEqual, low));
  CHECK(CanHold(high, RelationKind::kLess, high));
  CHECK(CanHold(high, RelationKind::kAtMost, low));
  CHECK(!CanHold(high, RelationKind::kLess, low));
  CHECK(!CanHold(low, RelationKind::kMore, high));
  CHECK(CanHold(low, RelationKind::kAtLeast, high));
  CHECK(!CanHold(low, RelationKind::kAtLeast, apart));
  CHECK(CanHold(apart, RelationKind::kMore, low));
}

}  // namespace
}  // namespace costcheck
