#include "verify/train/strided_product.h"

#include <ATen/Functions.h>
#include <ATen/record_function.h>
#include <dlfcn.h>

#include "costmodel/algebra/error.h"

namespace costcheck {
namespace {

/// Fortran's interface: matrices column by column.
using Sgemm = void (*)(const char* trans_a, const char* trans_b, const int* m, const int* n,
                       const int* k, const float* alpha, const float* a, const int* lda,
                       const float* b, const int* ldb, const float* beta, float* c, const int* ldc);

Sgemm FindSgemm() {
  static const auto found = reinterpret_cast<Sgemm>(dlsym(RTLD_DEFAULT, "sgemm_"));
  return found;
}

/// A matrix as BLAS sees its transpose.
struct Operand {
  char trans;
  int leading;

  explicit Operand(const StridedMatrix& matrix)
      : trans(matrix.column_stride == 1 ? 'N' : 'T'),
        leading(static_cast<int>(matrix.column_stride == 1 ? matrix.row_stride
                                                           : matrix.column_stride)) {
    COSTCHECK_CHECK(matrix.column_stride == 1 || matrix.row_stride == 1);
  }
};

at::Tensor ViewOf(const StridedMatrix& matrix) {
  return at::from_blob(matrix.data, {matrix.rows, matrix.columns},
                       {matrix.row_stride, matrix.column_stride}, at::kFloat);
}

}  // namespace

void StridedProduct(const StridedMatrix& a, const StridedMatrix& b, float scale,
                    const StridedMatrix& out) {
  COSTCHECK_CHECK(a.columns == b.rows && a.rows == out.rows && b.columns == out.columns &&
                  out.column_stride == 1);
  const Sgemm sgemm = FindSgemm();
  if (sgemm == nullptr) {
    // The caller reports the product.
    const at::DisableRecordFunctionGuard unseen;
    at::Tensor view = ViewOf(out);
    at::mm_out(view, ViewOf(a), ViewOf(b));
    view.mul_(scale);
    return;
  }
  // out^T = b^T a^T
  const Operand left(b), right(a);
  const int m = static_cast<int>(out.columns), n = static_cast<int>(out.rows);
  const int k = static_cast<int>(a.columns), leading = static_cast<int>(out.row_stride);
  const float none = 0;
  sgemm(&left.trans, &right.trans, &m, &n, &k, &scale, b.data, &left.leading, a.data,
        &right.leading, &none, out.data, &leading);
}

}  // namespace costcheck
