#include "verify/modules/rotary.h"

#include <ATen/Functions.h>
#include <c10/core/DefaultDtype.h>

#include <cmath>
#include <utility>
#include <vector>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

/// t * base^(-2i/w), [length, 1, w/2], in double: a float has no room for the fraction of a late
/// position's angle.
at::Tensor Angles(std::int64_t length, std::int64_t width, double base) {
  const auto in_double = at::TensorOptions().dtype(at::kDouble);
  at::Tensor frequencies = at::arange(width / 2, in_double);
  frequencies.mul_(-2 * std::log(base) / static_cast<double>(width)).exp_();
  return at::arange(length, in_double).view({length, 1, 1}).mul(frequencies);
}

at::Tensor AsDefaultType(const at::Tensor& table) {
  return table.to(c10::get_default_dtype_as_scalartype());
}

}  // namespace

Rotary::Rotary(std::int64_t length, std::int64_t width, double base) {
  COSTCHECK_CHECK(width > 0 && width % 2 == 0 && base > 0);
  const at::Tensor angles = Angles(length, width, base);
  cosines_ = AsDefaultType(at::cos(angles));
  sines_ = AsDefaultType(at::sin(angles));
}

at::Tensor Rotary::operator()(at::Tensor rows) const {
  COSTCHECK_CHECK(rows.dim() == 4 && rows.size(1) <= cosines_.size(0));
  COSTCHECK_CHECK(rows.size(3) == 2 * cosines_.size(2));
  COSTCHECK_CHECK(rows.scalar_type() == cosines_.scalar_type());
  const at::Tensor cosines = cosines_.narrow(0, 0, rows.size(1));
  const at::Tensor sines = sines_.narrow(0, 0, rows.size(1));
  const std::vector<at::Tensor> halves = std::move(rows).chunk(2, -1);
  at::Tensor first = at::mul(halves[0], cosines);
  first = at::sub(first, at::mul(halves[1], sines));
  at::Tensor second = at::mul(halves[1], cosines);
  second = at::add(second, at::mul(halves[0], sines));
  return at::cat({first, second}, -1);
}

}  // namespace costcheck
