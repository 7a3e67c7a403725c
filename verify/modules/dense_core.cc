#include "verify/modules/dense_core.h"

#include <ATen/Dispatch.h>
#include <ATen/Functions.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "costmodel/algebra/error.h"

namespace costcheck {

at::Tensor GroupHeads(at::Tensor rows, std::int64_t groups) {
  const std::int64_t batch = rows.size(0), n = rows.size(1), width = rows.size(3);
  const std::int64_t shared = rows.size(2) / groups;
  return rows.view({batch, n, groups, shared, width})
      .permute({0, 2, 3, 1, 4})
      .reshape({batch * groups, shared * n, width});
}

at::Tensor UngroupHeads(at::Tensor grouped, std::int64_t batch, std::int64_t rows) {
  const std::int64_t groups = grouped.size(0) / batch, shared = grouped.size(1) / rows;
  const std::int64_t width = grouped.size(2);
  return grouped.view({batch, groups, shared, rows, width})
      .permute({0, 3, 1, 2, 4})
      .reshape({batch, rows, groups * shared * width});
}

namespace {

constexpr double kMinusInfinity = -std::numeric_limits<double>::infinity();

template <class Scalar>
void MaskRows(Scalar* scores, std::int64_t all_rows, std::int64_t rows, std::int64_t columns,
              std::int64_t after) {
  for (std::int64_t row = 0; row < all_rows; ++row, scores += columns) {
    const std::int64_t first = std::clamp<std::int64_t>(row % rows + after, 0, columns);
    std::fill(scores + first, scores + columns, static_cast<Scalar>(kMinusInfinity));
  }
}

}  // namespace

void MaskLaterKeys(at::Tensor scores, std::int64_t after) {
  const std::int64_t rows = scores.size(1), columns = scores.size(2);
  if (after >= columns || scores.numel() == 0) return;
  if (!scores.is_cpu()) {
    scores.masked_fill_(at::ones({rows, columns}, scores.options().dtype(at::kBool)).triu_(after),
                        kMinusInfinity);
    return;
  }
  COSTCHECK_CHECK(scores.is_contiguous());
  AT_DISPATCH_FLOATING_TYPES(scores.scalar_type(), "MaskLaterKeys", [&] {
    MaskRows(scores.data_ptr<scalar_t>(), scores.size(0) * rows, rows, columns, after);
  });
}

DenseMask CausalMask(std::int64_t queries, std::int64_t keys) {
  if (queries == 1) return {};
  DenseMask mask = {at::zeros({queries, keys}), {}};
  MaskLaterKeys(mask.scores.unsqueeze(0), keys - queries + 1);
  const std::int64_t blind = std::max<std::int64_t>(queries - keys, 0);
  if (blind == 0) return mask;
  mask.scores.narrow(0, 0, blind).zero_();
  mask.rows = at::ones({queries, 1});
  mask.rows.narrow(0, 0, blind).zero_();
  return mask;
}

at::Tensor DenseAttention(const at::Tensor& q, const at::Tensor& keys, const at::Tensor& values,
                          const DenseMask& mask) {
  const std::int64_t batch = q.size(0), rows = q.size(1), n = keys.size(2), width = q.size(2);
  at::Tensor scores = at::bmm(q, keys);
  if (mask.scores.defined()) {
    const std::int64_t queries = mask.scores.size(0);
    scores = at::add(scores.view({batch, rows / queries, queries, n}), mask.scores)
                 .view({batch, rows, n});
  }
  const at::Tensor weights = at::softmax(std::exchange(scores, {}), -1);
  const at::Tensor out = at::bmm(weights, values);
  if (!mask.rows.defined()) return out;
  const std::int64_t queries = mask.rows.size(0);
  return at::mul(out.view({batch, rows / queries, queries, width}), mask.rows)
      .view({batch, rows, width});
}

}  // namespace costcheck
