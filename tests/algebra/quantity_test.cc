#include "costmodel/algebra/quantity.h"

#include <type_traits>

#include "tests/catch.h"

namespace costcheck {
namespace {

template <class A, class B>
concept Addable = requires(A a, B b) {
  a + b;
};
template <class A, class B>
concept Subtractable = requires(A a, B b) {
  a - b;
};
template <class A, class B>
concept Comparable = requires(A a, B b) {
  a == b;
};

static_assert(Addable<Flops, Flops>);
static_assert(!Addable<Flops, Bytes>);
static_assert(!Addable<Flops, MultiplyAdds>);
static_assert(!Addable<Flops, Expr>);
static_assert(!Subtractable<Bytes, Elements>);
static_assert(!Comparable<Flops, ParameterCount>);
static_assert(!std::is_convertible_v<Expr, Flops>);
static_assert(!std::is_convertible_v<Flops, Bytes>);

}  // namespace

TEST_CASE("quantities of one unit add, subtract and scale as their values do", "[quantity]") {
  const Expr T = Symbol("T"), d = Symbol("d");
  const Flops scores(2 * T * T * d);
  const Flops projections(8 * T * d * d);
  CHECK((scores + projections).value() == 2 * T * d * (T + 4 * d));
  CHECK((scores - scores) == Flops());
  CHECK((scores * 3).value() == 6 * T * T * d);
  Flops sum;
  sum += scores;
  sum += projections;
  CHECK(sum == scores + projections);
  CHECK_FALSE(sum == scores);
}

}  // namespace costcheck
