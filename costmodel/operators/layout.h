#pragma once

#include <cstdint>
#include <optional>
#include <vector>

// How an array lies in memory: sizes, and the steps in elements from one index to the next. What
// LibTorch copies, and when a view will do, depends on it.

namespace costcheck {

using Dimensions = std::vector<std::int64_t>;

struct Layout {
  Dimensions sizes;
  Dimensions strides;

  std::int64_t Elements() const;
  /// Row by row without gaps; strides of dimensions of size 1 do not matter.
  bool IsContiguous() const;
  /// Every element of a stretch of memory once, in whatever order of dimensions.
  bool IsDense() const;
};

Layout ContiguousLayout(Dimensions sizes);

/// The same elements in the same order under other sizes, as a view; nothing where only a copy can
/// have them (at::reshape then makes one).
std::optional<Layout> ViewedAs(const Layout& layout, const Dimensions& sizes);

/// Dimension i of the result is dimension order[i].
Layout Permuted(const Layout& layout, const std::vector<std::size_t>& order);

/// Dimensions of size 1, and missing ones in front, stand for those of `sizes`: steps of 0.
Layout Expanded(const Layout& layout, const Dimensions& sizes);

}  // namespace costcheck
