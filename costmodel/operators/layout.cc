#include "costmodel/operators/layout.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

namespace costcheck {

std::int64_t Layout::Elements() const {
  return std::accumulate(sizes.begin(), sizes.end(), std::int64_t{1}, std::multiplies<>());
}

bool Layout::IsContiguous() const {
  if (Elements() == 0) return true;
  std::int64_t step = 1;
  for (std::size_t i = sizes.size(); i-- > 0;) {
    if (sizes[i] == 1) continue;
    if (strides[i] != step) return false;
    step *= sizes[i];
  }
  return true;
}

bool Layout::IsDense() const {
  std::vector<std::size_t> order(sizes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
    return (sizes[a] == 1) == (sizes[b] == 1) ? strides[a] > strides[b] : sizes[a] == 1;
  });
  return Permuted(*this, order).IsContiguous();
}

Layout ContiguousLayout(Dimensions sizes) {
  Dimensions strides(sizes.size(), 1);
  for (std::size_t i = sizes.size(); i-- > 1;) {
    strides[i - 1] = strides[i] * std::max<std::int64_t>(sizes[i], 1);
  }
  return {std::move(sizes), std::move(strides)};
}

namespace {

/// Splits or merges the dimensions of new sizes over one stretch of old dimensions at a time.
class Viewer {
 public:
  explicit Viewer(const Dimensions& sizes)
      : layout_{sizes, Dimensions(sizes.size())}, left_(sizes.size()) {}

  /// Dimensions from the last on that hold `elements` in steps of `stride`.
  bool Cover(std::int64_t elements, std::int64_t stride) {
    std::int64_t covered = 1;
    while (left_ > 0 && (covered < elements || layout_.sizes[left_ - 1] == 1)) {
      layout_.strides[left_ - 1] = covered * stride;
      covered *= layout_.sizes[left_ - 1];
      --left_;
    }
    return covered == elements;
  }
  bool Done() const { return left_ == 0; }
  Layout Take() { return std::move(layout_); }

 private:
  Layout layout_;
  std::size_t left_;
};

}  // namespace

std::optional<Layout> ViewedAs(const Layout& layout, const Dimensions& sizes) {
  if (layout.Elements() == 0 || layout.sizes.empty()) return ContiguousLayout(sizes);
  Viewer viewer(sizes);
  std::int64_t elements = 1, stride = layout.strides.back();
  for (std::size_t i = layout.sizes.size(); i-- > 0;) {
    elements *= layout.sizes[i];
    const bool ends =
        i == 0 || (layout.sizes[i - 1] != 1 && layout.strides[i - 1] != elements * stride);
    if (!ends) continue;
    if (!viewer.Cover(elements, stride)) return std::nullopt;
    if (i > 0) stride = layout.strides[i - 1];
    elements = 1;
  }
  if (!viewer.Done()) return std::nullopt;
  return viewer.Take();
}

Layout Permuted(const Layout& layout, const std::vector<std::size_t>& order) {
  Layout permuted;
  for (std::size_t from : order) {
    permuted.sizes.push_back(layout.sizes[from]);
    permuted.strides.push_back(layout.strides[from]);
  }
  return permuted;
}

Layout Expanded(const Layout& layout, const Dimensions& sizes) {
  Layout expanded = {sizes, Dimensions(sizes.size(), 0)};
  const std::size_t missing = sizes.size() - layout.sizes.size();
  for (std::size_t i = 0; i < layout.sizes.size(); ++i) {
    if (layout.sizes[i] == sizes[missing + i]) expanded.strides[missing + i] = layout.strides[i];
  }
  return expanded;
}

}  // namespace costcheck
