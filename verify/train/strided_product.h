#pragma once

#include <cstdint>

namespace costcheck {

/// A matrix of float32 in the host's memory, one of whose strides is 1.
struct StridedMatrix {
  float* data;
  std::int64_t rows, columns;
  std::int64_t row_stride, column_stride;

  StridedMatrix Transposed() const { return {data, columns, rows, column_stride, row_stride}; }
};

/// out = scale * a b, by BLAS's sgemm as the process has it loaded, without LibTorch's dispatcher:
/// at::bmm spends more time on views than on products where matrices are small. Where no library
/// shows sgemm, by at::mm. `out` has columns side by side (column_stride 1) and shares no memory
/// with a and b. What it multiplies is for the caller to report (own_product.h).
void StridedProduct(const StridedMatrix& a, const StridedMatrix& b, float scale,
                    const StridedMatrix& out);

}  // namespace costcheck
