#include "costmodel/operators/layout.h"

#include "tests/catch.h"

namespace costcheck {
namespace {

using Order = std::vector<std::size_t>;

TEST_CASE("rows without gaps are contiguous, whatever a dimension of size 1 says", "[layout]") {
  const Layout layout = ContiguousLayout({2, 3, 5});
  CHECK(layout.strides == Dimensions{15, 5, 1});
  CHECK(layout.IsContiguous());
  CHECK(Layout{{2, 1, 5}, {5, 77, 1}}.IsContiguous());
  CHECK_FALSE(Layout{{2, 5}, {6, 1}}.IsContiguous());
  CHECK_FALSE(Permuted(layout, {0, 2, 1}).IsContiguous());
  CHECK(Permuted(ContiguousLayout({2, 1, 5}), {0, 2, 1}).IsContiguous());
}

TEST_CASE("a permutation is dense, a stretch of every other element is not", "[layout]") {
  CHECK(Permuted(ContiguousLayout({2, 3, 5}), {2, 0, 1}).IsDense());
  CHECK_FALSE(Layout{{3, 5}, {10, 2}}.IsDense());
  CHECK_FALSE(Expanded(ContiguousLayout({1}), {5}).IsDense());
}

TEST_CASE("dimensions split and merge where their steps allow it", "[layout]") {
  const Layout heads = Permuted(ContiguousLayout({2, 7, 3, 5}), Order{0, 2, 1, 3});
  CHECK(ViewedAs(heads, {2, 3, 7, 5, 1})->strides == Dimensions{105, 5, 15, 1, 1});
  CHECK_FALSE(ViewedAs(heads, {6, 7, 5}).has_value());
  CHECK(ViewedAs(ContiguousLayout({6, 35}), {2, 3, 7, 5})->strides == Dimensions{105, 35, 5, 1});
}

TEST_CASE("one head, or one row, needs no copy to change places", "[layout]") {
  const Layout one_head = Permuted(ContiguousLayout({2, 7, 1, 5}), Order{0, 2, 1, 3});
  CHECK(ViewedAs(one_head, {2, 7, 5})->IsContiguous());
  const Layout one_row = Permuted(ContiguousLayout({2, 1, 3, 5}), Order{0, 2, 1, 3});
  CHECK(ViewedAs(one_row, {6, 1, 5})->IsContiguous());
}

TEST_CASE("an expanded number is seen under any sizes", "[layout]") {
  const Layout ones = Expanded(ContiguousLayout({}), {2, 3, 5});
  CHECK(ones.strides == Dimensions{0, 0, 0});
  CHECK(ViewedAs(ones, {6, 5})->strides == Dimensions{0, 0});
  CHECK(Expanded(ContiguousLayout({3, 1}), {2, 3, 5}).strides == Dimensions{0, 1, 0});
}

TEST_CASE("nothing is viewed as nothing", "[layout]") {
  CHECK(ViewedAs(ContiguousLayout({2, 0, 5}), {0, 7})->Elements() == 0);
}

}  // namespace
}  // namespace costcheck
